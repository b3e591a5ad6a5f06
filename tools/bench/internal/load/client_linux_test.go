package load

import (
	"context"
	"net"
	"net/netip"
	"regexp"
	"testing"
	"time"
)

// A server that leaves its clients alone, or hangs up, ends a load with an error.
func TestNoAnswer(t *testing.T) {
	for _, test := range []struct {
		name   string
		accept func(net.Conn)
		want   string
	}{
		{"silent", func(net.Conn) {}, "answers did not come"},
		// What was sent to it before resets the connection.
		{"hangs up", func(c net.Conn) { _ = c.Close() }, "closed|reset|broken pipe"},
	} {
		for _, l := range []Load{{Conns: 3}, {Conns: 3, Rate: 1000}} {
			t.Run(test.name+", "+l.String(), func(t *testing.T) {
				c, err := newClient(l, listen(t, test.accept))
				if err != nil {
					t.Fatal(err)
				}
				defer c.close()
				if err := c.connectAll(t.Context(), 0, l.Conns); err != nil {
					t.Fatal(err)
				}
				c.patience = 20 * time.Millisecond
				_, err = c.run(t.Context(), 10*time.Millisecond)
				if err == nil || !regexp.MustCompile(test.want).MatchString(err.Error()) {
					t.Errorf("got %v, want %q", err, test.want)
				}
			})
		}
	}
}

// A load's context ends it while its server is silent.
func TestInterrupted(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	l := Load{Conns: 1}
	c, err := newClient(l, listen(t, func(c net.Conn) {
		_, _ = c.Read(make([]byte, messageSize))
		cancel()
		_ = c.Close() // as the end of a server's process does
	}))
	if err != nil {
		t.Fatal(err)
	}
	defer c.close()
	if err := c.connectAll(ctx, 0, l.Conns); err != nil {
		t.Fatal(err)
	}
	if _, err := c.run(ctx, time.Hour); err == nil {
		t.Error("it has ended without an error")
	}
}

// listen accepts connections until the test ends, and closes them then.
func listen(t *testing.T, accept func(net.Conn)) netip.AddrPort {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted := make(chan []net.Conn)
	go func() {
		var all []net.Conn
		for {
			c, err := l.Accept()
			if err != nil {
				accepted <- all
				return
			}
			all = append(all, c)
			accept(c)
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		for _, c := range <-accepted {
			_ = c.Close()
		}
	})
	return l.Addr().(*net.TCPAddr).AddrPort()
}
