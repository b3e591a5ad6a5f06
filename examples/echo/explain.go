package main

import (
	"errors"
	"fmt"
	"net"
	"runtime"
	"strings"
)

// A listenError says why a server could not begin.
type listenError struct {
	addr string
	err  error
}

func (e *listenError) Error() string { return "-listen " + e.addr + ": " + e.err.Error() }
func (e *listenError) Unwrap() error { return e.err }

// A dialError says why a server could not be loaded.
type dialError struct {
	addr string
	err  error
}

func (e *dialError) Error() string { return "-load " + e.addr + ": " + e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// explain returns one line that says what happened and what to do.
func explain(err error) string {
	line, advice := strings.ReplaceAll(err.Error(), "\n", "; "), ""
	var address *net.AddrError
	var name *net.DNSError
	switch {
	case errors.Is(err, errInUse):
		advice = "another program listens there: choose another port, or 0 for a free one"
	case errors.Is(err, errNotLocal):
		advice = "this machine has no such address: try 127.0.0.1"
	case errors.Is(err, errDenied):
		advice = denied
	case errors.Is(err, errRefused):
		advice = "nothing listens there: start a server first, with -listen"
	case errors.Is(err, errTooMany):
		advice = "there are no descriptors left: ask for fewer -connections"
		if limit, ok := descriptorLimit(); ok {
			advice = fmt.Sprintf("too few descriptors: the limit is %d: raise it, with ulimit -n %d", limit, max(2*limit, 1024))
		}
	case errors.Is(err, errors.ErrUnsupported):
		advice = "there is no poller for " + runtime.GOOS + " here: -listen with -style std works everywhere"
	case errors.As(err, &address), errors.As(err, &name):
		advice = "want host:port, as in 127.0.0.1:7000"
	}
	if advice == "" {
		return line
	}
	return strings.TrimSuffix(line, ".") + ": " + advice // Windows speaks in sentences
}
