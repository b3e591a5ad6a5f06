package check

import "regexp"

// A benchmark is one of the library's. It must call testing.B.Loop, and all that
// it measures must be done on one goroutine: what Go's scheduler does between two
// depends on the time.
type benchmark struct {
	pkg   string // from the library's root
	bench string // without "Benchmark"
	runs  int
}

func (b benchmark) name() string { return b.pkg + "." + b.bench }

// What takes a moment is run often, so that what the testing package does at the
// ends of the loop is little beside it; what allocates even more so, because the
// runtime searches its heap for room now and then, and how long differs.
const (
	often     = 10_000
	moreOften = 40_000
)

// benchmarks are all that are checked.
var benchmarks = []benchmark{
	{"reactor", "Word/look", often},
	{"reactor", "Word/set", often},
	{"reactor", "Word/clear", often},
	{"reactor", "Ready/PollReadReady", often},
	{"reactor", "Ready/PollReadIO", often},
	{"reactor", "Ready/TryIO", often},
	{"reactor", "Ready/Readiness", often},
	{"reactor", "Ready/AsyncIO", often},
	{"reactor", "Ready/ClearReadiness", often},
	{"reactor", "Event/one", often},
	{"reactor", "Event/full", 200},
	{"reactor", "Life", moreOften},
	{"reactor", "Register/reactor", moreOften},
	{"reactor", "Wakeup", often},
	{"platform/linux", "Decode", often},
	{"platform/linux", "Wait", often},
	{"netio", "Transfer/blocking", often},
	{"netio", "Transfer/poll", often},
	{"park", "Park/cancel", moreOften},
	{"park", "Park/wake", moreOften},
}

// matching are the benchmarks whose names match.
func matching(match *regexp.Regexp) []benchmark {
	var chosen []benchmark
	for _, b := range benchmarks {
		if match.MatchString(b.name()) {
			chosen = append(chosen, b)
		}
	}
	return chosen
}
