//go:build linux

package linux

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
)

// truth is what epoll's flags mean, written down by hand: a row holds where all
// of its flags are there, and the handle is a pipe if it says so.
var truth = []struct {
	flags uint32
	pipe  bool
	ready platform.Ready
}{
	{0x0001, false, platform.ReadyReadable},                               // EPOLLIN
	{0x0002, false, platform.ReadyPriority},                               // EPOLLPRI
	{0x0004, false, platform.ReadyWritable},                               // EPOLLOUT
	{0x0008, false, platform.ReadyError},                                  // EPOLLERR
	{0x0010, false, platform.ReadyReadable | platform.ReadyWritable},      // EPOLLHUP
	{0x0010, true, platform.ReadyReadClosed | platform.ReadyWriteClosed},  // EPOLLHUP of a pipe
	{0x2001, false, platform.ReadyReadClosed},                             // EPOLLRDHUP | EPOLLIN
	{0x2010, false, platform.ReadyReadClosed | platform.ReadyWriteClosed}, // EPOLLRDHUP | EPOLLHUP
}

// Whatever the kernel says, flags that nobody knows too, means what the table
// says and no more.
func FuzzDecode(f *testing.F) {
	for _, row := range truth {
		f.Add(row.flags, row.pipe)
	}
	// What was measured (facts/truth-tables): never connected, reset, a pipe at its
	// end, a refused datagram, and everything at once.
	for _, flags := range []uint32{0x0014, 0x201d, 0x0011, 0x000c, 0x2000, 0xffffffff} {
		f.Add(flags, false)
		f.Add(flags, true)
	}
	f.Fuzz(func(t *testing.T, flags uint32, pipe bool) {
		var want platform.Ready
		for _, row := range truth {
			if flags&row.flags == row.flags && (pipe || !row.pipe) {
				want |= row.ready
			}
		}
		if got := decode(flags, pipe); got != want {
			t.Errorf("decode(%#x, %v) = %v, want %v", flags, pipe, got, want)
		}
	})
}

// Every token comes back, whatever is asked for beside it.
func FuzzToken(f *testing.F) {
	for _, want := range []uint64{0, 1, 1<<31 - 1, 1 << 31, 1<<32 - 1, 1 << 32, 1 << 63, 1<<64 - 1} {
		f.Add(want, uint32(0xffffffff))
	}
	f.Fuzz(func(t *testing.T, want uint64, mask uint32) {
		ev := event(mask, platform.Token(want))
		if got := token(&ev); got != platform.Token(want) || ev.Events != mask {
			t.Errorf("token %#x with flags %#x comes back as %#x with %#x", want, mask, got, ev.Events)
		}
	})
}
