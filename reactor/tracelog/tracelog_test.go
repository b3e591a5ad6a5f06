package tracelog_test

import (
	"bytes"
	"errors"
	"log/slog"
	"net"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
	"github.com/rouse-io/rouse/reactor/tracelog"
)

// logger writes a line for each record, without the time.
func logger(w *bytes.Buffer, level slog.Leveler) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

var errRefused = errors.New("refused")

// tell calls every hook, with an error and without.
func tell(t *reactor.Trace) {
	t.Register(3, reactor.Readable|reactor.Writable, nil)
	t.Register(platform.NoHandle, reactor.Readable, errRefused)
	t.Park(3, reactor.Readable)
	t.Ready(3, reactor.ReadyReadable|reactor.ReadyReadClosed)
	t.Wake(3, 2)
	t.Clear(3, reactor.ReadyReadable, true)
	t.Turn(reactor.TurnInfo{Events: 1, Waited: time.Millisecond, Elapsed: 2 * time.Millisecond})
	t.Deregister(3, nil)
	t.Deregister(3, errRefused)
}

// Each hook writes one line; only errors are more than debug.
func TestRecords(t *testing.T) {
	var all, warnings bytes.Buffer
	tell(tracelog.New(logger(&all, slog.LevelDebug)))
	want := []string{
		"level=DEBUG msg=register handle=3 interest=readable|writable",
		"level=WARN msg=register handle=-1 interest=readable err=refused",
		"level=DEBUG msg=park handle=3 interest=readable",
		"level=DEBUG msg=ready handle=3 ready=readable|read-closed",
		"level=DEBUG msg=wake handle=3 n=2",
		"level=DEBUG msg=clear handle=3 ready=readable changed=true",
		"level=DEBUG msg=turn events=1 waited=1ms elapsed=2ms",
		"level=DEBUG msg=deregister handle=3",
		"level=WARN msg=deregister handle=3 err=refused",
		"",
	}
	if diff := cmp.Diff(want, strings.Split(all.String(), "\n")); diff != "" {
		t.Errorf("at debug (-want +got):\n%s", diff)
	}
	tell(tracelog.New(logger(&warnings, slog.LevelInfo)))
	if diff := cmp.Diff([]string{want[1], want[8], ""}, strings.Split(warnings.String(), "\n")); diff != "" {
		t.Errorf("at info (-want +got):\n%s", diff)
	}
}

// No hook is forgotten, and without a logger there is none.
func TestHooks(t *testing.T) {
	some, none := reflect.ValueOf(*tracelog.New(slog.New(slog.DiscardHandler))), reflect.ValueOf(*tracelog.New(nil))
	for i := range some.NumField() {
		if some.Field(i).IsNil() {
			t.Errorf("%s has no hook", some.Type().Field(i).Name)
		}
		if !none.Field(i).IsNil() {
			t.Errorf("%s has a hook without a logger", none.Type().Field(i).Name)
		}
	}
}

// The level may change while the reactor runs.
func TestLevelChanges(t *testing.T) {
	var out bytes.Buffer
	var level slog.LevelVar
	level.Set(slog.LevelError)
	r, err := reactor.New(reactor.WithTrace(tracelog.New(logger(&out, &level))))
	if errors.Is(err, errors.ErrUnsupported) {
		t.Skip("no adapter for this system")
	}
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	l, err := net.ListenTCP("tcp", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	g, err := r.Register(l, reactor.Readable)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.RegisterHandle(platform.NoHandle, reactor.Readable); err == nil {
		t.Fatal("no handle was registered")
	}
	if _, err := r.Turn(0); err != nil {
		t.Fatal(err)
	}
	if out.Len() != 0 {
		t.Errorf("written below the level:\n%s", &out)
	}
	level.Set(slog.LevelDebug)
	if err := g.Deregister(); err != nil {
		t.Fatal(err)
	}
	if got := out.String(); !strings.HasPrefix(got, "level=DEBUG msg=deregister handle=") {
		t.Errorf("written after the level was changed:\n%s", got)
	}
}
