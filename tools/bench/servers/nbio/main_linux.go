// Nbio is an echo server on nbio, as its README has it.
//
// It has one poller, like the other loops here; nbio accepts on a goroutine of its
// own. Unlike the README it does not copy what it echoes: Write keeps nothing of
// it. The read buffer is that of the others.
package main

import (
	"net"

	"github.com/lesismal/nbio"
	"github.com/lesismal/nbio/logging"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
)

func main() {
	logging.SetLevel(logging.LevelNone) // it would go to the standard output
	serving.Main(func() (net.Addr, func() error, error) {
		engine := nbio.NewEngine(nbio.Config{
			Network:        "tcp",
			Addrs:          []string{"127.0.0.1:0"},
			NPoller:        1,
			ReadBufferSize: serving.BufferSize,
		})
		engine.OnData(func(c *nbio.Conn, data []byte) {
			if _, err := c.Write(data); err != nil {
				_ = c.Close()
			}
		})
		if err := engine.Start(); err != nil {
			return nil, nil, err
		}
		addr, err := net.ResolveTCPAddr("tcp", engine.Addrs[0]) // where Start listens
		return addr, func() error { select {} }, err
	})
}
