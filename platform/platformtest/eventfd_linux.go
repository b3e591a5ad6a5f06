package platformtest

import (
	"encoding/binary"
	"math"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

var eventfdStates = []state{
	{
		name:  "Zero",
		make:  func(r *rig) (*sock, func()) { return r.eventfd(), nil },
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		name: "Counted",
		make: func(r *rig) (*sock, func()) {
			s := r.eventfd()
			return s, func() { s.count(1) }
		},
		read:  readable,
		write: writable,
		never: final | priority | failed,
	},
	{
		name: "Full",
		make: func(r *rig) (*sock, func()) {
			s := r.eventfd()
			s.count(math.MaxUint64 - 1)
			return s, nil
		},
		read:  readable,
		never: writable | final | priority | failed,
	},
}

var eventfds = []behaviour{{"EdgePerWrite", eventfdEdgePerWrite}}

// Each write is an edge, though none is read: a waker need not be drained.
func eventfdEdgePerWrite(r *rig) {
	s := r.eventfd()
	r.add(s, 1, platform.Readable, platform.Edge)
	for range 10 {
		s.count(1)
		r.await(1, readable)
		r.quiet()
	}
}

func (r *rig) eventfd() *sock {
	r.Helper()
	return r.own(nonBlocking(unix.Eventfd(0, unix.EFD_CLOEXEC)))
}

// count adds n to an eventfd.
func (s *sock) count(n uint64) {
	s.r.Helper()
	s.write(string(binary.NativeEndian.AppendUint64(nil, n)))
}
