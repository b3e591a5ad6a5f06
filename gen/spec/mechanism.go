package spec

import "slices"

// A Mechanism is how a family of systems says that I/O can go on.
type Mechanism struct {
	Name   string // "epoll"
	Manual string // where its own makers describe it
	Doc    string // in one paragraph

	Consts []Const

	// Arms is what is asked for each interest. Always is asked with every Arm,
	// Last even when nothing else is asked any more. Unasked comes without being
	// asked for, and Never must not be asked.
	Arms    []Arm
	Always  []string
	Last    []string
	Unasked []string
	Never   []Never

	Modes []ModeArm

	// Rules say what an event means; see [Rule].
	Rules []Rule

	Errors     []ErrorRule
	WouldBlock string // the error of an operation that would block
	Waker      Waker

	// States are those of the state machine that one handle needs, the first
	// being where it begins; none where the kernel keeps handles apart.
	States []State

	// Waitables are what else can be watched, by waiting for it.
	Waitables []Waitable

	// Batch is how many events one system call can bring.
	Batch int

	Limits []Limit
	Notes  []string // what else an adapter must know
}

// A Field is the part of a native event that a condition looks at, or that a
// constant belongs to.
type Field uint8

// The fields.
const (
	NoField Field = iota // an argument, not part of an event
	Flags                // a set: epoll's events, kevent's flags, AFD's events
	Filter               // a number: kevent's
	Fflags               // a set: kevent's flags of one filter
	Data                 // a number: kevent's
	Status               // a signed number: the NTSTATUS of an AFD poll
	Pipe                 // not 0 where the adapter knows that the handle is an anonymous pipe
	Stream               // not 0 where the adapter knows that the handle is no datagram socket
	Ends                 // not 0 where the adapter knows that an end of the handle is for good
)

// A Const is a number of the system's.
type Const struct {
	Name  string
	Value int64
	Field Field

	// Own says that x/sys lacks it, so that the adapter must define it. The
	// value of every other is asserted at compile time.
	Own bool
}

// An Arm is what is asked for one interest: with epoll and AFD some flags of
// the one mask, with kqueue a filter of its own.
type Arm struct {
	Interest InterestSet
	Flags    []string
	Filter   string
	Fflags   []string
}

// Names returns the constants that the Arm needs.
func (a Arm) Names() []string {
	names := slices.Concat(a.Flags, a.Fflags)
	if a.Filter != "" {
		names = append(names, a.Filter)
	}
	return names
}

// Never is what must not be asked.
type Never struct {
	Const string
	Why   string
}

// A ModeArm is how a mode is had.
type ModeArm struct {
	Mode  Mode
	Flags []string // added to the Arm

	// After is what the adapter does with what it has just reported, where the
	// kernel doesn't do it.
	After After
	Why   string
}

// After says what an adapter does after a report.
type After uint8

// What an adapter does after a report.
const (
	Nothing  After = iota // the kernel does it
	DropBits              // asks no more for the bits that were reported, until Rearm
	AskAgain              // asks again for all of it
	AskNone               // asks for nothing, until Modify
)

// A Rule says what events mean. The rules of a mechanism are read in order, and
// those whose conditions all hold apply: the bits of all that report are
// reported, and one that does not report ends the reading.
type Rule struct {
	When    []Condition
	Ready   ReadySet
	Outcome Outcome
	Why     string
}

// Outcome is what becomes of an event.
type Outcome uint8

// The outcomes.
const (
	Report Outcome = iota // its bits are reported
	Ignore                // it is no event of the handle's
	Drop                  // the handle is gone: so is its entry, and nothing is reported
)

// A Condition is a look at one field.
type Condition struct {
	Field Field
	Op    Op
	Const string // for Has, Lacks and Is
}

// Op is how a condition looks at its field.
type Op uint8

// The ways to look at a field.
const (
	Has      Op = iota // the flag is set
	Lacks              // the flag is not set
	Is                 // the number is this one
	NonZero            // the number is not 0
	Negative           // the number is below 0
)

func has(name string) Condition           { return Condition{Field: Flags, Op: Has, Const: name} }
func is(f Field, name string) Condition   { return Condition{Field: f, Op: Is, Const: name} }
func nonZero(f Field) Condition           { return Condition{Field: f, Op: NonZero} }
func negative(f Field) Condition          { return Condition{Field: f, Op: Negative} }
func isPipe() Condition                   { return Condition{Field: Pipe, Op: NonZero} }
func isStream() Condition                 { return Condition{Field: Stream, Op: NonZero} }
func ends() Condition                     { return Condition{Field: Ends, Op: NonZero} }
func hasNote(name string) Condition       { return Condition{Field: Fflags, Op: Has, Const: name} }
func when(conds ...Condition) []Condition { return conds }

// Kind is one of package platform's errors.
type Kind string

// The kinds of error. Ignored is success.
const (
	Exists      Kind = "ErrExists"
	NotFound    Kind = "ErrNotFound"
	NotPollable Kind = "ErrNotPollable"
	Ignored     Kind = ""
)

// An ErrorRule says what the system's errors mean. An error without a rule is
// returned as it is.
type ErrorRule struct {
	Ops    []string // "add", "modify", "delete", "rearm", "probe"; "submit", "cancel" and "retry" for AFD, "remove" and "pipe" for kqueue
	Errnos []string
	Kind   Kind
	Why    string
}

// A Waker is how another goroutine ends a wait.
type Waker struct {
	Name    string
	Arm     []string // how it is added, where it is added
	Trigger []string // the fflags that trigger it, where there are any
	Why     string
}

// A State is one of a state machine's.
type State struct {
	Name string
	Doc  string
}

// A Limit is a number that an adapter keeps to.
type Limit struct {
	Name  string // what there are at most so many of
	Const string // what the adapter calls it
	Value int
	Why   string
}

// Arm returns what is asked for an interest, and whether there is a way to.
func (m *Mechanism) Arm(in InterestSet) (Arm, bool) {
	for _, a := range m.Arms {
		if a.Interest == in {
			return a, true
		}
	}
	return Arm{}, false
}

// Const returns a constant by its name.
func (m *Mechanism) Const(name string) (Const, bool) {
	for _, c := range m.Consts {
		if c.Name == name {
			return c, true
		}
	}
	return Const{}, false
}
