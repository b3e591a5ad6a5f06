// Package serving is what every server does besides echoing, so that all of them
// have the same command line: it prints the address where it listens, and ends
// when its input does, as it does when its parent dies.
package serving

import (
	"fmt"
	"io"
	"net"
	"os"
)

// BufferSize is larger than any message: a read that does not fill it has read
// all there was.
const BufferSize = 4096

// A Server listens, says where, and has what accepts and echoes until its
// process ends.
type Server func() (addr net.Addr, serve func() error, err error)

// Main is the process of a server.
func Main(server Server) {
	addr, serve, err := server()
	if err != nil {
		fail(err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	fmt.Println(addr)
	fail(serve())
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

// Styled is Main for a program that is several servers: its argument says which.
func Styled(styles map[string]Server) {
	if len(os.Args) == 2 && styles[os.Args[1]] != nil {
		Main(styles[os.Args[1]])
		return
	}
	fail(fmt.Errorf("usage: %s style; see the package for the styles", os.Args[0]))
}
