// Package expvars shows what a reactor counts as a variable of package expvar:
//
//	expvar.Publish("reactor", expvars.Stats(r))
//
// It is a package of its own because expvar brings net/http into a program, and
// puts a handler at /debug/vars.
//
// The variable is a JSON object with a number for each field of reactor.Stats,
// by these names, which stay: registered, deregistered, forgotten, turns, ready,
// stale, woken, yields, wakes, live, pending_release.
//
// All of it may be called from any goroutine.
package expvars

import (
	"expvar"

	"github.com/rouse-io/rouse/reactor"
)

// A Source has counts: a *reactor.Reactor, or a *reactor.Group.
type Source interface {
	Stats() reactor.Stats
}

// Stats returns a variable that asks of for its counts whenever it is read. It
// goes on after of was closed. A nil source is null.
func Stats(of Source) expvar.Func {
	return func() any {
		if of == nil {
			return nil
		}
		return stats(of.Stats())
	}
}

// stats is reactor.Stats with names for JSON. It does not compile where a field
// is missing.
type stats struct {
	Registered   uint64 `json:"registered"`
	Deregistered uint64 `json:"deregistered"`
	Forgotten    uint64 `json:"forgotten"`

	Turns  uint64 `json:"turns"`
	Ready  uint64 `json:"ready"`
	Stale  uint64 `json:"stale"`
	Woken  uint64 `json:"woken"`
	Yields uint64 `json:"yields"`
	Wakes  uint64 `json:"wakes"`

	Live           int `json:"live"`
	PendingRelease int `json:"pending_release"`
}
