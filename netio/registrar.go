package netio

import "github.com/rouse-io/rouse/reactor"

// A Registrar is what a socket is registered with: a *reactor.Reactor, or a
// *reactor.Group, which spreads them over its reactors.
type Registrar interface {
	RegisterHandle(h reactor.Handle, in reactor.Interest) (*reactor.Registration, error)
}
