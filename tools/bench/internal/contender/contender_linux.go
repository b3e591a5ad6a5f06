// Package contender has the servers that are measured: each is a program of its
// own, built when it is first needed.
package contender

import (
	"errors"
	"maps"
	"slices"
)

// A Kind says what a contender is.
type Kind int

// The kinds.
const (
	Rouse Kind = iota // what is measured
	Peer              // who does the same
	Floor             // a loop that does no more than it must
)

// A Contender is a server.
type Contender struct {
	Title string
	About string // how it is made, and its settings
	Kind  Kind

	program string
	args    []string
	module  string // of Go, whose version it is; "": it is the language's own
}

const library = "github.com/rouse-io/rouse"

// table has all of them, by name.
var table = map[string]Contender{
	"poll": {
		Title: "rouse, poll style", About: "callbacks on one loop, package reactor",
		Kind: Rouse, program: "rouse", args: []string{"poll"}, module: library,
	},
	"blocking": {
		Title: "rouse, poll style, blocking wait", About: "the same with WithBlockingWait, for programs that compute on every processor",
		Kind: Rouse, program: "rouse", args: []string{"blocking"}, module: library,
	},
	"drain": {
		Title: "rouse, poll style, PollReadIO", About: "callbacks on one loop, each reads until it would block",
		Kind: Rouse, program: "rouse", args: []string{"drain"}, module: library,
	},
	"async": {
		Title: "rouse, AsyncIO", About: "a goroutine for each connection, which the loop wakes",
		Kind: Rouse, program: "rouse", args: []string{"async"}, module: library,
	},
	"readiness": {
		Title: "rouse, Readiness", About: "the same, and it knows when a connection is drained",
		Kind: Rouse, program: "rouse", args: []string{"readiness"}, module: library,
	},
	"netio": {
		Title: "rouse, goroutine style", About: "a goroutine for each connection, package netio",
		Kind: Rouse, program: "rouse", args: []string{"netio"}, module: library,
	},
	"parked": {
		Title: "rouse, parked net.Conns", About: "package net, and connections that were idle for 250 ms are parked by package park",
		Kind: Rouse, program: "rouse", args: []string{"parked"}, module: library,
	},
	"net": {
		Title: "net", About: "package net, a goroutine for each connection",
		Kind: Peer, program: "net",
	},
	"gnet": {
		Title: "gnet", About: "callbacks on one event loop, which accepts, too (WithReusePort)",
		Kind: Peer, program: "gnet", module: "github.com/panjf2000/gnet/v2",
	},
	"nbio": {
		Title: "nbio", About: "callbacks on one poller, level-triggered, its default",
		Kind: Peer, program: "nbio", module: "github.com/lesismal/nbio",
	},
	"netpoll": {
		Title: "netpoll", About: "one poller, its default here, and messages on a pool of goroutines",
		Kind: Peer, program: "netpoll", module: "github.com/cloudwego/netpoll",
	},
	"gaio": {
		Title: "gaio", About: "one watcher, and a goroutine that waits for what it has done",
		Kind: Peer, program: "gaio", module: "github.com/xtaci/gaio",
	},
	"tokio": {
		Title: "tokio", About: "Rust, a task for each connection, the current-thread runtime",
		Kind: Peer, program: tokio,
	},
	"bare": {
		Title: "Go epoll loop", About: "by hand over x/sys, level-triggered",
		Kind: Floor, program: "loop", args: []string{"bare"}, module: "golang.org/x/sys",
	},
	"nested": {
		Title: "Go epoll loop, parked", About: "the same, its epoll instance in Go's runtime poller",
		Kind: Floor, program: "loop", args: []string{"nested"}, module: "golang.org/x/sys",
	},
	"channels": {
		Title: "Go epoll loop, goroutines", About: "by hand, a goroutine and a channel for each connection: the least in goroutine style",
		Kind: Floor, program: "loop", args: []string{"channels"}, module: "golang.org/x/sys",
	},
	"c": {
		Title: "C epoll loop", About: "level-triggered",
		Kind: Floor, program: loopC,
	},
}

// Get finds a contender by its name.
func Get(name string) (Contender, bool) {
	c, ok := table[name]
	return c, ok
}

// Names are the contenders there are.
func Names() []string { return slices.Sorted(maps.Keys(table)) }

// An UnavailableError is why something can't be measured here.
type UnavailableError struct{ Reason string }

func (e *UnavailableError) Error() string { return e.Reason }

// IsUnavailable reports whether an error says that something can't be measured here.
func IsUnavailable(err error) bool {
	_, ok := errors.AsType[*UnavailableError](err)
	return ok
}
