//go:build !windows

package main

import "os"

// What explain says where an address is denied.
var errDenied = os.ErrPermission

const denied = "ports below 1024 are for privileged programs: choose a higher one"
