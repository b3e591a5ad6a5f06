//go:build !unix

package main

import "os"

// quit ends a program.
var quit = os.Kill
