package spec

// AFD is Windows': polls of the ancillary function driver, which Winsock itself
// sits on, that complete on an I/O completion port.
var AFD = &Mechanism{
	Name:   "AFD",
	Manual: "wepoll",
	Doc: "One poll is one-shot and level, and cannot be edited: to widen it, cancel it, wait for its packet " +
		"and submit another. Never two outstanding polls for one socket. The port is on the AFD handle and " +
		"not on the socket, so a socket that is bound to another port can be watched too.",

	Consts: []Const{
		{Name: "AFD_POLL_RECEIVE", Value: 0x1, Field: Flags, Own: true},
		{Name: "AFD_POLL_RECEIVE_EXPEDITED", Value: 0x2, Field: Flags, Own: true},
		{Name: "AFD_POLL_SEND", Value: 0x4, Field: Flags, Own: true},
		{Name: "AFD_POLL_DISCONNECT", Value: 0x8, Field: Flags, Own: true},
		{Name: "AFD_POLL_ABORT", Value: 0x10, Field: Flags, Own: true},
		{Name: "AFD_POLL_LOCAL_CLOSE", Value: 0x20, Field: Flags, Own: true},
		{Name: "AFD_POLL_CONNECT", Value: 0x40, Field: Flags, Own: true},
		{Name: "AFD_POLL_ACCEPT", Value: 0x80, Field: Flags, Own: true},
		{Name: "AFD_POLL_CONNECT_FAIL", Value: 0x100, Field: Flags, Own: true},
		{Name: "STATUS_PENDING", Value: ntstatus(0x00000103), Field: Status},
		{Name: "STATUS_INVALID_HANDLE", Value: ntstatus(0xC0000008), Field: Status},
		{Name: "STATUS_OBJECT_TYPE_MISMATCH", Value: ntstatus(0xC0000024), Field: Status},
		{Name: "STATUS_CANCELLED", Value: ntstatus(0xC0000120), Field: Status},
		{Name: "STATUS_NOT_FOUND", Value: ntstatus(0xC0000225), Field: Status},
		{Name: "IOCTL_AFD_POLL", Value: 0x00012024, Own: true},
		{Name: "SIO_BASE_HANDLE", Value: 0x48000022, Own: true},
		{Name: "SIO_BSP_HANDLE_POLL", Value: 0x4800001D, Own: true},
		{Name: "SO_TYPE", Value: 0x1008, Own: true},
		{Name: "WT_EXECUTEINWAITTHREAD", Value: 0x4, Own: true},
		{Name: "WT_EXECUTEONLYONCE", Value: 0x8, Own: true},
		{Name: "OBJECT_TYPE_INFORMATION", Value: 2, Own: true},
		{Name: "FILE_MODE_INFORMATION", Value: 16, Own: true},
	},

	Arms: []Arm{
		{Interest: Readable, Flags: []string{"AFD_POLL_RECEIVE", "AFD_POLL_DISCONNECT", "AFD_POLL_ACCEPT"}},
		{Interest: Writable, Flags: []string{"AFD_POLL_SEND"}},
		{Interest: Priority, Flags: []string{"AFD_POLL_RECEIVE_EXPEDITED"}},
	},
	Always: []string{"AFD_POLL_ABORT", "AFD_POLL_CONNECT_FAIL"},
	Last:   []string{"AFD_POLL_LOCAL_CLOSE"},
	Never: []Never{{
		Const: "AFD_POLL_CONNECT",
		Why:   "It stays set for the connection's life and makes every poll return at once (tokio-rs/mio#1112).",
	}},

	Modes: []ModeArm{
		{
			Mode:  Edge,
			After: DropBits,
			Why: "Rearm asks again, for the direction that would block and for no other: asking for both " +
				"reports writable for every read.",
		},
		{Mode: Level, After: AskAgain},
		{Mode: OneShot, After: AskNone},
	},

	Rules: []Rule{
		{
			When:    when(is(Status, "STATUS_CANCELLED")),
			Outcome: Ignore,
			Why:     "The adapter cancelled the poll itself, to change it.",
		},
		{
			When:  when(negative(Status)),
			Ready: R | W | E,
			Why:   "The poll itself failed, which need not be the socket's end.",
		},
		{
			When:    when(has("AFD_POLL_LOCAL_CLOSE")),
			Outcome: Drop,
			Why:     "The socket was closed in this process.",
		},
		{When: when(has("AFD_POLL_RECEIVE")), Ready: R},
		{When: when(has("AFD_POLL_RECEIVE_EXPEDITED")), Ready: P},
		{When: when(has("AFD_POLL_SEND")), Ready: W},
		{When: when(has("AFD_POLL_DISCONNECT")), Ready: R | RC, Why: "The peer has shut its writing side."},
		{When: when(has("AFD_POLL_ACCEPT")), Ready: R},
		{When: when(has("AFD_POLL_ABORT")), Ready: R | W | E, Why: "A datagram socket that was refused goes on."},
		{When: when(has("AFD_POLL_ABORT"), isStream()), Ready: RC | WC, Why: "The connection was reset."},
		{When: when(has("AFD_POLL_CONNECT_FAIL")), Ready: R | W | E},
		{When: when(has("AFD_POLL_CONNECT_FAIL"), isStream()), Ready: RC | WC},
	},

	Errors: []ErrorRule{
		{
			Ops:    []string{"add", "probe"},
			Errnos: []string{"WSAENOTSOCK", "WSAEOPNOTSUPP", "ERROR_INVALID_HANDLE", "STATUS_INVALID_HANDLE", "STATUS_OBJECT_TYPE_MISMATCH"},
			Kind:   NotPollable,
			Why: "The first is no socket, the second one of a layered provider that hides the base socket. " +
				"The others are a handle that was closed meanwhile.",
		},
		{
			Ops:    []string{"modify", "delete", "rearm"},
			Errnos: []string{"ERROR_INVALID_HANDLE", "STATUS_INVALID_HANDLE", "STATUS_OBJECT_TYPE_MISMATCH"},
			Kind:   NotFound,
			Why:    "The socket was closed, and its number may be another object's by now.",
		},
		{
			Ops:    []string{"submit"},
			Errnos: []string{"STATUS_INVALID_HANDLE", "STATUS_OBJECT_TYPE_MISMATCH"},
			Kind:   NotFound,
			Why:    "The entry goes: there is nobody to tell.",
		},
		{
			Ops:    []string{"cancel"},
			Errnos: []string{"STATUS_NOT_FOUND"},
			Kind:   Ignored,
			Why:    "The poll has completed, and its packet is on its way.",
		},
		{
			Ops: []string{"retry"},
			Errnos: []string{
				"ERROR_NOT_ENOUGH_MEMORY", "ERROR_OUTOFMEMORY", "ERROR_NO_SYSTEM_RESOURCES", "ERROR_NOT_ENOUGH_QUOTA", "ERROR_COMMITMENT_LIMIT",
				"WSAENOBUFS", "STATUS_NO_MEMORY", "STATUS_INSUFFICIENT_RESOURCES", "STATUS_QUOTA_EXCEEDED", "STATUS_COMMITMENT_LIMIT",
			},
			Kind: Ignored,
			Why:  "There is no memory for it just now, which says nothing of the handle.",
		},
	},
	WouldBlock: "WSAEWOULDBLOCK",

	Waker: Waker{
		Name: "completion packet",
		Why:  "PostQueuedCompletionStatus, with a key that no poll has.",
	},

	States: []State{
		{Name: "Idle", Doc: "no poll is outstanding"},
		{Name: "Pending", Doc: "a poll is outstanding"},
		{Name: "Cancelled", Doc: "the outstanding poll was cancelled; its packet must be dequeued first"},
		{Name: "Deleting", Doc: "the handle was deleted; the entry goes when the packet has come"},
	},

	Waitables: windowsWaitables,

	Batch: 256,

	Limits: []Limit{{
		Name:  "sockets on one AFD handle",
		Const: "groupSize",
		Value: 32,
		Why:   "Not a limit of Windows; but the cost of a cancel grows with the requests outstanding on a handle.",
	}},

	Notes: []string{
		"A console's input is waited for, too, and is readable while there are input events. It is a file by its type: GetNumberOfConsoleInputEvents tells.",
		"An end of a named pipe is watched by overlapped calls of its own: a read of no bytes ends when there are any, and with ERROR_BROKEN_PIPE or ERROR_PIPE_NOT_CONNECTED at the end.",
		"The system aborts what a thread has begun with the thread, but for handles that are bound to a port: then the read, or the wait for a client, is made again.",
		"The poll's buffers belong to the kernel until its packet is dequeued, after a cancel too.",
		"A poll that completes at once posts a packet too.",
		"A poll whose timeout is 0 is a look: it says STATUS_TIMEOUT, or names no handle, where nothing holds.",
		"Polls are not exclusive: exclusive ones of two ports kick each other out.",
		"The base socket is SIO_BASE_HANDLE's; else SIO_BSP_HANDLE_POLL's where that differs from its input, and then SIO_BASE_HANDLE's again.",
		"GetQueuedCompletionStatusEx takes milliseconds, NtRemoveIoCompletionEx units of 100 ns; what is below the kernel's timer tick is rounded up by it.",
	},
}

// ntstatus is a status as the signed number that it is.
func ntstatus(code uint32) int64 { return int64(int32(code)) }
