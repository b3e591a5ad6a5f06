package main

import (
	"sync"

	"github.com/rouse-io/rouse/reactor"
)

// kept is what is left behind on purpose.
var kept struct {
	mu  sync.Mutex
	all []any
}

func keep(v any) {
	kept.mu.Lock()
	defer kept.mu.Unlock()
	kept.all = append(kept.all, v)
}

// leave leaves something behind.
func leave(leak string) error {
	switch leak {
	case "goroutine":
		go func() { <-make(chan struct{}) }()
	case "heap":
		keep(make([]byte, 1<<20))
	case "descriptor":
		r, err := reactor.New()
		if err != nil {
			return err
		}
		keep(r)
	}
	return nil
}
