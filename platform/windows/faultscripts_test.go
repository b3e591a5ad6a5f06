//go:build windows && (amd64 || 386)

package windows

import (
	"errors"
	"io"
	"os"
	"runtime"
	"testing"

	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/windows"
)

// A script is what a program does with a poller from its Open to its Close. It is
// played over and over, each time with another fault. What it needs is made once.
type script func(t *testing.T) func(b *bench)

// scripts are of everything that this package does.
var scripts = map[string]script{
	"sockets":    sockets,
	"background": background,
	"groups":     manyGroups,
	"waitables":  waitables,
	"processes":  processes,
	"probes":     probes,
	"pipes":      namedPipes,
}

// echo sends a byte to a socket, whose owner reads it as soon as it can.
func (b *bench) echo(w *watched, peer platform.Handle) {
	b.Helper()
	b.do("", func() error {
		_, err := Write(peer, []byte("x"))
		return err
	})
	var buf [2]byte
	b.until(w, func() error {
		n, err := Read(w.h, buf[:])
		if err == nil && n != 1 {
			b.Fatalf("%d bytes were read", n)
		}
		return err
	})
}

// sockets is all that can be done with sockets.
func sockets(t *testing.T) func(b *bench) {
	a, aPeer := udpPair(t)
	c, cPeer := udpPair(t)
	return func(b *bench) {
		started.Store(false) // which is called once otherwise
		b.open()
		one := &watched{a, 1, readable, platform.Edge}
		two := &watched{c, 2, readable, platform.Level}
		b.add(one)
		b.add(two)
		b.exists(one)
		b.echo(one, aPeer)
		b.echo(two, cPeer)
		b.ask(one)
		b.wait(0)
		b.exists(one) // while it is polled
		// Wider than what is asked for, so that the poll is made anew.
		one.token, one.in = 3, readable|writable
		b.modify(one)
		b.awaits(one, isWrite)
		b.echo(one, aPeer)
		two.token, two.in, two.mode = 4, writable, platform.OneShot
		b.modify(two)
		b.awaits(two, isWrite)
		b.do("wake", func() error { return b.p.Wake() })
		b.wait(-1)
		b.ask(one)
		b.wait(0)
		b.delete(one)
		// One that is closed while it is added.
		s, err := windows.Socket(windows.AF_INET, windows.SOCK_DGRAM, 0)
		need(b, err)
		gone := &watched{platform.Handle(s), 5, readable, platform.Edge}
		b.add(gone)
		closeSocket(b, gone.h)
		b.refuses("modify", platform.ErrNotFound, func() error { return b.p.Modify(gone.h, 5, readable, platform.Edge) })
		b.close()
	}
}

// background is a goroutine that waits while another one adds and modifies.
func background(t *testing.T) func(b *bench) {
	a, aPeer := udpPair(t)
	s := semaphore(t, 0)
	return func(b *bench) {
		b.open()
		b.background()
		one := &watched{a, 1, readable, platform.Edge}
		two := &watched{s, 2, readable, platform.Level}
		b.add(one)
		b.add(two)
		b.exists(one)
		b.echo(one, aPeer)
		b.ask(one)
		one.token, one.in = 3, readable|writable
		b.modify(one)
		b.awaits(one, isWrite)
		b.echo(one, aPeer)
		told(b, procRelease, uintptr(s), 1, 0)
		b.awaits(two, isRead)
		b.delete(two)
		b.close()
	}
}

// manyGroups is more sockets than one group has.
func manyGroups(t *testing.T) func(b *bench) {
	var near, far [groupSize + 1]platform.Handle
	for i := range near {
		near[i], far[i] = udpPair(t)
	}
	return func(b *bench) {
		b.open()
		var last *watched
		for i, h := range near {
			last = &watched{h, platform.Token(i), readable, platform.Edge}
			b.add(last)
		}
		b.echo(last, far[groupSize])
		for i, h := range near {
			b.delete(&watched{h: h, token: platform.Token(i)})
		}
		b.close()
	}
}

// waitables are handles that are no sockets, and one that nobody can wait for.
func waitables(t *testing.T) func(b *bench) {
	s, s2 := semaphore(t, 0), semaphore(t, 0)
	file, err := os.Open(os.Args[0])
	need(t, err)
	t.Cleanup(func() { need(t, file.Close()) })
	none := platform.Handle(file.Fd())
	return func(b *bench) {
		b.open()
		b.refuses("add", platform.ErrNotPollable, func() error { return b.p.Add(none, 9, readable, platform.Edge) })
		one := &watched{s, 1, readable, platform.Edge}
		two := &watched{s2, 2, readable, platform.Level}
		b.add(one)
		b.add(two)
		b.exists(one)
		b.wait(0)
		b.exists(one)
		told(b, procRelease, uintptr(s), 1, 0)
		b.awaits(one, isRead)
		b.ask(one)
		b.wait(0)
		one.token = 3
		b.modify(one)
		told(b, procRelease, uintptr(s2), 1, 0)
		b.awaits(two, isRead)
		b.delete(one)
		b.close()
	}
}

