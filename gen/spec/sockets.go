package spec

import "slices"

// A SocketOption is an option of sockets that the library sets or asks for.
type SocketOption struct {
	Name  string // of the constant
	Level string // in C, and in x/sys
	Opt   string // the same
	Doc   string
}

// SocketOptions are the options, by the names that most systems have for them.
var SocketOptions = []SocketOption{
	{"NoDelay", "IPPROTO_TCP", "TCP_NODELAY", "sends small writes at once"},
	{"KeepAlive", "SOL_SOCKET", "SO_KEEPALIVE", "asks an idle peer whether it is still there"},
	{"KeepIdle", "IPPROTO_TCP", "TCP_KEEPIDLE", "is the time before the first question, in seconds"},
	{"KeepInterval", "IPPROTO_TCP", "TCP_KEEPINTVL", "is the time between two questions, in seconds"},
	{"KeepCount", "IPPROTO_TCP", "TCP_KEEPCNT", "is how many questions stay without an answer"},
	{"ReceiveBuffer", "SOL_SOCKET", "SO_RCVBUF", "is the size of the kernel's buffer, in bytes"},
	{"SendBuffer", "SOL_SOCKET", "SO_SNDBUF", "is the size of the kernel's buffer, in bytes"},
	{"Reuse", "SOL_SOCKET", "SO_REUSEADDR", "takes an address whose old connections linger"},
	{"Exclusive", "SOL_SOCKET", "SO_EXCLUSIVEADDRUSE", "lets no other program take the address as well"},
	{"Balance", "SOL_SOCKET", "SO_REUSEPORT", "spreads connections over all listeners of an address"},
	{"OnlyIPv6", "IPPROTO_IPV6", "IPV6_V6ONLY", "keeps IPv4 off an IPv6 socket"},
	{"Broadcast", "SOL_SOCKET", "SO_BROADCAST", "allows to send to broadcast addresses"},
	{"Pending", "SOL_SOCKET", "SO_ERROR", "takes the error that is pending"},
}

// Sockets is how sockets differ on a system.
type Sockets struct {
	GOOS string

	// Atomic says that socket and accept4 make non-blocking descriptors that
	// are closed on exec, as x/sys has them. Elsewhere it takes more calls.
	Atomic bool

	// Inherit says that an accepted connection has its listener's options.
	Inherit bool

	// Raw says that package sock has system calls of its own for accept.
	Raw bool

	// ShortReadDrains says that a read of a TCP connection that fills less than
	// its buffer has emptied it, unless the peer has sent urgent data, and that
	// this is seen in the same event as the data. ShortWriteFills says that
	// after a write of less than all the next one would block.
	ShortReadDrains, ShortWriteFills bool

	Lacks   []string          // options by name
	Differs map[string]string // an option's name in C, by Name
	Consts  []Const           // what x/sys has not
}

// SocketFacts has an entry for each target.
var SocketFacts = []Sockets{
	{
		GOOS:    "linux",
		Atomic:  true,
		Inherit: true, // sk_clone_lock copies the listener
		Raw:     true,
		// tcp(7), unix(7): a read stops at the urgent mark, and where descriptors
		// were passed.
		ShortReadDrains: true,
		ShortWriteFills: true,
		Lacks:           []string{"Exclusive"},
	},
	{
		GOOS:    "darwin",
		Lacks:   []string{"Exclusive", "Balance"}, // SO_REUSEPORT gives all to one listener
		Differs: map[string]string{"KeepIdle": "TCP_KEEPALIVE"},
	},
	{
		GOOS:    "freebsd",
		Atomic:  true,
		Lacks:   []string{"Exclusive"},
		Differs: map[string]string{"Balance": "SO_REUSEPORT_LB"}, // since FreeBSD 12
	},
	{
		GOOS:  "netbsd",
		Lacks: []string{"Exclusive", "Balance"},
	},
	{
		GOOS:  "openbsd",
		Lacks: []string{"Exclusive", "Balance", "KeepIdle", "KeepInterval", "KeepCount"}, // sysctl(2) sets them for all
	},
	{
		GOOS:   "dragonfly",
		Atomic: true,
		Lacks:  []string{"Exclusive"},
	},
	{
		GOOS:  "windows",
		Lacks: []string{"Reuse", "Balance"}, // SO_REUSEADDR lets anybody take a port that is in use
		Consts: []Const{
			{Name: "FIONBIO", Value: 0x8004667e, Own: true},
			{Name: "SO_ERROR", Value: 0x1007, Own: true},
			{Name: "SO_EXCLUSIVEADDRUSE", Value: -5, Own: true}, // ^SO_REUSEADDR
		},
	},
}

// Has reports whether the system has an option.
func (s *Sockets) Has(o SocketOption) bool { return !slices.Contains(s.Lacks, o.Name) }

// Opt is the system's name of an option.
func (s *Sockets) Opt(o SocketOption) string {
	if name, ok := s.Differs[o.Name]; ok {
		return name
	}
	return o.Opt
}

// Own reports whether x/sys lacks a constant.
func (s *Sockets) Own(name string) bool {
	return slices.ContainsFunc(s.Consts, func(c Const) bool { return c.Name == name })
}
