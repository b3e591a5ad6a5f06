// Package tracelog writes what a reactor does to a *slog.Logger:
//
//	r, err := reactor.New(reactor.WithTrace(tracelog.New(logger)))
//
// Everything is at slog.LevelDebug, so most loggers show nothing of it, but for
// what the system refused, which is at slog.LevelWarn. It is a package of its
// own so that a program without it has no logger in its reactors.
package tracelog

import (
	"context"
	"log/slog"

	"github.com/rouse-io/rouse/reactor"
)

// New returns hooks that write to l. Their messages are register, deregister,
// ready, wake, park, clear and turn, with attributes that are named for what
// [reactor.Trace] hands to them; an error is "err", and a handle a number, -1 if
// it is none. A nil l has no hooks. The hooks may be taken away or replaced, and
// serve several reactors: give each a logger of its own to tell them apart.
//
// The handler runs where the hook does, several at once, and mostly on the
// goroutine that drives the reactor: a slow one is a slow reactor. One that
// writes by the same reactor traces its own writing, without end.
//
// Where l is not enabled for a level, a hook asks it and that is all: it does
// not allocate. The level may change at any time. A turn is timed all the same,
// which is two looks at the clock.
func New(l *slog.Logger) *reactor.Trace {
	if l == nil {
		return new(reactor.Trace)
	}
	t := tracer{l}
	return &reactor.Trace{
		Register:   t.register,
		Deregister: t.deregister,
		Ready:      t.ready,
		Wake:       t.wake,
		Park:       t.park,
		Clear:      t.clear,
		Turn:       t.turn,
	}
}

// A tracer has the hooks. Each makes its attributes only once it knows that they
// are wanted.
type tracer struct{ l *slog.Logger }

func (t tracer) enabled(level slog.Level) bool {
	return t.l.Enabled(context.Background(), level)
}

func (t tracer) log(level slog.Level, msg string, attrs ...slog.Attr) {
	t.l.LogAttrs(context.Background(), level, msg, attrs...)
}

func handle(h reactor.Handle) slog.Attr { return slog.Int("handle", int(h)) }

func (t tracer) register(h reactor.Handle, in reactor.Interest, err error) {
	switch {
	case err == nil && t.enabled(slog.LevelDebug):
		t.log(slog.LevelDebug, "register", handle(h), slog.String("interest", in.String()))
	case err != nil && t.enabled(slog.LevelWarn):
		t.log(slog.LevelWarn, "register", handle(h), slog.String("interest", in.String()), slog.Any("err", err))
	}
}

func (t tracer) deregister(h reactor.Handle, err error) {
	switch {
	case err == nil && t.enabled(slog.LevelDebug):
		t.log(slog.LevelDebug, "deregister", handle(h))
	case err != nil && t.enabled(slog.LevelWarn):
		t.log(slog.LevelWarn, "deregister", handle(h), slog.Any("err", err))
	}
}

func (t tracer) ready(h reactor.Handle, ready reactor.Ready) {
	if t.enabled(slog.LevelDebug) {
		t.log(slog.LevelDebug, "ready", handle(h), slog.String("ready", ready.String()))
	}
}

func (t tracer) wake(h reactor.Handle, n int) {
	if t.enabled(slog.LevelDebug) {
		t.log(slog.LevelDebug, "wake", handle(h), slog.Int("n", n))
	}
}

func (t tracer) park(h reactor.Handle, in reactor.Interest) {
	if t.enabled(slog.LevelDebug) {
		t.log(slog.LevelDebug, "park", handle(h), slog.String("interest", in.String()))
	}
}

func (t tracer) clear(h reactor.Handle, ready reactor.Ready, changed bool) {
	if t.enabled(slog.LevelDebug) {
		t.log(slog.LevelDebug, "clear", handle(h), slog.String("ready", ready.String()), slog.Bool("changed", changed))
	}
}

func (t tracer) turn(i reactor.TurnInfo) {
	if t.enabled(slog.LevelDebug) {
		t.log(slog.LevelDebug, "turn", slog.Int("events", i.Events), slog.Duration("waited", i.Waited), slog.Duration("elapsed", i.Elapsed))
	}
}
