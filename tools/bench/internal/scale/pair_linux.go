package scale

import (
	"fmt"
	"net/netip"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// connection makes a connection over loopback, and returns both ends.
func connection(listener platform.Handle, addr netip.AddrPort) (ends [2]platform.Handle, err error) {
	if ends[0], err = sock.Connect(addr); err != nil {
		return ends, err
	}
	for {
		// Over loopback it is there as soon as both ends agree.
		poll := []unix.PollFd{{Fd: int32(listener), Events: unix.POLLIN}}
		if _, err := unix.Poll(poll, -1); err != nil && err != unix.EINTR {
			return ends, fmt.Errorf("poll: %w", err)
		}
		ends[1], err = sock.Accept(listener)
		if err == unix.EAGAIN { //nolint:errorlint // bare, as package sock returns it
			continue
		}
		if err != nil {
			return ends, err
		}
		break
	}
	for _, h := range ends {
		if err := sock.SetNoDelay(h, true); err != nil {
			return ends, err
		}
	}
	return ends, nil
}
