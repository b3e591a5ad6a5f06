package main

import (
	"fmt"
	"net/netip"
)

// An event is an interface or an address that is there, has come, or has gone.
type event struct {
	gone    bool
	index   int          // of the interface
	name    string       // of the interface; "" for an address whose interface is not known
	up      bool         // the interface is
	address netip.Prefix // invalid where the event is about an interface
}

// String returns a line for people.
func (e event) String() string {
	sign, name := "+", e.name
	if e.gone {
		sign = "-"
	}
	if name == "" {
		name = fmt.Sprintf("interface %d", e.index)
	}
	if e.address.IsValid() {
		return fmt.Sprintf("%s %s %s", sign, name, e.address)
	}
	state := "down"
	if e.up {
		state = "up"
	}
	return fmt.Sprintf("%s %s %s", sign, name, state)
}
