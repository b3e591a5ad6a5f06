package oracle

import (
	"fmt"
	"slices"
	"strings"
)

// A script is what a program and its peers do, in that order. A step that has no
// meaning where it stands does nothing, so that every part of a script is one.
type script []step

// A step does one thing to one end. Pairs are made of two ends, 0 and 1, 2 and 3,
// and so on.
type step struct {
	op  op
	end int
	arg int
}

// endCount is how many ends there are.
const endCount = 6

// An op is what a step does.
type op uint8

const (
	loop         op = iota // as the first step: how the reactor is driven
	pair                   // makes a pair, of arg
	open                   // opens a stream socket that is not connected
	listen                 // makes a listener
	accept                 // takes a connection of the listener arg
	connect                // connects to the listener arg
	write                  // writes arg bytes
	fill                   // writes until it would block
	read                   // reads up to arg bytes
	drain                  // reads until it would block
	halfClose              // shuts the writing direction
	reset                  // closes, and throws away what is on its way
	closeEnd               // closes
	register               // for the interest arg
	reregister             // for the interest arg
	deregister             // an end's registration, or one whose end was closed
	see                    // keeps the readiness of the direction arg
	clearSeen              // clears what was kept of the direction arg
	park                   // leaves a waker for the direction arg
	readIO                 // reads up to arg bytes if the reactor says so, or leaves a waker
	writeIO                // writes arg bytes if the reactor says so, or leaves a waker
	wait                   // starts a goroutine that waits for the interest arg
	cancel                 // ends the goroutines' contexts
	wake                   // wakes the reactor
	turn                   // takes a turn that does not wait
	closeReactor           // closes the reactor
	opCount
)

// How a reactor is driven: the bits of loop's arg.
const (
	running  = 1 << iota // by a goroutine, and else by the script itself
	blocking             // and waits with a thread of its own
)

// A kind is what an end is.
type kind int

const (
	tcp       = iota
	udp       // on loopback, where all that fits arrives
	stream    // AF_UNIX
	datagram  // AF_UNIX
	pipe      // the first end reads, the second writes
	listening // TCP; it is no pair
)

var (
	kinds  = []int{tcp, udp, stream, datagram, pipe}
	asKind = []string{"tcp", "udp", "stream", "datagram", "pipe", "listening"}
)

// String is the kind as a script has it.
func (k kind) String() string { return asKind[k] }

// hasMessages reports whether a kind transfers messages: then nothing ever ends.
func (k kind) hasMessages() bool { return k == udp || k == datagram }

// few is n, or less where a queue that is full does not say so.
func (k kind) few(n int) int {
	if k == udp {
		return min(n, 4)
	}
	return n
}

// A form is how a step of one op is written.
type form struct {
	name  string
	needs need
	args  []int    // what arg may be; nil where it has no meaning
	says  []string // how an arg is written; nil for the number
}

// A need is what a step does nothing without.
type need int

const (
	nothing need = iota
	anEnd        // that is there
	aWatch       // an end that is registered
)

var (
	drives     = []int{0, running, blocking, running | blocking}
	asDrive    = []string{"0", "running", "blocking", "running | blocking"}
	interests  = []int{1, 2, 3}
	asInterest = []string{"readable", "writable", "readable | writable"}
	directions = []int{0, 1}
	asDir      = []string{"reading", "writing"}
	sizes      = []int{1, 100, 5000, 60000}
	numbers    = []int{0, 1, 2, 3, 4, 5} // of ends
)

// The args of steps, as scripts are written.
const (
	readable = 1
	writable = 2
	reading  = 0
	writing  = 1
)

var forms = [opCount]form{
	loop:         {"loop", nothing, drives, asDrive},
	pair:         {"pair", nothing, kinds, asKind},
	open:         {"open", nothing, nil, nil},
	listen:       {"listen", nothing, nil, nil},
	accept:       {"accept", nothing, numbers, nil},
	connect:      {"connect", anEnd, numbers, nil},
	write:        {"write", anEnd, sizes, nil},
	fill:         {"fill", anEnd, nil, nil},
	read:         {"read", anEnd, sizes, nil},
	drain:        {"drain", anEnd, nil, nil},
	halfClose:    {"halfClose", anEnd, nil, nil},
	reset:        {"reset", anEnd, nil, nil},
	closeEnd:     {"closeEnd", anEnd, nil, nil},
	register:     {"register", anEnd, interests, asInterest},
	reregister:   {"reregister", aWatch, interests, asInterest},
	deregister:   {"deregister", nothing, nil, nil},
	see:          {"see", aWatch, directions, asDir},
	clearSeen:    {"clearSeen", aWatch, directions, asDir},
	park:         {"park", aWatch, directions, asDir},
	readIO:       {"readIO", aWatch, sizes, nil},
	writeIO:      {"writeIO", aWatch, sizes, nil},
	wait:         {"wait", aWatch, interests, asInterest},
	cancel:       {"cancel", aWatch, nil, nil},
	wake:         {"wake", nothing, nil, nil},
	turn:         {"turn", nothing, nil, nil},
	closeReactor: {"closeReactor", nothing, nil, nil},
}

// String is the step as a script has it.
func (s step) String() string {
	f := forms[s.op]
	arg := fmt.Sprint(s.arg)
	if i := slices.Index(f.args, s.arg); i >= 0 && f.says != nil {
		arg = f.says[i]
	}
	return fmt.Sprintf("{%s, %d, %s}", f.name, s.end, arg)
}

// test is the script as a test, to paste into this package.
func (s script) test() string {
	var b strings.Builder
	b.WriteString("func TestFound(t *testing.T) {\n\ttry(t, script{\n")
	for _, step := range s {
		fmt.Fprintf(&b, "\t\t%v,\n", step)
	}
	b.WriteString("\t})\n}\n")
	return b.String()
}

// stepSize is how many bytes of a fuzzer's make a step, and stepLimit how many
// steps of it are played.
const (
	stepSize  = 3
	stepLimit = 80
)

// decode makes a script of any bytes.
func decode(data []byte) script {
	var s script
	for ; len(data) >= stepSize && len(s) < stepLimit; data = data[stepSize:] {
		st := step{op: op(data[0]) % opCount, end: int(data[1]) % endCount}
		if args := forms[st.op].args; args != nil {
			st.arg = args[int(data[2])%len(args)]
		}
		s = append(s, st)
	}
	return s
}

// encode is the reverse of decode.
func (s script) encode() []byte {
	data := make([]byte, 0, stepSize*len(s))
	for _, st := range s {
		data = append(data, byte(st.op), byte(st.end), byte(max(slices.Index(forms[st.op].args, st.arg), 0)))
	}
	return data
}
