package netio_test

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"

	"github.com/rouse-io/rouse/netio"
	"github.com/rouse-io/rouse/reactor"
)

func addrPort(c net.PacketConn) netip.AddrPort { return c.LocalAddr().(*net.UDPAddr).AddrPort() }

// Datagrams go to and fro in poll style, with their senders' addresses, and their
// ends.
func TestPollDatagrams(t *testing.T) {
	for _, network := range []string{"udp", "udp4", "udp6"} {
		t.Run(network, func(t *testing.T) {
			r := running(t)
			var ends [2]*netio.PacketConn
			for i := range ends {
				c, err := netio.ListenPacket(context.Background(), r, network, place(t, network))
				if err != nil {
					t.Skipf("not here: %v", err)
				}
				t.Cleanup(func() { _ = c.Close() })
				ends[i] = c
			}
			w, buf := newSignal(), make([]byte, 8)
			for i := range 200 {
				from, to := ends[i%2], ends[1-i%2]
				if _, _, err := to.PollReadFrom(w, buf); err != reactor.ErrPending {
					t.Fatal(err)
				}
				sent := newSignal()
				if err := sent.polling(t, func(w reactor.Waker) error {
					n, err := from.PollWriteTo(w, make([]byte, i%9), addrPort(to))
					if err == nil && n != i%9 {
						t.Errorf("%d bytes of %d were sent", n, i%9)
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
				got(t, w, "who reads")
				if err := w.polling(t, func(w reactor.Waker) error {
					n, source, err := to.PollReadFrom(w, buf)
					if err == nil && (n != i%9 || source != addrPort(from)) {
						t.Errorf("%d bytes from %v, want %d from %v", n, source, i%9, addrPort(from))
					}
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			c := ends[0]
			if _, err := c.PollWriteTo(w, nil, netip.AddrPort{}); err == nil {
				t.Error("a datagram to nobody was sent")
			}
			if err := c.SetDeadline(past); err != nil {
				t.Fatal(err)
			}
			if _, err := c.PollWriteTo(w, nil, addrPort(c)); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("after the deadline: %v", err)
			}
			if err := c.Close(); err != nil {
				t.Error(err)
			}
			if _, err := c.PollWriteTo(w, nil, addrPort(c)); !isClosed(err) {
				t.Errorf("after Close: %v", err)
			}
			if _, _, err := c.PollReadFrom(w, buf); !isClosed(err) {
				t.Errorf("after Close: %v", err)
			}
		})
	}
}
