package netio_test

import (
	"net"
	"strings"
	"testing"

	"golang.org/x/net/nettest"
)

// has reports whether a network is there. What Wine says to the questions that
// nettest asks about IP is wrong, so it is tried.
func has(t testing.TB, network string) bool {
	t.Helper()
	switch {
	case strings.HasPrefix(network, "udp"):
		c, err := net.ListenPacket(network, place(t, network))
		if err == nil {
			_ = c.Close()
		}
		return err == nil
	case strings.HasPrefix(network, "tcp"):
		l, err := net.Listen(network, place(t, network))
		if err == nil {
			_ = l.Close()
		}
		return err == nil
	}
	return nettest.TestableNetwork(network)
}
