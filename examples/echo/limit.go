package main

import "fmt"

// spare is how many descriptors a process needs beside its connections: the
// standard streams, pollers, pipes, and what it inherited.
const spare = 32

// ports is how many ports an address has.
const ports = 1<<16 - 1

// maxClients is as many clients as a demonstration needs.
const maxClients = 8000

// clients returns how many clients there can be: the wanted number or, where
// that is 0, the usual one, as far as the descriptor limit allows. Go has raised
// the soft limit to the hard one when the program began.
func clients(wanted, usual int) (int, error) {
	limit, known := descriptorLimit()
	if !known {
		// Windows has 16,384 ports to give out and keeps each for minutes after
		// its connection: this is as many as a demonstration can use in each round.
		usual = min(usual, 1000)
		limit = max(wanted, usual) + spare
	}
	switch room := limit - spare; {
	case room < 1 || wanted > room:
		return 0, &limitError{max(wanted, 1), limit}
	case wanted > 0:
		return wanted, nil
	default:
		return min(usual, room), nil
	}
}

// checkLimit says so where there are too few descriptors for a server. Go's own
// runtime ends the program when it finds none for its poller.
func checkLimit() error {
	if limit, known := descriptorLimit(); known && limit <= spare {
		return &limitError{1, limit}
	}
	return nil
}

// A limitError says that there are too few descriptors.
type limitError struct{ connections, limit int }

func (e *limitError) Error() string {
	need := e.connections + spare
	return fmt.Sprintf("too few descriptors: %d are needed and the limit is %d: raise it, with ulimit -n %d, or ask for fewer -connections",
		need, e.limit, need)
}
