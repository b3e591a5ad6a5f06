package reactor

import (
	"context"
	"errors"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// A system without edges of its own is asked for the next one whenever an
// operation would block, for that direction alone: asking for both would make
// every read report "writable".
func TestRearm(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable|Writable|Priority)
	blocked := func() error { return native.WouldBlock }
	w := new(countingWaker)
	all := ReadyReadable | ReadyWritable | ReadyPriority
	for _, test := range []struct {
		name string
		call func()
		want string
	}{
		{"PollReadIO", func() { _ = g.PollReadIO(w, blocked) }, "rearm readable"},
		{"PollWriteIO", func() { _ = g.PollWriteIO(w, blocked) }, "rearm writable"},
		{"TryIO", func() { _ = g.TryIO(Readable|Writable, blocked) }, "rearm readable|writable"},
		{"ClearReadiness", func() {
			ev, _ := g.Readiness(context.Background(), Priority)
			g.ClearReadiness(ev)
		}, "rearm priority"},
	} {
		p.post(3, all)
		turn(t, r)
		p.calls = nil
		test.call()
		if len(p.calls) != 1 || p.calls[0] != test.want {
			t.Errorf("%s: the poller was told %q, want %q", test.name, p.calls, test.want)
		}
	}
}

// A direction that could not be re-armed would never be ready again: whoever
// would wait for it gets the error instead.
func TestRearmRefused(t *testing.T) {
	r, p := newFake(t)
	g := register(t, r, 3, Readable)
	refused := &platform.Error{Op: "rearm", Handle: 3}
	p.rearmErr = refused
	blocked := func() error { return native.WouldBlock }
	for name, call := range map[string]func() error{
		"PollReadIO": func() error { return g.PollReadIO(new(countingWaker), blocked) },
		"TryIO":      func() error { return g.TryIO(Readable, blocked) },
		"AsyncIO":    func() error { return g.AsyncIO(context.Background(), Readable, blocked) },
	} {
		p.post(3, ReadyReadable)
		turn(t, r)
		if err := call(); err != refused {
			t.Errorf("%s: %v", name, err)
		}
	}
	// An operation that ended its own registration gets the reason.
	p.post(3, ReadyReadable)
	turn(t, r)
	if err := g.PollReadIO(new(countingWaker), func() error {
		_ = g.Deregister()
		return native.WouldBlock
	}); !errors.Is(err, ErrDeregistered) {
		t.Errorf("ended by its own operation: %v", err)
	}
}
