// Package serving is what every server does besides echoing, so that all of them
// have the same command line: [-busy kind] [style]. A server prints the address where
// it listens. Each line of its input asks it to give memory back that it does not
// need, and is answered by an empty one. It ends when its input does, as it does
// when its parent dies.
package serving

import (
	"bufio"
	"flag"
	"fmt"
	"net"
	"os"
	"runtime/debug"
)

// BufferSize is larger than any message: a read that does not fill it has read
// all there was.
const BufferSize = 4096

// A Server listens, says where, and has what accepts and echoes until its
// process ends.
type Server func() (addr net.Addr, serve func() error, err error)

// Main is the process of a server.
func Main(server Server) { Styled(map[string]Server{"": server}) }

// Styled is Main for a program that is several servers: its argument says which.
func Styled(styles map[string]Server) {
	busy := flag.String("busy", "", "compute on every processor meanwhile, in pieces or endless")
	flag.Parse()
	server := styles[flag.Arg(0)]
	if server == nil || flag.NArg() > 1 {
		fail(fmt.Errorf("usage: %s [-busy kind] [style]; see the package for the styles", os.Args[0]))
	}
	addr, serve, err := server()
	if err != nil {
		fail(err)
	}
	if err := compute(*busy); err != nil {
		fail(err)
	}
	go answer()
	fmt.Println(addr)
	fail(serve())
}

// answer does what the input asks for, and ends the process with it.
func answer() {
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		debug.FreeOSMemory()
		fmt.Println()
	}
	os.Exit(0)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
