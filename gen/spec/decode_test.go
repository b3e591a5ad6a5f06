package spec_test

import (
	"strings"
	"testing"

	"github.com/rouse-io/rouse/gen/spec"
)

// A row is one line of a truth table: what a kernel says in some state, and what
// that means. Maybe is what may be reported too: it is neither promised nor
// false.
type row struct {
	state  string
	native string // the names of the flags, a filter, and field=value
	ready  string // letters
	maybe  string
}

// What epoll says with EPOLLET and IN, OUT and RDHUP asked, measured on Linux
// 6.18. A direction that the state leaves open must not be reported closed:
// closed is final, so a false closed is a busy loop, where a missing one is only
// a delay.
//
// EPOLLHUP alone says that nothing blocks, and no more: a reader that is not told
// would wait for ever, but named pipes and terminals say it of what may go on.
// Anonymous pipes are known apart.
var epollRows = []row{
	// By single flags.
	{state: "nothing"},
	{state: "data", native: "IN", ready: "R"},
	{state: "priority data alone", native: "PRI", ready: "P"},
	{state: "room", native: "OUT", ready: "W"},
	{state: "data and the peer's end", native: "IN RDHUP", ready: "R RC"},
	{state: "an error alone", native: "ERR", ready: "E"},

	// By states.
	{state: "stream, never connected", native: "OUT HUP", ready: "R W"},
	{state: "bound, not listening", native: "OUT HUP", ready: "R W"},
	{state: "connect refused", native: "IN OUT ERR HUP RDHUP", ready: "R W RC WC E"},
	{state: "connected", native: "OUT", ready: "W"},
	{state: "peer SHUT_WR", native: "IN OUT RDHUP", ready: "R W RC"},
	{state: "own SHUT_RD", native: "IN OUT RDHUP", ready: "R W RC"},
	{state: "own SHUT_WR", native: "OUT", ready: "W"},
	{state: "both halves shut", native: "IN OUT HUP RDHUP", ready: "R W RC WC"},
	{state: "peer RST", native: "IN OUT ERR HUP RDHUP", ready: "R W RC WC E"},
	{state: "AF_UNIX peer closed with our data unread", native: "IN OUT ERR HUP RDHUP", ready: "R W RC WC E"},
	{state: "OOB byte", native: "IN PRI OUT", ready: "R W P"},
	{state: "pipe reader, writer gone, empty", native: "HUP pipe=1", ready: "R W RC WC"},
	{state: "pipe reader, writer gone, with data", native: "IN HUP pipe=1", ready: "R W RC WC"},
	{state: "pipe writer, reader gone, room", native: "OUT ERR", ready: "W E"},
	{state: "pipe writer, reader gone, full", native: "ERR", ready: "E"},
	{state: "connected UDP after a refusal, both asked", native: "OUT ERR", ready: "W E"},
	{state: "connected UDP after a refusal, only IN asked", native: "ERR", ready: "E"},
	{state: "listener after shutdown(RDWR)", native: "OUT HUP", ready: "R W"},
	{state: "pidfd, child exited", native: "IN", ready: "R"},
	{state: "pidfd, child reaped", native: "IN HUP", ready: "R W"},

	// Measured beside the table, where only IN is asked.
	{state: "stream, never connected", native: "HUP", ready: "R W"},
	{state: "listener after shutdown(RDWR)", native: "HUP", ready: "R W"},
	{state: "named pipe, writer gone", native: "HUP", ready: "R W"},
	{state: "pty master, slave gone", native: "HUP", ready: "R W"},
}

// A direction that has come to its end may still be ready: what is left to read,
// and the end itself. An end that need not be for good is no end.
var kqueueRows = []row{
	{state: "data", native: "EVFILT_READ EV_CLEAR data=1 ends=1", ready: "R"},
	{state: "room", native: "EVFILT_WRITE EV_CLEAR data=1 ends=1", ready: "W"},
	{state: "peer's end, no error", native: "EVFILT_READ EV_CLEAR EV_EOF ends=1", ready: "R RC"},
	{state: "peer's end, bytes left", native: "EVFILT_READ EV_CLEAR EV_EOF data=1 ends=1", ready: "R RC"},
	{state: "peer's end, an error", native: "EVFILT_READ EV_CLEAR EV_EOF fflags=54 ends=1", ready: "R RC E"},
	{state: "end of writing, no error", native: "EVFILT_WRITE EV_CLEAR EV_EOF ends=1", ready: "W WC"},
	{state: "end of writing, an error", native: "EVFILT_WRITE EV_CLEAR EV_EOF fflags=32 ends=1", ready: "W WC E"},
	{state: "named pipe, writer gone", native: "EVFILT_READ EV_CLEAR EV_EOF", ready: "R"},
	{state: "named pipe, reader gone", native: "EVFILT_WRITE EV_CLEAR EV_EOF", ready: "W"},
	{state: "a device that went", native: "EVFILT_READ EV_EOF EV_ONESHOT", ready: "R"},
	{state: "fflags without the end", native: "EVFILT_READ fflags=1 ends=1", ready: "R"},
	{state: "a failed change", native: "EVFILT_READ EV_ERROR data=9", ready: "E", maybe: "R"},
}

