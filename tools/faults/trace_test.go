package main

import (
	"io"
	"slices"
	"strings"
	"testing"
)

// traced reads what strace would write.
func traced(lines ...string) *trace {
	t := follow(io.NopCloser(strings.NewReader(strings.Join(lines, "\n") + "\n")))
	<-t.done
	return t
}

// A line is a call, also one that another thread's has interrupted.
func TestTrace(t *testing.T) {
	calls := traced(
		`7 socket(AF_INET, SOCK_STREAM|SOCK_CLOEXEC|SOCK_NONBLOCK, IPPROTO_IP) = 11<socket:[70250528]>`,
		`7 accept4(11<socket:[70250528]>, 0xc000, [112], SOCK_CLOEXEC|SOCK_NONBLOCK) = -1 EMFILE (Too many open files) (INJECTED)`,
		`7 read(12<socket:[70252534]>,  <unfinished ...>`,
		`8 read(4</proc/7/maps>, "a) = 3", 1024) = 6`,
		`7 <... read resumed>"hello", 65536) = 5`,
		`8 epoll_pwait(5<anon_inode:[eventpoll]>,  <unfinished ...>`,
		`8 +++ exited with 0 +++`,
		`7 exit_group(0) = ?`,
		`nonsense`,
	).all()
	type brief struct {
		thread, nth int
		name        string
		fd, result  int
		why         string
		injected    bool
	}
	want := []brief{
		{7, 1, "socket", -1, 11, "", false},
		{7, 1, "accept4", 11, -1, "Too many open files", true},
		{8, 1, "read", 4, 6, "", false},
		{7, 1, "read", 12, 5, "", false},
	}
	var got []brief
	for _, c := range calls {
		got = append(got, brief{c.thread, c.nth, c.name, c.fd, c.result, c.why, c.injected})
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// The runtime's calls are told from the library's, which have the same names.
func TestOwners(t *testing.T) {
	lines := []struct {
		line string
		want owner
	}{
		{`1 epoll_create1(EPOLL_CLOEXEC) = 5<anon_inode:[eventpoll]>`, library},
		{`1 eventfd2(0, EFD_CLOEXEC|EFD_NONBLOCK) = 6<anon_inode:[eventfd]>`, library},
		{`1 epoll_ctl(5<anon_inode:[eventpoll]>, EPOLL_CTL_ADD, 6<anon_inode:[eventfd]>, {events=EPOLLIN|EPOLLET, data={u32=1, u64=1}}) = 0`, library},
		{`1 epoll_create1(EPOLL_CLOEXEC) = 8<anon_inode:[eventpoll]>`, others},
		{`1 eventfd2(0, EFD_CLOEXEC|EFD_NONBLOCK) = 9<anon_inode:[eventfd]>`, others},
		{`1 epoll_ctl(8<anon_inode:[eventpoll]>, EPOLL_CTL_ADD, 9<anon_inode:[eventfd]>, {events=EPOLLIN, data={u32=1, u64=1}}) = 0`, others},
		{`1 epoll_ctl(8<anon_inode:[eventpoll]>, EPOLL_CTL_ADD, 7<anon_inode:[eventpoll]>, {events=EPOLLIN|EPOLLOUT|EPOLLRDHUP|EPOLLET, data={u32=1, u64=1}}) = 0`, library},
		{`1 epoll_pwait(5<anon_inode:[eventpoll]>, [], 256, 0, NULL, 0) = 0`, library},
		{`1 epoll_pwait(8<anon_inode:[eventpoll]>, [], 128, 0, NULL, 0) = 0`, others},
		{`1 write(6<anon_inode:[eventfd]>, "\1\0\0\0\0\0\0\0", 8) = 8`, library},
		{`1 write(9<anon_inode:[eventfd]>, "\1\0\0\0\0\0\0\0", 8) = 8`, others},
		{`1 write(1<pipe:[3]>, "listening", 9) = 9`, others},
		{`1 close(11<socket:[4]>) = 0`, library},
		{`1 getsockopt(11<socket:[4]>, SOL_SOCKET, SO_ERROR, [0], [4]) = 0`, library},
		{`1 getsockopt(11<socket:[4]>, SOL_SOCKET, SO_PROTOCOL, [6], [4]) = 0`, others},
		{`1 epoll_create1(EPOLL_CLOEXEC) = -1 EMFILE (Too many open files) (INJECTED)`, others},
	}
	var all []string
	for _, l := range lines {
		all = append(all, l.line)
	}
	for i, c := range traced(all...).all() {
		if c.owner != lines[i].want {
			t.Errorf("%s: owner %d, want %d", lines[i].line, c.owner, lines[i].want)
		}
	}
}

// A number that was closed must not be closed again, unless it was opened since.
func TestClosedTwice(t *testing.T) {
	const closed, fails = `1 close(9<socket:[4]>) = 0`, `1 close(9<socket:[4]>) = -1 EINTR (Interrupted system call) (INJECTED)`
	for want, lines := range map[bool][]string{false: {closed, closed, fails}, true: {fails, closed}} {
		if got := closedTwice(traced(lines...).all()); (got != nil) != want {
			t.Errorf("%q: %v", lines, got)
		}
	}
}

// Where the runtime makes a call, in any thread, nothing is injected.
func TestPlaces(t *testing.T) {
	var calls []*call
	for thread, owners := range [][]owner{
		{others, library, library, library, library, library, library},
		{others, others, library},
	} {
		for i, o := range owners {
			calls = append(calls, &call{thread: thread, nth: i + 1, name: "read", owner: o})
		}
	}
	places, tail := places(calls, "read")
	if want := []int{3, 4, 5, 6, 7}; !slices.Equal(places, want) || tail != 6 {
		t.Errorf("places %v, from %d on all; want %v, 6", places, tail, want)
	}
	p := &program{name: "x", socks: 1}
	for _, f := range plan(p, calls) {
		if f.call != "read" {
			t.Errorf("%v was planned", f)
		}
	}
}
