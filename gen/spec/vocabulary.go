package spec

// InterestSet is a set of interests, with the bits that platform.Interest has.
type InterestSet uint8

// The interests.
const (
	Readable InterestSet = 1 << iota
	Writable
	Priority
)

// ReadySet is a set of readiness bits, with the bits that platform.Ready has.
type ReadySet uint16

// The readiness bits, by the letters that the tables use.
const (
	R  ReadySet = 1 << iota // readable
	W                       // writable
	RC                      // read closed
	WC                      // write closed
	P                       // priority
	E                       // error
)

// Directions is a set of the directions of a handle.
type Directions uint8

// The directions.
const (
	Reading Directions = 1 << iota
	Writing
)

// Interest describes one interest.
type Interest struct {
	Bit       InterestSet
	Name      string   // the constant's
	Text      string   // what String says
	Doc       string   // what follows the name
	Satisfied ReadySet // by any of these
}

// Interests are all interests, lowest bit first.
var Interests = []Interest{
	{
		Bit:       Readable,
		Name:      "Readable",
		Text:      "readable",
		Doc:       "data can be read, a connection can be accepted, or reading has come to its end.",
		Satisfied: R | RC | E,
	},
	{
		Bit:       Writable,
		Name:      "Writable",
		Text:      "writable",
		Doc:       "data can be written, a connection attempt has ended, or writing has come to its end.",
		Satisfied: W | WC | E,
	},
	{
		Bit:       Priority,
		Name:      "Priority",
		Text:      "priority",
		Doc:       "priority data, such as TCP's urgent byte, has arrived.",
		Satisfied: P | RC | E,
	},
}

// Ready describes one readiness bit.
type Ready struct {
	Bit      ReadySet
	Name     string // the constant's
	Letter   string // in tables
	Text     string // what String says
	Doc      string // what follows the name
	Final    bool   // once it holds it holds for good
	Concerns Directions

	// Predicate is the method that asks for the bit, or for one of those in
	// Implied. Reports is what follows "reports whether" in its comment.
	Predicate string
	Implied   ReadySet
	Reports   string
}

// Readiness is all readiness bits, lowest first.
var Readiness = []Ready{
	{
		Bit:       R,
		Name:      "ReadyReadable",
		Letter:    "R",
		Text:      "readable",
		Doc:       "a read does not block.",
		Concerns:  Reading,
		Predicate: "IsReadable",
		Implied:   RC,
		Reports:   "a read does not block: there is data, or reading has come to its end.",
	},
	{
		Bit:       W,
		Name:      "ReadyWritable",
		Letter:    "W",
		Text:      "writable",
		Doc:       "a write does not block.",
		Concerns:  Writing,
		Predicate: "IsWritable",
		Implied:   WC,
		Reports:   "a write does not block: there is room, or writing has come to its end.",
	},
	{
		Bit:       RC,
		Name:      "ReadyReadClosed",
		Letter:    "RC",
		Text:      "read-closed",
		Doc:       "reading has come to its end. It is final.",
		Final:     true,
		Concerns:  Reading,
		Predicate: "IsReadClosed",
		Reports:   "reading has come to its end.",
	},
	{
		Bit:       WC,
		Name:      "ReadyWriteClosed",
		Letter:    "WC",
		Text:      "write-closed",
		Doc:       "writing has come to its end. It is final.",
		Final:     true,
		Concerns:  Writing,
		Predicate: "IsWriteClosed",
		Reports:   "writing has come to its end.",
	},
	{
		Bit:       P,
		Name:      "ReadyPriority",
		Letter:    "P",
		Text:      "priority",
		Doc:       "priority data has arrived.",
		Concerns:  Reading,
		Predicate: "IsPriority",
		Reports:   "priority data has arrived.",
	},
	{
		Bit:       E,
		Name:      "ReadyError",
		Letter:    "E",
		Text:      "error",
		Doc:       "an error is pending, or the handle is broken.",
		Concerns:  Reading | Writing,
		Predicate: "IsError",
		Reports:   "an error is pending, or the handle is broken.",
	},
}

// Set describes a named set of readiness bits.
type Set struct {
	Name string
	Bits ReadySet
	Doc  string // what follows "has"
}

// Final is the bits that hold for good.
const Final = RC | WC

// Sets are the sets of readiness that have a name.
var Sets = []Set{
	{Name: "AllReady", Bits: R | W | RC | WC | P | E, Doc: "every bit that a Ready may have."},
	{Name: "ReadyFinal", Bits: Final, Doc: "the bits that hold for good once they hold."},
	{Name: "ReadyRead", Bits: R | RC | P | E, Doc: "the bits that concern the reading direction."},
	{Name: "ReadyWrite", Bits: W | WC | E, Doc: "the bits that concern the writing direction."},
}

// A Mode says how often what holds is reported.
type Mode uint8

// The modes.
const (
	Edge Mode = iota
	Level
	OneShot
)

// ModeInfo describes one mode.
type ModeInfo struct {
	Mode Mode
	Name string // the constant's
	Text string // what String says
	Doc  string // what follows the name
}

// Modes are all modes, lowest number first.
var Modes = []ModeInfo{
	{
		Mode: Edge,
		Name: "Edge",
		Text: "edge",
		Doc:  "reports a direction when it becomes ready, and then not again until something new arrives or it would have blocked.",
	},
	{
		Mode: Level,
		Name: "Level",
		Text: "level",
		Doc:  "reports a direction in every Wait, as long as it holds.",
	},
	{
		Mode: OneShot,
		Name: "OneShot",
		Text: "one-shot",
		Doc:  "reports once, and then nothing until Modify.",
	},
}
