// Gnet is an echo server on gnet, as its README has it.
//
// It has one event loop, like the other loops here. WithReusePort has that loop
// accept, too: without it gnet accepts on a loop of its own, which costs more for
// connections that come and go, and the same for those that stay. The read buffer
// is that of the others. Its log is silent: it would go to the standard output.
package main

import (
	"net"
	"os"

	"github.com/panjf2000/gnet/v2"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"go.uber.org/zap"
)

func main() {
	serving.Main(func() (net.Addr, func() error, error) {
		e := &echo{booted: make(chan struct{})}
		ended := make(chan error, 1)
		go func() {
			ended <- gnet.Run(e, "tcp://127.0.0.1:0",
				gnet.WithNumEventLoop(1), gnet.WithReusePort(true),
				gnet.WithReadBufferCap(serving.BufferSize), gnet.WithLogger(zap.NewNop().Sugar()))
		}()
		select {
		case <-e.booted:
			return e.addr, func() error { return <-ended }, e.err
		case err := <-ended:
			return nil, nil, err
		}
	})
}

type echo struct {
	gnet.BuiltinEventEngine

	booted chan struct{}
	addr   net.Addr // after booted
	err    error    // after booted
}

// OnBoot finds the port that the listener was given.
func (e *echo) OnBoot(engine gnet.Engine) gnet.Action {
	defer close(e.booted)
	e.addr, e.err = listenerAddr(engine)
	if e.err != nil {
		return gnet.Shutdown
	}
	return gnet.None
}

func listenerAddr(engine gnet.Engine) (net.Addr, error) {
	fd, err := engine.Dup()
	if err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), "listener")
	defer func() { _ = file.Close() }()
	l, err := net.FileListener(file)
	if err != nil {
		return nil, err
	}
	defer func() { _ = l.Close() }()
	return l.Addr(), nil
}

// OnTraffic echoes what there is.
func (e *echo) OnTraffic(c gnet.Conn) gnet.Action {
	buf, err := c.Next(-1)
	if err == nil {
		_, err = c.Write(buf)
	}
	if err != nil {
		return gnet.Close
	}
	return gnet.None
}
