package oracle

import "fmt"

// A fault is what a script can find.
type fault string

const (
	lost        fault = "lost readiness"
	falseClosed fault = "false closed"
	lateWake    fault = "woken for a registration that has ended"
	forgotten   fault = "not woken at the end"
	wrongError  fault = "wrong error"
	leak        fault = "leak"
	broken      fault = "the script could not be played"
)

// A finding is the first thing that a script found to be wrong.
type finding struct {
	fault fault
	at    int // the step, or the script's length: at its end
	text  string
}

// String tells of the finding.
func (f *finding) String() string { return fmt.Sprintf("%s, after step %d: %s", f.fault, f.at, f.text) }
