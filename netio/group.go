package netio

import (
	"context"
	"errors"

	"github.com/rouse-io/rouse/reactor"
)

// ListenGroup listens on one address for all reactors of a group. Where the
// system spreads connections ([CanBalance]) that is a listener for each reactor,
// whose connections are that reactor's; elsewhere, and for unix sockets, it is
// one, whose connections are spread over the group.
//
// Either all listen, or none is left open. Reactor and Balance are not looked at.
func (lc *ListenConfig) ListenGroup(ctx context.Context, g *reactor.Group, network, address string) ([]*Listener, error) {
	if g == nil {
		return nil, errNoReactor
	}
	each := *lc
	n, err := networkOf(network)
	if err != nil || !CanBalance() || !n.isTCP() {
		each.Reactor, each.Balance = g, false
		l, err := each.Listen(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return []*Listener{l}, nil
	}
	var all []*Listener
	each.Balance = true
	for _, r := range g.Reactors() {
		each.Reactor = r
		l, err := each.Listen(ctx, network, address)
		if err != nil {
			return nil, errors.Join(err, closeAll(all))
		}
		all = append(all, l)
		address = l.Addr().String() // the first one may have chosen the port
	}
	return all, nil
}

// ListenGroup is [ListenConfig.ListenGroup] with nothing configured.
func ListenGroup(ctx context.Context, g *reactor.Group, network, address string) ([]*Listener, error) {
	return new(ListenConfig).ListenGroup(ctx, g, network, address)
}

// closeAll closes listeners.
func closeAll(all []*Listener) error {
	var errs []error
	for _, l := range all {
		errs = append(errs, l.Close())
	}
	return errors.Join(errs...)
}
