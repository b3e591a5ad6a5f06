package main

import "fmt"

// spare is how many descriptors a process needs beside its connections: the
// standard streams, pollers, pipes, and what it inherited.
const spare = 32

// usualClients is as many clients as a demonstration needs, and fewer than there
// are ports to connect from.
const usualClients = 10_000

// maxClients is how many ports one address can connect from.
const maxClients = 1<<16 - 1

// allowedClients returns how many clients there can be: the wanted number or,
// where that is 0, the usual one, as far as the descriptor limit allows. Package
// os has raised the soft limit to the hard one when the program began.
func allowedClients(wanted int) (int, error) {
	limit, known := descriptorLimit()
	if !known {
		// Windows keeps each of its 16,384 ports for minutes after the connection.
		limit = max(wanted, 1000) + spare
	}
	room := limit - spare
	if room < max(wanted, 1) {
		return 0, fmt.Errorf("too few descriptors for %s clients: the limit is %s: raise it, with ulimit -Hn %d, or ask for fewer -clients",
			count(max(wanted, 1)), count(limit), max(wanted, 1)+spare)
	}
	if wanted == 0 {
		wanted = min(usualClients, room)
	}
	return wanted, nil
}
