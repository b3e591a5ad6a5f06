//go:build linux

package linux

import (
	"testing"
	"time"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

const ended = platform.ReadyReadClosed | platform.ReadyWriteClosed

// anonymous returns the two ends of a pipe.
func anonymous(t *testing.T) (reader, writer int) {
	t.Helper()
	var fds [2]int
	if err := unix.Pipe2(fds[:], unix.O_CLOEXEC|unix.O_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	return fds[0], fds[1]
}

// reported waits for one event.
func reported(t *testing.T, p *Poller, token platform.Token) platform.Ready {
	t.Helper()
	events := make([]platform.Event, 4)
	n, err := p.Wait(events, 10*time.Second)
	if err != nil || n != 1 || events[0].Token != token {
		t.Fatalf("Wait = %v, %v", events[:n], err)
	}
	return events[0].Ready
}

// The end of an anonymous pipe is final, and so it is told. That of a named one
// is not: the conformance suite has it.
func TestPipeEnded(t *testing.T) {
	p := opened(t)
	reader, writer := anonymous(t)
	defer func() { _ = unix.Close(reader) }()
	if err := p.Add(platform.Handle(reader), 1, platform.Readable, platform.Level); err != nil {
		t.Fatal(err)
	}
	if _, err := unix.Write(writer, []byte("x")); err != nil {
		t.Fatal(err)
	}
	if is := reported(t, p, 1); is != platform.ReadyReadable {
		t.Errorf("with data: %v", is)
	}
	if err := unix.Close(writer); err != nil {
		t.Fatal(err)
	}
	for token := platform.Token(2); token < 4; token++ {
		if err := p.Modify(platform.Handle(reader), token, platform.Readable, platform.Level); err != nil {
			t.Fatal(err)
		}
		if is := reported(t, p, token); !is.Has(platform.ReadyReadable | ended) {
			t.Errorf("without a writer: %v", is)
		}
	}
	if n := testing.AllocsPerRun(100, func() { reported(t, p, 3) }); n > 1 { // its slice
		t.Errorf("%v allocations", n)
	}
}

// What is remembered of pipes is forgotten with them.
func TestPipesForgotten(t *testing.T) {
	p := opened(t)
	reader, writer := anonymous(t)
	defer func() { _ = unix.Close(writer) }()
	h := platform.Handle(reader)
	for token := platform.Token(1); token < 4; token++ {
		if err := p.Add(h, token, platform.Readable, platform.Edge); err != nil {
			t.Fatal(err)
		}
		if err := p.Modify(h, 10+token, platform.Readable, platform.Edge); err != nil {
			t.Fatal(err)
		}
		if err := p.Delete(h); err != nil {
			t.Fatal(err)
		}
	}
	if p.pipes.size.Load() != 0 || len(p.pipes.ids) != 0 || len(p.pipes.fds) != 0 {
		t.Errorf("after Delete: %v, %v", p.pipes.ids, p.pipes.fds)
	}

	// One that was closed and not deleted makes room when its number is used
	// again.
	if err := p.Add(h, 1, platform.Readable, platform.Edge); err != nil {
		t.Fatal(err)
	}
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(fd) }()
	if err := unix.Dup3(fd, reader, unix.O_CLOEXEC); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = unix.Close(reader) }()
	if err := p.Add(h, 2, platform.Readable, platform.Edge); err != nil {
		t.Fatal(err)
	}
	if p.pipes.size.Load() != 0 || len(p.pipes.ids) != 0 || len(p.pipes.fds) != 0 {
		t.Errorf("after the number was used again: %v, %v", p.pipes.ids, p.pipes.fds)
	}
}

// Of two pipes with one token, the removal of one leaves the other.
func TestPipesSharedToken(t *testing.T) {
	p := opened(t)
	first, firstWriter := anonymous(t)
	second, secondWriter := anonymous(t)
	defer func() {
		for _, fd := range []int{first, firstWriter, second} {
			_ = unix.Close(fd)
		}
	}()
	for _, fd := range []int{first, second} {
		if err := p.Add(platform.Handle(fd), 7, platform.Readable, platform.Edge); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Delete(platform.Handle(first)); err != nil {
		t.Fatal(err)
	}
	if err := unix.Close(secondWriter); err != nil {
		t.Fatal(err)
	}
	if is := reported(t, p, 7); !is.Has(platform.ReadyReadable | ended) {
		t.Errorf("without a writer: %v", is)
	}
}