// processes are opened and closed.
func processes(t *testing.T) func(b *bench) {
	self, err := os.FindProcess(os.Getpid())
	need(t, err)
	return func(b *bench) {
		b.open()
		var w watched
		b.do("open", func() (err error) {
			w.h, err = OpenProcess(self)
			return err
		})
		w.token, w.in = 1, readable
		b.add(&w)
		b.wait(0)
		b.delete(&w)
		b.do("close", func() error { return CloseHandle(w.h) })
		b.close()
	}
}

// probes looks at one handle of each kind.
func probes(t *testing.T) func(b *bench) {
	a, _ := udpPair(t)
	p, _ := pipePair(t)
	self, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(os.Getpid()))
	process := owned(t, self, err)
	pipe := value(t, p)
	return func(b *bench) {
		b.open()
		for _, look := range []struct {
			h    platform.Handle
			in   platform.Interest
			want platform.Ready
		}{{a, writable, isWrite}, {process, readable, 0}, {pipe, writable, isWrite}} {
			b.do("probe", func() error {
				ready, err := Probe(look.h, look.in)
				if err == nil && ready != look.want {
					b.Errorf("%#x is %v", look.h, ready)
				}
				return err
			})
		}
		b.close()
	}
}

// namedPipes are made, connected, used and closed.
func namedPipes(*testing.T) func(b *bench) {
	return func(b *bench) {
		b.open()
		name := pipeName()
		var server, client *Pipe
		b.do("", func() (err error) {
			server, err = ListenPipe(name, true)
			return err
		})
		connect := func() error { return server.Connect() }
		b.refuses("", windows.WSAEWOULDBLOCK, connect)
		b.do("", func() error { return server.Disconnect() })
		b.refuses("", windows.WSAEWOULDBLOCK, connect)
		one := &watched{value(b, server), 1, readable | writable, platform.Edge}
		b.add(one)
		b.wait(0)
		dial := func() (err error) {
			client, err = DialPipe(name)
			return err
		}
		if err := b.try(dial); err != nil {
			b.told("", err)
			// It may have come and gone again.
			b.delete(one)
			need(b, server.Disconnect())
			b.refuses("", windows.WSAEWOULDBLOCK, connect)
			b.add(one)
			for err = dial(); errors.Is(err, windows.ERROR_PIPE_BUSY); err = dial() {
				runtime.Gosched() // it has yet to be listened to
			}
			need(b, err)
		}
		b.until(one, connect)
		var buf [8]byte
		for range 2 {
			b.do("", func() error {
				_, err := client.Write([]byte("x"))
				return err
			})
			b.until(one, func() error {
				n, err := server.Read(buf[:])
				if err == nil && n != 1 {
					b.Fatalf("%d bytes were read", n)
				}
				return err
			})
		}
		sum := b.flood(server)
		b.drains(client, sum)
		// The last write has ended when another one can begin.
		b.until(one, func() error {
			_, err := server.Write([]byte("x"))
			return err
		})
		b.delete(one)
		b.do("", func() error { return client.Close() })
		b.do("", func() error { return server.Close() })
		b.close()
	}
}

// flood writes until a write is in flight, and returns how much was written.
func (b *bench) flood(p *Pipe) int {
	b.Helper()
	block := make([]byte, pipeBuffer)
	for sum := 0; ; {
		var n int
		err := b.try(func() (err error) {
			n, err = p.Write(block)
			return err
		})
		sum += n
		if err == windows.WSAEWOULDBLOCK {
			return sum
		}
		if err != nil {
			b.told("", err)
		}
	}
}

// drains reads what was written.
func (b *bench) drains(p *Pipe, sum int) {
	b.Helper()
	buf := make([]byte, pipeBuffer)
	for sum > 0 {
		b.do("", func() error {
			n, err := p.Read(buf)
			sum -= n
			if err == windows.WSAEWOULDBLOCK || err == io.EOF {
				return nil
			}
			return err
		})
	}
	if sum < 0 {
		b.Fatalf("%d bytes more were read than written", -sum)
	}
}
