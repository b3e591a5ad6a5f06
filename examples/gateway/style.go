package main

import "fmt"

// A style is how a gateway waits for what its clients say.
type style interface {
	// hold waits for c from now on, and ends it where that fails. It does not block.
	hold(c *client)

	// close ends what is left when all clients have been closed.
	close() error
}

// The styles.
const (
	styleParked    = "park"
	styleGoroutine = "goroutine"
)

func newStyle(name string, t times) (style, error) {
	switch name {
	case styleParked:
		return newParking(t)
	case styleGoroutine:
		return &goroutines{idle: t.idle}, nil
	}
	return nil, fmt.Errorf("-style %s: want %s or %s", name, styleParked, styleGoroutine)
}
