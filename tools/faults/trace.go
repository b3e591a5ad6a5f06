package main

import (
	"bufio"
	"io"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// A call is a system call, as strace has seen it.
type call struct {
	thread   int
	nth      int // of the thread's calls with this name, from 1 on
	name     string
	fd       int // the first argument, or -1 where that is no descriptor
	file     string
	args     string
	result   int
	why      string // the error's text
	injected bool
	owner    owner
}

// An owner is on whose account a call was made.
type owner int

const (
	library owner = iota // or the program that uses it
	others               // Go's runtime, or what is left out: see the package comment
)

var (
	callLine   = regexp.MustCompile(`^(\d+) +([a-z_0-9]+)\((.*)$`)
	resumed    = regexp.MustCompile(`^(\d+) +<\.\.\. ([a-z_0-9]+) resumed>(.*)$`)
	firstFile  = regexp.MustCompile(`^(\d+)<([^>]*)>`)
	resultPart = regexp.MustCompile(`\) += (-?\d+|\?)(?:<[^>]*>)?(?: [A-Z0-9]+ \(([^)]*)\))?( \(INJECTED\))?$`)
	runtimeAdd = regexp.MustCompile(`EPOLL_CTL_ADD, (\d+)<anon_inode:\[eventfd\]>, \{events=EPOLLIN, `)
	otherAdd   = regexp.MustCompile(`^\d+<[^>]*>, EPOLL_CTL_[A-Z]+, \d+<(?:anon_inode:\[eventpoll\]|socket)`)
)

// unfinished ends a line of a call that another thread's line has interrupted.
const unfinished = " <unfinished ...>"

// A trace collects the calls of a program while it runs.
type trace struct {
	mu     sync.Mutex
	calls  []*call
	open   map[int]string // the beginning of a line, by thread
	counts map[count]int
	done   chan struct{} // closed when the program and strace have ended
}

// A count is what strace counts by.
type count struct {
	thread int
	name   string
}

// follow reads what strace writes until it ends.
func follow(r io.ReadCloser) *trace {
	t := &trace{open: make(map[int]string), counts: make(map[count]int), done: make(chan struct{})}
	go func() {
		defer close(t.done)
		defer func() { _ = r.Close() }()
		lines := bufio.NewReader(r)
		for {
			line, err := lines.ReadString('\n')
			t.line(strings.TrimSuffix(line, "\n"))
			if err != nil {
				return
			}
		}
	}()
	return t
}

func (t *trace) line(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if m := resumed.FindStringSubmatch(line); m != nil {
		thread, _ := strconv.Atoi(m[1])
		line = t.open[thread] + m[3]
		delete(t.open, thread)
	}
	m := callLine.FindStringSubmatch(line)
	if m == nil {
		return
	}
	thread, _ := strconv.Atoi(m[1])
	if begun, ok := strings.CutSuffix(line, unfinished); ok {
		t.open[thread] = begun
		return
	}
	c := parse(m[2], m[3])
	if c == nil {
		return
	}
	c.thread = thread
	key := count{thread, c.name}
	t.counts[key]++
	c.nth = t.counts[key]
	t.calls = append(t.calls, c)
}

// parse takes a call from what follows its name and the bracket, or nil where it
// never returned.
func parse(name, rest string) *call {
	end := resultPart.FindStringSubmatchIndex(rest)
	if end == nil {
		return nil
	}
	part := resultPart.FindStringSubmatch(rest)
	result, err := strconv.Atoi(part[1])
	if err != nil {
		return nil
	}
	c := &call{name: name, fd: -1, args: rest[:end[0]], result: result, why: part[2], injected: part[3] != ""}
	if m := firstFile.FindStringSubmatch(c.args); m != nil {
		c.fd, _ = strconv.Atoi(m[1])
		c.file = m[2]
	}
	return c
}

// all returns the calls so far, with their owners.
func (t *trace) all() []*call {
	t.mu.Lock()
	defer t.mu.Unlock()
	calls := t.calls[:len(t.calls):len(t.calls)]
	// The runtime's poller is known by its waker, which it adds without an edge.
	own := make(map[int]bool)
	for _, c := range calls {
		if m := runtimeAdd.FindStringSubmatch(c.args); m != nil && c.name == "epoll_ctl" {
			fd, _ := strconv.Atoi(m[1])
			own[fd], own[c.fd] = true, true
		}
	}
	made := make(map[string]int)
	for _, c := range calls {
		c.owner = c.ownerAmong(own, made)
	}
	return calls
}

// ownerAmong decides whose a call is. The descriptors of the runtime's poller,
// which it never closes, are own; made is how many pollers and wakers there are.
func (c *call) ownerAmong(own map[int]bool, made map[string]int) owner {
	switch c.name {
	case "epoll_create1", "eventfd2":
		// The library's come first. The runtime ends the program where one of its
		// own fails, so that the one that failed is the last.
		made[c.name]++
		if own[c.result] || c.result < 0 && made[c.name] > 1 {
			return others
		}
		return library
	case "epoll_ctl":
		// What the library asks the runtime to watch is on the library's account.
		if own[c.fd] && !otherAdd.MatchString(c.args) {
			return others
		}
		return library
	case "getsockopt":
		// This is a part of x/sys's getpeername.
		if strings.Contains(c.args, "SO_PROTOCOL") {
			return others
		}
		return library
	case "read", "write", "close", "fcntl":
		ours := strings.HasPrefix(c.file, "socket:") || strings.HasPrefix(c.file, "anon_inode:")
		if !ours || own[c.fd] {
			return others
		}
		return library
	}
	if own[c.fd] {
		return others
	}
	return library
}

// injected returns the calls that were made to fail and are on an owner's account.
func injected(calls []*call, o owner) []*call {
	var found []*call
	for _, c := range calls {
		if c.injected && c.owner == o {
			found = append(found, c)
		}
	}
	return found
}

// unclosed counts the descriptors that are open because their close was not made.
func unclosed(calls []*call) int {
	n := 0
	for _, c := range calls {
		if c.injected && c.name == "close" {
			n++
		}
	}
	return n
}

// closedTwice returns a call that closes what was closed before: on Linux the
// number may be somebody else's by then, whatever the first close said.
func closedTwice(calls []*call) *call {
	closed := make(map[int]bool)
	for _, c := range calls {
		if c.name != "close" || c.owner != library {
			continue
		}
		if closed[c.fd] {
			return c
		}
		// What was closed in truth can be opened again.
		if c.injected {
			closed[c.fd] = true
		}
	}
	return nil
}
