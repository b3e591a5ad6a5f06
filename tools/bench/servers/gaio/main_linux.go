// Gaio is an echo server on gaio, as its README has it: one watcher, and a
// goroutine that waits for what it has done. Connections have a buffer each, as in
// the README, of the size of the others'.
package main

import (
	"net"

	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"github.com/xtaci/gaio"
)

func main() {
	serving.Main(func() (net.Addr, func() error, error) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, err
		}
		w, err := gaio.NewWatcher()
		if err != nil {
			return nil, nil, err
		}
		return l.Addr(), func() error { return serve(w, l) }, nil
	})
}

func serve(w *gaio.Watcher, l net.Listener) error {
	failed := make(chan error, 2)
	go func() { failed <- echo(w) }()
	go func() { failed <- accept(w, l) }()
	return <-failed
}

func accept(w *gaio.Watcher, l net.Listener) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		if err := w.Read(nil, c, make([]byte, serving.BufferSize)); err != nil {
			return err
		}
	}
}

// echo takes turns on each connection: it reads again when what it read is
// written.
func echo(w *gaio.Watcher) error {
	for {
		results, err := w.WaitIO()
		if err != nil {
			return err
		}
		for _, r := range results {
			switch {
			case r.Error != nil:
				err = w.Free(r.Conn)
			case r.Operation == gaio.OpRead:
				err = w.Write(nil, r.Conn, r.Buffer[:r.Size])
			case r.Operation == gaio.OpWrite:
				err = w.Read(nil, r.Conn, r.Buffer[:cap(r.Buffer)])
			}
			if err != nil {
				return err
			}
		}
	}
}