// Where EVFILT_EXCEPT exists.
var exceptRows = []row{
	{state: "OOB byte", native: "EVFILT_EXCEPT EV_CLEAR NOTE_OOB ends=1", ready: "P"},
	{state: "the end, and no OOB byte", native: "EVFILT_EXCEPT EV_CLEAR EV_EOF ends=1", ready: "RC"},
}

// The names lack "AFD_POLL_". Under Wine one state may say less than on Windows.
var afdRows = []row{
	{state: "data", native: "RECEIVE", ready: "R"},
	{state: "OOB byte", native: "RECEIVE_EXPEDITED", ready: "P"},
	{state: "room", native: "SEND", ready: "W"},
	{state: "peer FIN", native: "DISCONNECT", ready: "R RC"},
	{state: "data, then FIN", native: "RECEIVE DISCONNECT", ready: "R RC"},
	{state: "RST", native: "ABORT stream=1", ready: "R W RC WC E"},
	{state: "waiting to be accepted", native: "ACCEPT", ready: "R"},
	{state: "refused", native: "CONNECT_FAIL stream=1", ready: "R W RC WC E"},
	{state: "refused, as Wine may say", native: "CONNECT_FAIL RECEIVE stream=1", ready: "R W RC WC E"},
	{state: "connected", native: "SEND CONNECT", ready: "W"},
	{state: "a datagram was refused, as Wine says", native: "ABORT", ready: "R W E"},
	{state: "the poll failed", native: "status=-1073741670 stream=1", ready: "R W E"},
}

func TestDecodeEpoll(t *testing.T) {
	linux := target(t, "linux")
	for _, r := range epollRows {
		checkRow(t, linux, r, prefixed("EPOLL", r.native))
	}
}

func TestDecodeKqueue(t *testing.T) {
	for _, goos := range []string{"darwin", "freebsd", "netbsd", "openbsd", "dragonfly"} {
		t.Run(goos, func(t *testing.T) {
			system := target(t, goos)
			rows := kqueueRows
			if system.Watches(spec.Priority) {
				rows = append(rows[:len(rows):len(rows)], exceptRows...)
			}
			for _, r := range rows {
				checkRow(t, system, r, r.native)
			}
		})
	}
}

func TestDecodeAFD(t *testing.T) {
	windows := target(t, "windows")
	for _, r := range afdRows {
		checkRow(t, windows, r, prefixed("AFD_POLL_", r.native))
	}
	for native, want := range map[string]spec.Outcome{
		"AFD_POLL_LOCAL_CLOSE":                      spec.Drop,
		"AFD_POLL_RECEIVE AFD_POLL_LOCAL_CLOSE":     spec.Drop,
		"STATUS_CANCELLED":                          spec.Ignore,
		"STATUS_CANCELLED AFD_POLL_RECEIVE":         spec.Ignore,
		"STATUS_CANCELLED AFD_POLL_LOCAL_CLOSE":     spec.Ignore,
		"AFD_POLL_RECEIVE AFD_POLL_SEND status=259": spec.Report,
	} {
		if _, outcome := windows.Decode(event(t, windows, native)); outcome != want {
			t.Errorf("%s: outcome %d, want %d", native, outcome, want)
		}
	}
}

func checkRow(t *testing.T, system *spec.Target, r row, native string) {
	t.Helper()
	got, outcome := system.Decode(event(t, system, native))
	if outcome != spec.Report {
		t.Errorf("%s: %s is not reported", r.state, native)
		return
	}
	want, maybe := set(t, r.ready), set(t, r.maybe)
	if missing := want &^ got; missing != 0 {
		t.Errorf("%s: %s lacks %s", r.state, native, letters(missing))
	}
	if extra := got &^ (want | maybe); extra != 0 {
		t.Errorf("%s: %s falsely says %s", r.state, native, letters(extra))
	}
}

func target(t *testing.T, goos string) *spec.Target {
	t.Helper()
	for _, system := range spec.Targets {
		if system.GOOS == goos {
			return system
		}
	}
	t.Fatalf("there is no target %s", goos)
	return nil
}

// event reads a row's second column.
func event(t *testing.T, system *spec.Target, native string) spec.Event {
	t.Helper()
	ev := make(spec.Event)
	// Where a filter is 0, as NetBSD's EVFILT_READ, another event must not be
	// taken for it.
	ev[spec.Filter] = -99
	for word := range strings.FieldsSeq(native) {
		if name, value, ok := strings.Cut(word, "="); ok {
			ev[field(t, name)] = number(t, value)
			continue
		}
		c, ok := system.Const(word)
		if !ok {
			t.Fatalf("%s: unknown constant %s", system.GOOS, word)
		}
		switch c.Field {
		case spec.Flags, spec.Fflags:
			ev[c.Field] |= c.Value
		default:
			ev[c.Field] = c.Value
		}
	}
	return ev
}
