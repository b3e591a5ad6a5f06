package oracle

import "math/rand/v2"

// weights say how often a random script has an op, in a hundred or so. What makes
// pairs comes by itself where there are too few.
var weights = [opCount]int{
	pair: 2, open: 1, listen: 1, accept: 2, connect: 2,
	write: 14, fill: 3, read: 8, drain: 9,
	halfClose: 3, reset: 1, closeEnd: 2,
	register: 9, reregister: 4, deregister: 3,
	see: 8, clearSeen: 8, park: 8, readIO: 6, writeIO: 5, wait: 5, cancel: 2,
	wake: 2, turn: 4, closeReactor: 0,
}

// random makes a script in which most steps have a meaning.
func random(r *rand.Rand) script {
	of := func(list []int) int { return list[r.IntN(len(list))] }
	s := script{{loop, 0, of(forms[loop].args)}}
	pairs := 1 + r.IntN(2)
	for i := range pairs {
		s = append(s, step{pair, 2 * i, of(forms[pair].args)})
	}
	used := 2 * pairs
	if r.IntN(3) == 0 {
		used = endCount
		s = append(s, step{listen, 5, 0}, step{register, 5, readable}, step{open, 3, 0}, step{register, 3, of(interests)},
			step{connect, 3, 5}, step{accept, 4, 5})
	}
	for i := range 2 * pairs {
		if r.IntN(4) != 0 {
			s = append(s, step{register, i, of(interests)})
		}
	}
	total := 0
	for _, w := range weights {
		total += w
	}
	for range 5 + r.IntN(40) {
		n := r.IntN(total)
		var o op
		for o = range opCount {
			if n -= weights[o]; n < 0 {
				break
			}
		}
		st := step{op: o, end: r.IntN(used)}
		if args := forms[o].args; args != nil {
			st.arg = of(args)
		}
		s = append(s, st)
	}
	if r.IntN(4) == 0 {
		s = append(s, step{op: closeReactor}, step{register, 0, readable}, step{park, 0, reading}, step{deregister, 1, 0})
	}
	return s
}
