package scale

import (
	"context"
	"errors"
	"os"
	"runtime"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/cpu"
	"golang.org/x/sys/unix"
)

// A load is one that needs no client: what handles a message sends the next.
type load struct {
	title   string
	prepare func(*reactor.Group) ([]*spinner, error)
}

// loads are all, by name.
var loads = map[string]load{
	"eventfd": {"eventfds that are read and written again", eventfds},
	"tcp":     {"TCP, both ends with one reactor", balls},
}

// spinning is how many handles a load without a client has.
const spinning = 128

// messageSize is what every message of every load has.
const messageSize = 64

// A Spin is what reactors have done in a time.
type Spin struct {
	Messages int
	Elapsed  time.Duration
	CPU      time.Duration
}

// measureSpin puts a load on a group of reactors with a processor for each.
func measureSpin(prepare func(*reactor.Group) ([]*spinner, error), reactors int, d time.Duration) (s Spin, err error) {
	runtime.GOMAXPROCS(reactors)
	g, err := reactor.NewGroup(reactors)
	if err != nil {
		return s, err
	}
	defer func() { _ = g.Close() }()
	spinners, err := prepare(g)
	if err != nil {
		return s, err
	}
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- g.Run(ctx) }()

	time.Sleep(d / 5) // to speed
	events, start, cpu := g.Stats().Ready, time.Now(), cpuTime()
	time.Sleep(d)
	s.Messages = int(g.Stats().Ready - events)
	s.Elapsed, s.CPU = time.Since(start), cpuTime()-cpu
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		return s, err
	}
	for _, o := range spinners {
		if o.err != nil {
			return s, o.err
		}
	}
	if s.Messages == 0 {
		err = errors.New("no message in " + s.Elapsed.String())
	}
	return s, err
}

// A spinner owns a handle that is always about to be ready again. Nothing that one
// writes is on a line of the processors' caches that another one's reactor uses.
type spinner struct {
	owner
	h   platform.Handle
	buf [messageSize]byte
	_   cpu.CacheLinePad
}

// spin registers a handle, and parks its owner.
func spin(to netio.Registrar, h platform.Handle, handle func(*spinner) error) (*spinner, error) {
	r, err := to.RegisterHandle(h, reactor.Readable)
	if err != nil {
		return nil, err
	}
	s := &spinner{h: h}
	s.owner = owner{g: r, handle: func() error { return handle(s) }}
	s.Wake()
	return s, s.err
}

// eventfds are each read and written, which makes them ready again: a message for
// which the kernel does next to nothing.
func eventfds(g *reactor.Group) ([]*spinner, error) {
	var all []*spinner
	for range spinning {
		fd, err := unix.Eventfd(1, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
		if err != nil {
			return nil, os.NewSyscallError("eventfd", err)
		}
		s, err := spin(g, platform.Handle(fd), countOn)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// countOn takes what an eventfd has, and gives it back.
func countOn(s *spinner) error {
	n, err := native.Read(s.h, s.buf[:])
	if err != nil {
		return err
	}
	_, err = native.Write(s.h, s.buf[:n])
	return err
}

// balls are messages that go back and forth between the two ends of connections.
// Both ends are one reactor's: over loopback who sends does the kernel's work for
// who receives, and two processors would be in each other's way.
func balls(g *reactor.Group) ([]*spinner, error) {
	listener, addr, err := sock.Listen("127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	defer func() { _ = sock.Close(listener) }()
	var all []*spinner
	reactors := g.Reactors()
	for i := range spinning / 2 {
		ends, err := connection(listener, addr)
		if err != nil {
			return nil, err
		}
		for _, h := range ends {
			s, err := spin(reactors[i%len(reactors)], h, bounce)
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
		if _, err := native.Write(ends[0], make([]byte, messageSize)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// bounce sends back what comes.
func bounce(s *spinner) error {
	n, err := native.Read(s.h, s.buf[:])
	if err == unix.EAGAIN { //nolint:errorlint // bare, as native.Read promises
		return nil
	}
	if err != nil {
		return err
	}
	if n == 0 {
		return errors.New("the other end has closed")
	}
	_, err = native.Write(s.h, s.buf[:n])
	return err
}
