package serving

import (
	"net"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
)

// OnHandle is a server on a bare listening handle.
func OnHandle(serve func(listener platform.Handle) error) Server {
	return func() (net.Addr, func() error, error) {
		listener, addr, err := sock.Listen("127.0.0.1:0")
		return net.TCPAddrFromAddrPort(addr), func() error { return serve(listener) }, err
	}
}
