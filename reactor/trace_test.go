package reactor

import (
	"context"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rouse-io/rouse/platform/native"
)

// Every hook is called where its comment says.
func TestTrace(t *testing.T) {
	var got []string
	note := func(format string, args ...any) { got = append(got, fmt.Sprintf(format, args...)) }
	r, p := newFake(t, WithTrace(&Trace{
		Register:   func(h Handle, in Interest, err error) { note("register %d %v %v", h, in, err != nil) },
		Deregister: func(h Handle, err error) { note("deregister %d %v", h, err) },
		Ready:      func(h Handle, ready Ready) { note("ready %d %v", h, ready) },
		Wake:       func(h Handle, n int) { note("wake %d %d", h, n) },
		Park:       func(h Handle, in Interest) { note("park %d %v", h, in) },
		Clear:      func(h Handle, ready Ready, changed bool) { note("clear %d %v %v", h, ready, changed) },
		Turn: func(i TurnInfo) {
			if i.Waited < 0 || i.Elapsed < i.Waited {
				t.Errorf("waited %v of %v", i.Waited, i.Elapsed)
			}
			note("turn %d", i.Events)
		},
	}))
	g := register(t, r, 3, Readable)
	_, _ = r.RegisterHandle(3, Readable)
	var w countingWaker
	_, _ = g.PollReadReady(&w)
	p.post(3, ReadyReadable)
	turn(t, r)
	ended, cancel := context.WithCancel(context.Background())
	_ = g.AsyncIO(ended, Readable, func() error { cancel(); return native.WouldBlock })
	_ = g.Deregister()
	turn(t, r)
	want := []string{
		"register 3 readable false",
		"register 3 readable true",
		"park 3 readable",
		"ready 3 readable",
		"wake 3 1",
		"turn 1",
		"clear 3 readable true",
		"deregister 3 <nil>",
		"turn 0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("hooks (-want +got):\n%s", diff)
	}
}

// A trace with no hooks is never called.
func TestTraceEmpty(t *testing.T) {
	r, p := newFake(t, WithTrace(&Trace{}))
	g := register(t, r, 3, Readable)
	_, _ = g.PollReadReady(new(countingWaker))
	p.post(3, ReadyReadable)
	turn(t, r)
	if err := g.TryIO(Readable, func() error { return ErrWouldBlock }); err != ErrWouldBlock {
		t.Error(err)
	}
	if err := g.Deregister(); err != nil {
		t.Error(err)
	}
}
