package spec

// Kqueue is that of macOS and the BSDs. Where they differ, the targets say so.
var Kqueue = &Mechanism{
	Name:   "kqueue",
	Manual: "kqueue(2)",
	Doc: "Each direction of a handle is a filter of its own, so the two arrive as two events. " +
		"The kernel has edges of its own (EV_CLEAR).",

	Consts: []Const{
		{Name: "EVFILT_READ", Value: -1, Field: Filter},
		{Name: "EVFILT_WRITE", Value: -2, Field: Filter},
		{Name: "EVFILT_EXCEPT", Value: -15, Field: Filter},
		{Name: "EVFILT_PROC", Value: -5, Field: Filter},
		{Name: "EVFILT_SIGNAL", Value: -6, Field: Filter},
		{Name: "EVFILT_USER", Value: -10, Field: Filter},
		{Name: "EV_ADD", Value: 0x1, Field: Flags},
		{Name: "EV_DELETE", Value: 0x2, Field: Flags},
		{Name: "EV_DISABLE", Value: 0x8, Field: Flags},
		{Name: "EV_ONESHOT", Value: 0x10, Field: Flags},
		{Name: "EV_CLEAR", Value: 0x20, Field: Flags},
		{Name: "EV_RECEIPT", Value: 0x40, Field: Flags},
		{Name: "EV_DISPATCH", Value: 0x80, Field: Flags},
		{Name: "EV_ERROR", Value: 0x4000, Field: Flags},
		{Name: "EV_EOF", Value: 0x8000, Field: Flags},
		{Name: "NOTE_OOB", Value: 0x2, Field: Fflags},
		{Name: "NOTE_TRIGGER", Value: 0x1000000, Field: Fflags},
		{Name: "NOTE_EXIT", Value: 0x80000000, Field: Fflags},
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
				"It holds for one filter: what the handle's others say later, once each, is dropped.",
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
		{When: when(is(Filter, "EVFILT_EXCEPT"), hasNote("NOTE_OOB")), Ready: P},
		{
			When:  when(is(Filter, "EVFILT_READ"), has("EV_EOF"), ends()),
			Ready: RC,
			Why:   "There may be bytes left to read.",
		},
		{
			When:  when(is(Filter, "EVFILT_WRITE"), has("EV_EOF"), ends()),
			Ready: WC,
			Why:   "Shutting this side for writing shows too, as it does not on Linux.",
		},
		{
			When:  when(is(Filter, "EVFILT_EXCEPT"), has("EV_EOF"), ends()),
			Ready: RC,
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
			Ops:    []string{"add", "probe"},
			Errnos: []string{"EBADF"},
			Kind:   NotPollable,
			Why:    "It is closed.",
		},
		{
			Ops:    []string{"add", "modify", "probe"},
			Errnos: []string{"EINVAL", "ENODEV", "ENXIO", "EPERM", "EOPNOTSUPP", "ENOTSUP"},
			Kind:   NotPollable,
			Why:    "The kind of file has no such filter; each system has several ways to say so.",
		},
		{
			Ops:    []string{"modify", "delete"},
			Errnos: []string{"EBADF", "ENOENT"},
			Kind:   NotFound,
			Why:    "Closing removed its filters, and its number may be another's by now.",
		},
		{
			Ops:    []string{"remove"},
			Errnos: []string{"ENOENT"},
			Kind:   Ignored,
			Why:    "A filter need not go that the kernel has dropped by itself, as it does with a pipe's and a device's.",
		},
		{
			Ops:    []string{"pipe"},
			Errnos: []string{"EPIPE", "EBADF"},
			Kind:   Ignored,
			Why: "EVFILT_WRITE is refused to a pipe without a reader, by NetBSD with EBADF. " +
				"EVFILT_READ is not, and says the same.",
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

	Limits: []Limit{{
		Name:  "seconds in one call of kevent",
		Const: "longestWait",
		Value: 24 * 60 * 60,
		Why:   "macOS refuses more than 100,000,000, and a timespec may have 32 bits. Wait goes on with what is left.",
	}},

	Notes: []string{
		"The event list of a change call must be as long as its change list: otherwise the first change that fails drops all later ones.",
		"EV_RECEIPT without an event list ends the call at the first change.",
		"EINTR from a change call means that all changes were applied.",
		"EV_CLEAR, EV_ONESHOT and EV_DISPATCH are fixed when a filter is added: to change them, delete and add.",
		"EV_EOF of a named pipe or a device is not for good, as another writer may come. That of a socket is, and " +
			"that of an unnamed pipe, which fstat calls a pipe on no device (macOS, NetBSD, OpenBSD) or of no links (FreeBSD, DragonFly).",
		"The kernel sets EV_ONESHOT itself in the last event of a filter that it drops: FreeBSD does with EVFILT_WRITE of " +
			"a pipe whose reader goes, and all do with a device that goes.",
		"Every change overwrites udata. It is an integer here, never a pointer, and has 32 bits on a 32-bit system.",
		"kqueue is silent about a second add and about changing what is not there, so the adapter knows what it has added.",
		"A change that neither adds nor deletes says whether a filter is there. On some systems it looks again at what holds.",
		"A child inherits no kqueue. One can be watched by another, for reading and nothing else.",
		"EVFILT_SIGNAL tells of every signal that is sent to the process, an ignored or blocked one too, and beside sigaction(2), which still " +
			"says what the signal does. Several before a look are one event, of which data says how many. It has EV_CLEAR of itself.",
		"Some systems take an EVFILT_SIGNAL for a number that is no signal's (FreeBSD, NetBSD), some refuse it (OpenBSD). " +
			"macOS does not tell of a signal to one thread, FreeBSD not of a SIGCHLD that is ignored.",
		"A UDP socket with a pending error is readable and writable, without EV_EOF: only the next call tells.",
	},
}
