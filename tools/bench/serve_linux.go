package main

import (
	"fmt"
	"io"
	"os"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
)

// The servers. Each accepts on a listening handle and echoes until its process
// ends.
var servers = map[string]func(listener platform.Handle) error{
	"poll":      servePoll,
	"drain":     serveDrain,
	"async":     serveAsync,
	"readiness": serveReadiness,
	"std":       serveStd,
	"bare":      serveBare,
	"nested":    serveNested,
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
	listener, addr, err := sock.Listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println(addr)
	return server(listener)
}
