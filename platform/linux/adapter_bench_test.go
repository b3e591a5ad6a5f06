//go:build linux

package linux

import (
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// BenchmarkDecode measures what is made of the flags of one event.
func BenchmarkDecode(b *testing.B) {
	flags := []uint32{
		unix.EPOLLIN,
		unix.EPOLLIN | unix.EPOLLOUT,
		unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP,
		unix.EPOLLIN | unix.EPOLLOUT | unix.EPOLLRDHUP | unix.EPOLLHUP | unix.EPOLLERR,
	}
	var seen platform.Ready
	for i := 0; b.Loop(); i++ {
		seen |= decode(flags[i%len(flags)], false)
	}
	if !seen.IsError() {
		b.Error("EPOLLERR is no error")
	}
}

// BenchmarkWait measures a Wait that reports one event, and asks the kernel once.
func BenchmarkWait(b *testing.B) {
	p, err := Open()
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	fd, err := unix.Eventfd(1, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		b.Fatal(err)
	}
	defer unix.Close(fd)
	if err := p.Add(platform.Handle(fd), 1, platform.Readable, platform.Level); err != nil {
		b.Fatal(err)
	}
	events := make([]platform.Event, batch)
	b.ReportAllocs()
	for b.Loop() {
		if n, err := p.Wait(events, 0); n != 1 || err != nil {
			b.Fatal(n, err)
		}
	}
}
