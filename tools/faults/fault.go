package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// errors of a call, as its manual page lists them (section 2; for sockets also
// ip(7) and tcp(7)).
var manual = []struct{ call, errnos string }{
	{"epoll_create1", "EMFILE ENFILE ENOMEM"},
	{"eventfd2", "EMFILE ENFILE ENODEV ENOMEM"},
	{"epoll_ctl", "ENOSPC ENOMEM EPERM EBADF EEXIST EINVAL ELOOP ENOENT"},
	{"epoll_wait", "EINTR EBADF"},
	{"epoll_pwait", "EINTR EBADF"},
	{"epoll_pwait2", "EINTR ENOSYS EPERM"},
	{"accept4", "EINTR EMFILE ENFILE ECONNABORTED EPROTO ENOBUFS ENOMEM EPERM EAGAIN EBADF EINVAL ENETDOWN EOPNOTSUPP"},
	{"read", "EINTR ECONNRESET ETIMEDOUT EIO EBADF ENOMEM EAGAIN EFAULT EINVAL"},
	{"write", "EINTR EPIPE ECONNRESET EIO EBADF ENOBUFS EAGAIN ENOSPC EFAULT"},
	{"close", "EINTR EIO EBADF ENOSPC"},
	{"socket", "EMFILE ENFILE ENOBUFS ENOMEM EACCES EAFNOSUPPORT EPROTONOSUPPORT"},
	{"setsockopt", "ENOPROTOOPT EINVAL EBADF ENOMEM ENOTSOCK"},
	{"getsockopt", "ENOPROTOOPT EBADF ENOTSOCK"},
	{"bind", "EADDRINUSE EACCES EADDRNOTAVAIL EINVAL ENOMEM"},
	{"listen", "EADDRINUSE EBADF EOPNOTSUPP"},
	{"getsockname", "ENOBUFS EBADF ENOTSOCK"},
	{"connect", "ECONNREFUSED ETIMEDOUT ENETUNREACH EADDRNOTAVAIL EAGAIN EPERM EACCES EBADF"},
	{"shutdown", "ENOTCONN EBADF EINVAL"},
	{"fcntl", "EMFILE EBADF EINVAL EPERM"},
	{"recvfrom", "EINTR ECONNRESET EAGAIN"},
	{"sendto", "EINTR EPIPE EAGAIN"},
}

// depth is how many of a call's places are tried one by one.
const depth = 5

// every is the distance of faults that are injected again and again. The calls
// between them are made: one that is made until it isn't interrupted comes to an
// end.
const every = 3

// A fault is a call that is to fail in a program, and what came of it.
type fault struct {
	program *program
	call    string
	errno   string
	first   int // the first of a thread's calls that fails
	step    int // the distance of the others; 0 where there are none
	place   int // which of the call's places this is: what comes first is tried first

	hits    int // how often a call on the library's account failed
	others  int // on the runtime's account
	ended   bool
	outcome string
	finding string
}

func (f *fault) String() string {
	return fmt.Sprintf("%v: %s %s, when=%s", f.program, f.call, f.errno, f.when())
}

// when is what strace calls it.
func (f *fault) when() string {
	if f.step > 0 {
		return fmt.Sprintf("%d+%d", f.first, f.step)
	}
	return fmt.Sprint(f.first)
}

// loses reports whether the fault may lose an edge: see the package comment.
func (f *fault) loses() bool { return f.errno == "EAGAIN" }

// plan returns the faults for a program, of which the calls are known. A place
// where the runtime makes a call for itself, in any thread, is passed over.
func plan(p *program, calls []*call) []*fault {
	var all []*fault
	for _, m := range manual {
		places, tail := places(calls, m.call)
		for _, errno := range strings.Fields(m.errnos) {
			if p.socks > 1 && m.call == "write" && errno == "EAGAIN" {
				continue // who is to be sent an event then is the other side
			}
			for i, n := range places[:min(len(places), depth)] {
				all = append(all, &fault{program: p, call: m.call, errno: errno, first: n, place: i})
			}
			if tail > 0 {
				all = append(all, &fault{program: p, call: m.call, errno: errno, first: tail, step: every, place: 1})
			}
		}
	}
	return all
}

// places returns which calls of a name can fail, counted by thread, and from
// which on none is the runtime's; 0 where there is no such. The first calls
// belong to the start, which a fault that comes again and again would not let
// come about.
func places(calls []*call, name string) (places []int, tail int) {
	ours, not := make(map[int]bool), make(map[int]bool)
	last := 0
	for _, c := range calls {
		if c.name != name {
			continue
		}
		last = max(last, c.nth)
		if c.owner == library {
			ours[c.nth] = true
		} else {
			not[c.nth] = true
		}
	}
	for n := range last + 1 {
		if ours[n] && !not[n] {
			places = append(places, n)
		}
	}
	if len(places) <= every {
		return places, 0
	}
	tail = places[every]
	for n := range not {
		if n >= tail {
			return places, 0
		}
	}
	return places, tail
}

// order puts the faults in the order in which they are tried, where time ends
// before they do: every call's first place with each error, then the second.
func order(all []*fault) {
	slices.SortStableFunc(all, func(a, b *fault) int {
		return cmp.Or(cmp.Compare(a.place, b.place), cmp.Compare(b.step, a.step))
	})
}

// patience is how long something may take that takes no time at all. Only a hang
// meets it. It is there for tests to replace.
var patience = 10 * time.Second
