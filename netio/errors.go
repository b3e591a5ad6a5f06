package netio

import (
	"context"
	"errors"
	"net"
)

// cancelled is the error of a context as package net tells it.
func cancelled(err error) error {
	// A resolver's error is one already, and says more.
	if dns := (*net.DNSError)(nil); errors.As(err, &dns) {
		return err
	}
	switch {
	case errors.Is(err, context.Canceled):
		return canceledError{}
	case errors.Is(err, context.DeadlineExceeded):
		return timeoutError{}
	}
	return err
}

// canceledError says that the context was cancelled.
type canceledError struct{}

func (canceledError) Error() string        { return "operation was canceled" }
func (canceledError) Is(target error) bool { return target == context.Canceled }

// timeoutError says that the context's deadline has passed.
type timeoutError struct{}

func (timeoutError) Error() string        { return "i/o timeout" }
func (timeoutError) Timeout() bool        { return true }
func (timeoutError) Temporary() bool      { return true }
func (timeoutError) Is(target error) bool { return target == context.DeadlineExceeded }
