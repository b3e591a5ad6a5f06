//go:build linux || windows

package reactor_test

import (
	"syscall"
	"testing"

	"github.com/rouse-io/rouse/reactor"
)

// handleOf returns the handle of a connection that stays open.
func handleOf(t testing.TB, c syscall.Conn) (h reactor.Handle) {
	t.Helper()
	rc, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	if err := rc.Control(func(fd uintptr) { h = reactor.Handle(fd) }); err != nil {
		t.Fatal(err)
	}
	return h
}
