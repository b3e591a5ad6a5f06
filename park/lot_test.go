package park_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"

	"github.com/rouse-io/rouse/park"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/reactor"
)

// What a peer does wakes a parked connection once, with what it has done; then
// package net reads it. It is the same where that came before Park.
func TestPark(t *testing.T) {
	for _, test := range []struct {
		name string
		do   func(testing.TB, streamConn)
		is   func(reactor.Ready) bool
		read func(testing.TB, net.Conn)
	}{
		{
			"readable",
			func(t testing.TB, peer streamConn) { write(t, peer, "hello") },
			func(r reactor.Ready) bool { return r.IsReadable() && !r.IsReadClosed() && !r.IsError() },
			func(t testing.TB, c net.Conn) { read(t, c, "hello") },
		},
		{
			"closed by the peer",
			func(t testing.TB, peer streamConn) {
				if err := peer.CloseWrite(); err != nil {
					t.Error(err)
				}
			},
			reactor.Ready.IsReadClosed,
			func(t testing.TB, c net.Conn) {
				if _, err := c.Read(make([]byte, 1)); err != io.EOF {
					t.Error(err)
				}
			},
		},
		{
			"reset by the peer",
			func(t testing.TB, peer streamConn) {
				tcp, ok := peer.(*net.TCPConn)
				if !ok {
					t.Skip("there is no reset")
				}
				if err := errors.Join(tcp.SetLinger(0), tcp.Close()); err != nil {
					t.Error(err)
				}
			},
			func(r reactor.Ready) bool { return r.IsReadable() && (r.IsReadClosed() || r.IsError()) },
			func(t testing.TB, c net.Conn) {
				if _, err := c.Read(make([]byte, 1)); err == nil || err == io.EOF {
					t.Errorf("read: %v", err)
				}
			},
		},
	} {
		for network, pair := range pairs {
			for _, before := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s/%s/before=%t", test.name, network, before), func(t *testing.T) {
					r := start(t)
					wake, wakes := tell[string](2)
					lot := park.NewLot(r, 0, wake)
					conn, peer := pair(t)
					if before {
						test.do(t, peer)
					}
					spot, err := lot.Park(conn, "it")
					if err != nil {
						t.Fatal(err)
					}
					if !before {
						test.do(t, peer)
					}
					got := receive(t, wakes)
					if got.v != "it" || got.w.Err != nil || !test.is(got.w.Ready) {
						t.Errorf("woken by %v", got)
					}
					if live := r.Stats().Live; live != 0 || lot.Len() != 0 {
						t.Errorf("%d are registered, %d parked", live, lot.Len())
					}
					test.read(t, conn)
					if spot.Cancel() {
						t.Error("cancelled after the wake")
					}
					if err := lot.Close(); err != nil || len(wakes) != 0 {
						t.Errorf("Close: %v, %d are woken", err, len(wakes))
					}
				})
			}
		}
	}
}

// A wake may park its connection again, read it first, or hand it over.
func TestParkInWake(t *testing.T) {
	const rounds = 200
	for network, pair := range pairs {
		t.Run(network, func(t *testing.T) {
			r := start(t)
			conn, peer := pair(t)
			done := make(chan error, 1)
			var lot *park.Lot[int]
			serve := func(round int) {
				var err error
				if _, err = io.ReadFull(conn, make([]byte, 4)); err == nil {
					_, err = conn.Write([]byte("pong"))
				}
				if err == nil && round+1 < rounds {
					_, err = lot.Park(conn, round+1)
				}
				if err != nil || round+1 == rounds {
					done <- err
				}
			}
			lot = park.NewLot(r, 0, func(round int, w park.Wake) {
				switch {
				case w.Err != nil:
					done <- w.Err
				case round%3 == 0: // there is more to read than it can
					if _, err := lot.Park(conn, round+1); err != nil {
						done <- err
					}
				case round%3 == 1:
					serve(round)
				default:
					go serve(round)
				}
			})
			if _, err := lot.Park(conn, 0); err != nil {
				t.Fatal(err)
			}
			go func() {
				buf := make([]byte, 4)
				for {
					if _, err := peer.Write([]byte("ping")); err != nil {
						return
					}
					if _, err := io.ReadFull(peer, buf); err != nil {
						return
					}
				}
			}()
			if err := receive(t, done); err != nil {
				t.Error(err)
			}
			_ = conn.Close() // ends the peer
		})
	}
}

// What was cancelled wakes nobody, and is free for everything.
func TestCancel(t *testing.T) {
	r := start(t)
	wake, wakes := tell[int](3)
	lot := park.NewLot(r, 0, wake)
	conn, peer := tcpPair(t)
	var zero *park.Spot[int]
	if zero.Cancel() || new(park.Spot[int]).Cancel() {
		t.Error("nothing was cancelled")
	}
	for i := range 3 {
		spot, err := lot.Park(conn, i)
		if err != nil {
			t.Fatal(err)
		}
		if n := lot.Len(); n != 1 {
			t.Errorf("%d are parked", n)
		}
		if !spot.Cancel() || spot.Cancel() {
			t.Error("cancelled not once")
		}
		write(t, peer, "hello")
		read(t, conn, "hello")
	}
	if _, err := lot.Park(conn, 3); err != nil {
		t.Fatal(err)
	}
	write(t, peer, "wake up")
	if got := receive(t, wakes); got.v != 3 || len(wakes) != 0 {
		t.Errorf("%v, %d more", got, len(wakes))
	}
}

