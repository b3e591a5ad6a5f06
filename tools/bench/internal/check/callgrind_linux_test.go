package check

import (
	"strings"
	"testing"
)

// What callgrind writes with the options that it is given here: a function that
// calls itself, one that calls another, and the runtime's monitor.
const aProfile = `# callgrind format
version: 1
creator: callgrind-3.19.0
pid: 1
cmd:  ./reactor.test
part: 1

desc: Trigger: Dump at testing.(*B).StopTimer

positions: line
events: Ir
summary: 1500

ob=/tmp/reactor.test
fl=word.go
fn=reactor.(*atomicWord).set
0 300
fi=atomic.go
0 100
fe=word.go
0 50

fn=reactor.BenchmarkWord.func2
0 600
cfi=word.go
cfn=reactor.(*atomicWord).set
calls=10 0
0 450

fn=runtime.findfunc
0 40
cfn=runtime.findfunc'2
calls=1 0
0 10

fn=runtime.findfunc'2
0 10

fn=runtime.sysmon
0 100
cfn=runtime.usleep
calls=5 0
0 300

fn=runtime.usleep
0 300

totals: 1500
`

func TestProfile(t *testing.T) {
	p, err := parseProfile([]byte(aProfile))
	if err != nil {
		t.Fatal(err)
	}
	if p.total != 1100 {
		t.Errorf("%d instructions, want 1100: all but the monitor's", p.total)
	}
	if n := p.own["reactor.(*atomicWord).set"]; n != 450 {
		t.Errorf("set has %d instructions, want 450", n)
	}
	if n := p.own["runtime.findfunc"]; n != 50 {
		t.Errorf("findfunc has %d instructions, want 50", n)
	}
	if !p.measures(110) || p.measures(111) {
		t.Error("1100 instructions are enough for 110 runs, and for no more")
	}
	got := p.costliest(10)
	if len(got) != 5 || got[0] != (function{"reactor.BenchmarkWord.func2", 60}) || got[1] != (function{"reactor.(*atomicWord).set", 45}) {
		t.Errorf("the costliest are %v", got)
	}
}

func TestProfileBad(t *testing.T) {
	for name, text := range map[string]string{
		"empty":           "",
		"cut off":         aProfile[:len(aProfile)/2],
		"another total":   strings.Replace(aProfile, "totals: 1500", "totals: 1501", 1),
		"no number":       strings.Replace(aProfile, "0 600", "0 x", 1),
		"no number there": strings.Replace(aProfile, "totals: 1500", "totals: many", 1),
		"two events":      strings.Replace(aProfile, "0 600", "0 600 3", 1),
		"compressed":      strings.Replace(aProfile, "0 600", "+3 600", 1),
	} {
		if p, err := parseProfile([]byte(text)); err == nil {
			t.Errorf("%s: %d instructions", name, p.total)
		}
	}
}
