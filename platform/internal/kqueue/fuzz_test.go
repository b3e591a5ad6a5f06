//go:build unix

package kqueue

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// numbers are those of a system's filters, from its sys/event.h. NetBSD counts
// them from 0, and FreeBSD and NetBSD have none for priority.
type numbers struct {
	dialect            *Dialect
	read, write        int32
	except             int32
	oob                uint32
	watchesForPriority bool
}

var everyNumbers = []numbers{
	{&Darwin, -1, -2, -15, 0x2, true},
	{&Dragonfly, -1, -2, -8, 0x2, true},
	{&FreeBSD, -1, -2, 0, 0, false},
	{&NetBSD, 0, 1, 0, 0, false},
	{&OpenBSD, -1, -2, -9, 0x4, true},
}

// means is what an event means, written down by hand. About is the filter's
// interest, of which there is one.
func (n *numbers) means(about platform.Interest, ev *Kevent, ends bool) platform.Ready {
	var r platform.Ready
	closed := platform.ReadyReadClosed
	switch about {
	case platform.Readable:
		r = platform.ReadyReadable
	case platform.Writable:
		r, closed = platform.ReadyWritable, platform.ReadyWriteClosed
	case platform.Priority:
		if ev.Fflags&n.oob != 0 {
			r = platform.ReadyPriority
		}
	}
	if ev.Flags&0x8000 != 0 { // EV_EOF
		if ends {
			r |= closed
		}
		if ev.Fflags != 0 && about != platform.Priority {
			r |= platform.ReadyError
		}
	}
	if ev.Flags&0x4000 != 0 && ev.Data != 0 { // EV_ERROR
		r |= platform.ReadyError
	}
	return r
}

// Whatever a kernel says means what is written down, and a filter that nobody has
// added means nothing.
func FuzzDecode(f *testing.F) {
	for system := range everyNumbers {
		for _, filter := range []int32{-1, -2, 0, 1, -8, -9, -15} {
			f.Add(uint8(system), filter, uint32(0), uint32(0), int64(1), true)
			f.Add(uint8(system), filter, uint32(0x8000), uint32(0), int64(0), true)
			f.Add(uint8(system), filter, uint32(0x8000), uint32(104), int64(5), false)
			f.Add(uint8(system), filter, uint32(0x4000), uint32(2), int64(0), false)
			f.Add(uint8(system), filter, uint32(0xc010), uint32(4), int64(9), true)
		}
	}
	f.Fuzz(func(t *testing.T, system uint8, filter int32, flags, fflags uint32, data int64, ends bool) {
		n := everyNumbers[int(system)%len(everyNumbers)]
		if filter == 0 && n.read != 0 {
			return // there is no such filter: it stands for one that a system lacks
		}
		var about platform.Interest
		switch {
		case filter == n.read:
			about = platform.Readable
		case filter == n.write:
			about = platform.Writable
		case filter == n.except && n.watchesForPriority:
			about = platform.Priority
		}
		if got := n.dialect.interest(filter); got != about {
			t.Fatalf("filter %d is for %v, want %v", filter, got, about)
		}
		if about == 0 {
			return
		}
		ev := Kevent{Filter: filter, Flags: flags, Fflags: fflags, Data: data}
		if got, want := n.dialect.decode(about, &ev, ends), n.means(about, &ev, ends); got != want {
			t.Errorf("%+v of %v, ends %v: %v, want %v", ev, about, ends, got, want)
		}
	})
}