// Close wakes all, and lets nobody in.
func TestClose(t *testing.T) {
	r := start(t)
	wake, wakes := tell[int](3)
	lot := park.NewLot(r, 0, wake)
	for i := range 3 {
		conn, _ := tcpPair(t)
		if _, err := lot.Park(conn, i); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := lot.Close(); err != nil {
			t.Error(err)
		}
	}
	for i := range 3 {
		if got := receive(t, wakes); got.v != i || got.w.Err != park.ErrClosed {
			t.Errorf("woken by %v", got)
		}
	}
	conn, _ := tcpPair(t)
	if _, err := lot.Park(conn, 3); err != park.ErrClosed {
		t.Errorf("Park: %v", err)
	}
	if live := r.Stats().Live; live != 0 || lot.Len() != 0 {
		t.Errorf("%d are registered, %d parked", live, lot.Len())
	}
}

// Close of the reactor wakes all of every lot.
func TestReactorClosed(t *testing.T) {
	r := start(t)
	wake, wakes := tell[int](3)
	lot := park.NewLot(r, 0, wake)
	conn, _ := tcpPair(t)
	if _, err := lot.Park(conn, 1); err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, wakes); got.w.Err != reactor.ErrShutdown || got.v != 1 {
		t.Errorf("woken by %v", got)
	}
	if _, err := lot.Park(conn, 2); err != reactor.ErrShutdown {
		t.Errorf("Park: %v", err)
	}
	if err := lot.Close(); err != nil || len(wakes) != 0 {
		t.Errorf("Close: %v, %d are woken", err, len(wakes))
	}
}

// What has no meaning is an error, and leaves nothing behind.
func TestBadInput(t *testing.T) {
	r := start(t)
	wake, wakes := tell[int](1)
	lot := park.NewLot(r, -1, wake)
	conn, peer := tcpPair(t)
	gone, _ := tcpPair(t)
	_ = gone.Close()
	if _, err := lot.Park(conn, 1); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		lot  *park.Lot[int]
		conn syscall.Conn
		want error
	}{
		{"no connection", lot, nil, os.ErrInvalid},
		{"zero connection", lot, new(net.TCPConn), syscall.EINVAL},
		{"closed connection", lot, gone, net.ErrClosed},
		{"parked connection", lot, conn, platform.ErrExists},
		{"parked in another lot", park.NewLot(r, 0, wake), conn, platform.ErrExists},
		{"no registrar", park.NewLot(nil, 0, wake), conn, os.ErrInvalid},
		{"zero lot", new(park.Lot[int]), conn, os.ErrInvalid},
	} {
		if spot, err := test.lot.Park(test.conn, 2); spot != nil || !errors.Is(err, test.want) {
			t.Errorf("%s: %v, %v, want %v", test.name, spot, err, test.want)
		}
	}
	if n := r.Stats().Live; n != 1 || lot.Len() != 1 {
		t.Errorf("%d are registered, %d parked", n, lot.Len())
	}
	if err := new(park.Lot[int]).Close(); err != nil {
		t.Error(err)
	}
	write(t, peer, "hello") // to the one that is parked
	if got := receive(t, wakes); got.v != 1 || got.w.Err != nil {
		t.Errorf("woken by %v", got)
	}
	// Nobody is told, and nothing else happens.
	silent := park.NewLot[int](r, 0, nil)
	if _, err := silent.Park(conn, 1); err != nil {
		t.Fatal(err)
	}
	if err := silent.Close(); err != nil || r.Stats().Live != 0 {
		t.Errorf("Close: %v, %d are registered", err, r.Stats().Live)
	}
}

// A connection may be closed while its wake runs, and the number of its
// descriptor come back, for one that is parked at once.
func TestClosedInWake(t *testing.T) {
	r := start(t)
	running, closed := make(chan struct{}), make(chan struct{})
	again := make(chan error, 1)
	conn, peer := tcpPair(t)
	var lot *park.Lot[int]
	lot = park.NewLot(r, 0, func(_ int, w park.Wake) {
		if w.Err != nil {
			t.Error(w.Err)
		}
		running <- struct{}{}
		<-closed
		_, err := lot.Park(conn, 2)
		again <- err
	})
	if _, err := lot.Park(conn, 1); err != nil {
		t.Fatal(err)
	}
	write(t, peer, "hello")
	receive(t, running)
	_ = conn.Close()
	wake, wakes := tell[int](8)
	other := park.NewLot(r, 0, wake)
	for i := range 4 {
		conn, _ := tcpPair(t)
		if _, err := other.Park(conn, i); err != nil {
			t.Fatal(err)
		}
	}
	closed <- struct{}{}
	if err := receive(t, again); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Park: %v", err)
	}
	if err := other.Close(); err != nil {
		t.Error(err)
	}
	for i := range 4 {
		if got := receive(t, wakes); got.v != i || got.w.Err != park.ErrClosed {
			t.Errorf("woken by %v", got)
		}
	}
}

// A system that refuses to let go is told of by Close alone: everybody is woken.
func TestDeregisterFails(t *testing.T) {
	r, p := newFake(t)
	wake, wakes := tell[int](2)
	lot := park.NewLot(r, 0, wake)
	for i := range 2 {
		if _, err := lot.Park(fakeConn(i), i); err != nil {
			t.Fatal(err)
		}
	}
	refused := errors.New("refused")
	p.deleteErr = refused
	p.post(0, platform.ReadyReadable)
	if _, err := r.Turn(0); err != nil {
		t.Fatal(err)
	}
	if got := receive(t, wakes); got.v != 0 || got.w != (park.Wake{Ready: reactor.ReadyReadable}) {
		t.Errorf("woken by %v", got)
	}
	if err := lot.Close(); !errors.Is(err, refused) {
		t.Errorf("Close: %v", err)
	}
	if got := receive(t, wakes); got.v != 1 || got.w.Err != park.ErrClosed {
		t.Errorf("woken by %v", got)
	}
}
