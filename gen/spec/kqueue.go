package spec

// Kqueue is that of macOS and the BSDs. Where they differ, the targets say so.
var Kqueue = &Mechanism{
	Name:   "kqueue",
	Manual: "kqueue(2)",
	Doc: "Each direction of a handle is a filter of its own, so the two arrive as two events with one token. " +
		"The kernel has edges of its own (EV_CLEAR).",

	Consts: []Const{
		{Name: "EVFILT_READ", Value: -1, Field: Filter},
		{Name: "EVFILT_WRITE", Value: -2, Field: Filter},
		{Name: "EVFILT_EXCEPT", Value: -15, Field: Filter},
		{Name: "EVFILT_USER", Value: -10, Field: Filter},
		{Name: "EV_ADD", Value: 0x1, Field: Flags},
		{Name: "EV_DELETE", Value: 0x2, Field: Flags},
		{Name: "EV_ENABLE", Value: 0x4, Field: Flags},
		{Name: "EV_DISABLE", Value: 0x8, Field: Flags},
		{Name: "EV_ONESHOT", Value: 0x10, Field: Flags},
		{Name: "EV_CLEAR", Value: 0x20, Field: Flags},
		{Name: "EV_RECEIPT", Value: 0x40, Field: Flags},
		{Name: "EV_DISPATCH", Value: 0x80, Field: Flags},
		{Name: "EV_ERROR", Value: 0x4000, Field: Flags},
		{Name: "EV_EOF", Value: 0x8000, Field: Flags},
		{Name: "NOTE_OOB", Value: 0x2, Field: Fflags},
		{Name: "NOTE_TRIGGER", Value: 0x1000000, Field: Fflags},
	},

	Arms: []Arm{
		{Interest: Readable, Filter: "EVFILT_READ"},
		{Interest: Writable, Filter: "EVFILT_WRITE"},
		{Interest: Priority, Filter: "EVFILT_EXCEPT", Fflags: []string{"NOTE_OOB"}},
	},
	Always:  []string{"EV_ADD", "EV_RECEIPT"},
	Unasked: []string{"EV_EOF", "EV_ERROR"},

	Modes: []ModeArm{
		{Mode: Edge, Flags: []string{"EV_CLEAR"}},
		{Mode: Level},
		{
			Mode:  OneShot,
			Flags: []string{"EV_DISPATCH"},
			After: AskNone,
			Why: "EV_DISPATCH keeps the filter, so that Delete still finds it, where EV_ONESHOT removes it. " +
				"It holds for one filter; the handle's others must be disabled with it.",
		},
	},

	Rules: []Rule{
		{
			When:  when(has("EV_ERROR"), nonZero(Data)),
			Ready: E,
			Why:   "Data is the errno. It is 0 in the receipt of a change that succeeded.",
		},
		{When: when(is(Filter, "EVFILT_READ")), Ready: R},
		{When: when(is(Filter, "EVFILT_WRITE")), Ready: W},
		{When: when(is(Filter, "EVFILT_EXCEPT")), Ready: P},
		{
			When:  when(is(Filter, "EVFILT_READ"), has("EV_EOF")),
			Ready: W | RC,
			Why: "There may be bytes left to read. Some systems tell the writing end of a pipe only so that " +
				"its reader is gone, hence W.",
		},
		{
			When:  when(is(Filter, "EVFILT_WRITE"), has("EV_EOF")),
			Ready: WC,
			Why:   "Shutting this side for writing shows too, as it does not on Linux.",
		},
		{
			When:  when(is(Filter, "EVFILT_READ"), has("EV_EOF"), nonZero(Fflags)),
			Ready: E,
			Why:   "With EV_EOF, fflags is the socket's error.",
		},
		{When: when(is(Filter, "EVFILT_WRITE"), has("EV_EOF"), nonZero(Fflags)), Ready: E},
	},

	Errors: []ErrorRule{
		{
			Ops:    []string{"delete"},
			Errnos: []string{"ENOENT"},
			Kind:   Ignored,
			Why:    "A filter that is not there need not go. Whether the handle was added is for the adapter to know.",
		},
		{
			Ops:    []string{"add", "modify"},
			Errnos: []string{"EPIPE"},
			Kind:   Ignored,
			Why:    "Old macOS says so of a pipe whose peer is gone; its events come all the same.",
		},
		{
			Ops:    []string{"add"},
			Errnos: []string{"EBADF", "EINVAL", "ENODEV", "EPERM", "EOPNOTSUPP"},
			Kind:   NotPollable,
		},
		{
			Ops:    []string{"modify", "delete"},
			Errnos: []string{"EBADF", "EINVAL"},
			Kind:   NotFound,
			Why:    "Closing removed it.",
		},
	},
	WouldBlock: "EAGAIN",

	Waker: Waker{
		Name:    "EVFILT_USER",
		Arm:     []string{"EV_ADD", "EV_CLEAR"},
		Trigger: []string{"NOTE_TRIGGER"},
		Why: "Added once; triggered with flags 0, because on FreeBSD EV_CLEAR in the trigger loses the wake. " +
			"It is told by filter and ident together: an ident alone may be a descriptor's too.",
	},

	Batch: 256,

	Notes: []string{
		"The event list of a change call must be as long as its change list: otherwise the first change that fails drops all later ones.",
		"EINTR from a change call means that all changes were applied.",
		"EV_CLEAR, EV_ONESHOT and EV_DISPATCH are fixed when a filter is added: to change them, delete and add.",
		"EV_EOF of a named pipe is not for good, as another writer may come; no event tells it from a pipe's, so the handle must.",
		"Every change overwrites udata. It is an integer here, never a pointer, and has 32 bits on a 32-bit system.",
		"kqueue is silent about a second add and about changing what is not there, so the adapter knows what it has added.",
	},
}
