// Netpoll is an echo server on cloudwego/netpoll, with the calls of its guide that
// copy nothing.
//
// It has one poller, which is also its default below 20 processors; messages are
// handled by its goroutine pool.
package main

import (
	"context"
	"net"

	"github.com/cloudwego/netpoll"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
)

func main() {
	serving.Main(func() (net.Addr, func() error, error) {
		if err := netpoll.Configure(netpoll.Config{PollerNum: 1, BufferSize: serving.BufferSize}); err != nil {
			return nil, nil, err
		}
		l, err := netpoll.CreateListener("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, err
		}
		loop, err := netpoll.NewEventLoop(echo)
		if err != nil {
			return nil, nil, err
		}
		return l.Addr(), func() error { return loop.Serve(l) }, nil
	})
}

func echo(_ context.Context, c netpoll.Connection) error {
	reader, writer := c.Reader(), c.Writer()
	message, err := reader.Next(reader.Len())
	if err != nil {
		return err
	}
	reply, err := writer.Malloc(len(message))
	if err != nil {
		return err
	}
	copy(reply, message)
	if err := writer.Flush(); err != nil {
		return err
	}
	return reader.Release()
}
