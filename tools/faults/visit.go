package main

import (
	"context"
	"errors"
	"fmt"
)

// visitors is how many clients come one after the other.
const visitors = 6

// A visit is what clients have to tell of a program.
type visit struct {
	failed int    // connections that the program has given up
	hung   string // what should not be
	extra  int    // descriptors too many in the end
}

// visit lets clients come: one that stays, others that come and go, and again the
// one that has stayed.
func (s *server) visit(ctx context.Context, addr string, f *fault) visit {
	var v visit
	var old *client
	for old == nil && v.failed < 2*visitors && v.hung == "" && !s.hasEnded() {
		c, err := dial(ctx, addr, f.loses())
		if v.note("the first client", err) {
			old = c
		}
	}
	for i := 0; i < visitors && v.hung == "" && !s.hasEnded(); i++ {
		c, err := dial(ctx, addr, f.loses())
		switch {
		case err != nil:
		case f.call == "close" || f.call == "shutdown" || f.loses():
			c.close() // the program's end of the connection may not come
		default:
			err = c.end()
		}
		v.note(fmt.Sprintf("client %d", i+2), err)
	}
	stayed := 0
	if old != nil && v.hung == "" && !s.hasEnded() {
		defer old.close()
		if v.note("the first client, again", old.talk()) {
			stayed = f.program.socks
		}
	}
	if v.hung == "" && !s.hasEnded() {
		if f.loses() {
			// A connection whose end was read as would-block is held for as long
			// as it gets no other edge.
			stayed += f.program.socks * len(injected(s.trace.all(), library))
		}
		v.extra = s.settle(stayed)
	}
	return v
}

// note counts what became of a client, and reports whether it was served.
func (v *visit) note(who string, err error) bool {
	switch {
	case err == nil:
		return true
	case errors.Is(err, errHang):
		v.hung = fmt.Sprintf("%s: %v", who, err)
	default:
		v.failed++
	}
	return false
}
