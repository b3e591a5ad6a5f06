package oracle

import (
	"errors"
	"time"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/windows"
)

// knowsFresh: WSAPoll calls a socket that is not connected hung up, and AFD says
// nothing of it.
const knowsFresh = false

// deregistersFirst: a socket that is closed while nothing watches it, between a
// report and the next turn, can't be told from the next one of that number. And
// Wine's server does not survive it when one is closed just when its peer is and
// its poll is cancelled (see fragile in the reactor's tests).
const deregistersFirst = true

// isWine reports whether Wine plays Windows here.
var isWine = windows.NewLazySystemDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil

// has reports whether there are pairs of a kind: those of sockets that Wine has.
func has(k kind) bool { return k == tcp || k == udp }

// hasEdges is false: edges are made of levels.
const hasEdges = false

// differs tells of ends about which the system's two answers differ: after a
// datagram was refused, Wine ends no poll that was pending.
func differs(e *end) bool { return isWine && e.kind == udp && e.peer == nil }

// look asks WSAPoll which directions of in would not block, and waits for one up
// to a timeout. Hang-up comes unasked, and means the peer's shutdown; an error
// concerns both.
func look(h platform.Handle, in reactor.Interest, timeout time.Duration) (reactor.Interest, error) {
	fd := pollFD{s: windows.Handle(h)}
	if in&reactor.Readable != 0 {
		fd.events |= pollIn
	}
	if in&reactor.Writable != 0 {
		fd.events |= pollOut
	}
	if _, err := wsaPoll(&fd, 1, int32(timeout.Milliseconds())); err != nil {
		return 0, err
	}
	if fd.revents&pollNval != 0 {
		return 0, windows.WSAENOTSOCK
	}
	var ready reactor.Interest
	if fd.revents&(pollIn|pollHup|pollErr) != 0 {
		ready |= reactor.Readable
	}
	if fd.revents&(pollOut|pollErr) != 0 {
		ready |= reactor.Writable
	}
	return ready & in, nil
}

// makeLocal makes no pair: there are none of those kinds.
func makeLocal(kind) (a, b platform.Handle, err error) {
	return platform.NoHandle, platform.NoHandle, errors.ErrUnsupported
}

// handlesAreOurs is false: Go's threads and the system's own have some.
const handlesAreOurs = false

// countHandles counts the process's handles.
func countHandles() (int, error) {
	var n uint32
	err := getProcessHandleCount(windows.CurrentProcess(), &n)
	return int(n), err
}
