//go:build !linux

package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
)

// run says that these descriptors are Linux's.
func run(io.Writer) error {
	return fmt.Errorf("timerfd, inotify, pidfd and signalfd are Linux's, and this is %s: %w", runtime.GOOS, errors.ErrUnsupported)
}
