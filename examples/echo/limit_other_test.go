//go:build !unix

package main

import "errors"

// canLimit: these systems have no such limit, or none that a process can set.
const canLimit = false

func limitDescriptors(uint32) error { return errors.ErrUnsupported }
