package spec

// Epoll is Linux's.
var Epoll = &Mechanism{
	Name:   "epoll",
	Manual: "epoll(7)",
	Doc: "The kernel keeps handles apart by descriptor and open file, and has edges of its own. " +
		"Every event carries the whole state, so it may name a direction that nothing new has happened to.",

	Consts: []Const{
		{Name: "EPOLLIN", Value: 0x1, Field: Flags},
		{Name: "EPOLLPRI", Value: 0x2, Field: Flags},
		{Name: "EPOLLOUT", Value: 0x4, Field: Flags},
		{Name: "EPOLLERR", Value: 0x8, Field: Flags},
		{Name: "EPOLLHUP", Value: 0x10, Field: Flags},
		{Name: "EPOLLRDHUP", Value: 0x2000, Field: Flags},
		{Name: "EPOLLONESHOT", Value: 1 << 30, Field: Flags},
		{Name: "EPOLLET", Value: 1 << 31, Field: Flags},
		{Name: "EPOLL_CTL_ADD", Value: 1},
		{Name: "EPOLL_CTL_DEL", Value: 2},
		{Name: "EPOLL_CTL_MOD", Value: 3},
	},

	Arms: []Arm{
		{Interest: Readable, Flags: []string{"EPOLLIN", "EPOLLRDHUP"}},
		{Interest: Writable, Flags: []string{"EPOLLOUT"}},
		{Interest: Priority, Flags: []string{"EPOLLPRI"}},
	},
	Unasked: []string{"EPOLLERR", "EPOLLHUP"},

	Modes: []ModeArm{
		{Mode: Edge, Flags: []string{"EPOLLET"}},
		{Mode: Level},
		{Mode: OneShot, Flags: []string{"EPOLLONESHOT"}},
	},

	Rules: []Rule{
		{When: when(has("EPOLLIN")), Ready: R},
		{When: when(has("EPOLLPRI")), Ready: P},
		{When: when(has("EPOLLOUT")), Ready: W},
		{
			When:  when(has("EPOLLHUP")),
			Ready: R | W,
			Why: "Nothing blocks: a read finds the end, or fails, and so does a write. But that need not be for good: " +
				"a socket that was never connected can connect, a listener that was shut down can listen again, " +
				"a named pipe can get another writer, and a terminal can be opened again.",
		},
		{
			When:  when(has("EPOLLIN"), has("EPOLLRDHUP")),
			Ready: RC,
			Why:   "The peer has shut its writing side, or this side was shut for reading.",
		},
		{
			When:  when(has("EPOLLHUP"), has("EPOLLRDHUP")),
			Ready: RC | WC,
			Why:   "Both directions of a connection have ended.",
		},
		{
			When:  when(has("EPOLLHUP"), isPipe()),
			Ready: RC | WC,
			Why:   "The other end of an anonymous pipe is gone, and nobody can open it again.",
		},
		{
			When:  when(has("EPOLLERR")),
			Ready: E,
			Why:   "A connected UDP socket says so after a refusal, and goes on: nothing has come to its end.",
		},
	},

	Errors: []ErrorRule{
		{Ops: []string{"add"}, Errnos: []string{"EEXIST"}, Kind: Exists},
		{
			Ops:    []string{"add"},
			Errnos: []string{"EPERM", "EBADF", "EINVAL", "ELOOP"},
			Kind:   NotPollable,
			Why:    "EPERM is a file without a poll function, EINVAL the instance itself, ELOOP a ring of instances.",
		},
		{
			Ops:    []string{"probe"},
			Errnos: []string{"EPERM", "EBADF"},
			Kind:   NotPollable,
			Why:    "EPERM is what epoll says of a file without a poll function, EBADF what POLLNVAL is.",
		},
		{
			Ops:    []string{"modify", "delete"},
			Errnos: []string{"ENOENT", "EBADF", "EPERM", "EINVAL"},
			Kind:   NotFound,
			Why:    "What can't be added was not added.",
		},
	},
	WouldBlock: "EAGAIN",

	Waker: Waker{
		Name: "eventfd",
		Arm:  []string{"EPOLLIN", "EPOLLET"},
		Why:  "With edges every write is an event, so it need not be read.",
	},

	Batch: 256,

	Notes: []string{
		"epoll_pwait2 (Linux 5.11) takes nanoseconds. epoll_wait takes milliseconds: round up, never to 0.",
		"Delete before close. A closed descriptor with a live duplicate keeps firing, and EPOLL_CTL_DEL of its number says EBADF.",
		"EPOLL_CTL_MOD re-arms the edge, also with the same mask.",
		"poll(2) says the same of one descriptor, without an instance: each of the events has its value there. " +
			"Of a file without a poll function it says POLLIN and POLLOUT, where epoll refuses it.",
	},
}
