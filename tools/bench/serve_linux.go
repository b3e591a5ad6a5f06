package main

import (
	"fmt"
	"io"
	"net"
	"os"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
)

// A server listens, says where, and has what accepts and echoes until its
// process ends.
type server func() (addr net.Addr, serve func() error, err error)

// The servers.
var servers = map[string]server{
	"poll":      onHandle(servePoll),
	"drain":     onHandle(serveDrain),
	"async":     onHandle(serveAsync),
	"readiness": onHandle(serveReadiness),
	"std":       onHandle(serveStd),
	"netio":     onNetio,
	"bare":      onHandle(serveBare),
	"nested":    onHandle(serveNested),
}

// onHandle is a server on a bare listening handle.
func onHandle(serve func(listener platform.Handle) error) server {
	return func() (net.Addr, func() error, error) {
		listener, addr, err := sock.Listen("127.0.0.1:0")
		return net.TCPAddrFromAddrPort(addr), func() error { return serve(listener) }, err
	}
}

// bufferSize is larger than any message: a read that does not fill it has read
// all there was.
const bufferSize = 4096

// serve is the process of a server: it says where it listens, and serves until
// its input ends, which the death of its parent does too.
func serve(kind string) error {
	server, ok := servers[kind]
	if !ok {
		return fmt.Errorf("no server %q", kind)
	}
	addr, run, err := server()
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println(addr)
	return run()
}
