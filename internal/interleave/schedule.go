package interleave

import (
	"fmt"
	"strconv"
	"strings"
)

// A schedule is printed as steps with dots between: a letter for the thread,
// before it how often if more than once, behind it an apostrophe for each way
// that was passed over. "3a.b'.2a" is three steps of the first thread, one of the
// second which went the second of the ways open to it, and two of the first.

func letter(thread int) byte { return 'a' + byte(thread) }

func formatSchedule(choices []choice) string {
	var parts []string
	for i := 0; i < len(choices); {
		n := 1
		for i+n < len(choices) && choices[i+n] == choices[i] {
			n++
		}
		count := ""
		if n > 1 {
			count = strconv.Itoa(n)
		}
		parts = append(parts, fmt.Sprintf("%s%c%s", count, letter(choices[i].thread), strings.Repeat("'", choices[i].way)))
		i += n
	}
	return strings.Join(parts, ".")
}

func parseSchedule(s string) ([]choice, error) {
	var choices []choice
	if s == "" {
		return nil, nil
	}
	for part := range strings.SplitSeq(s, ".") {
		rest := strings.TrimLeft(part, "0123456789")
		n := 1
		if digits := part[:len(part)-len(rest)]; digits != "" {
			var err error
			if n, err = strconv.Atoi(digits); err != nil || n > maxSteps {
				return nil, fmt.Errorf("interleave: schedule: count %q", digits)
			}
		}
		name := strings.TrimRight(rest, "'")
		if len(name) != 1 || name[0] < letter(0) || name[0] >= letter(MaxThreads) {
			return nil, fmt.Errorf("interleave: schedule: step %q", part)
		}
		for range n {
			choices = append(choices, choice{int(name[0] - letter(0)), len(rest) - 1})
		}
	}
	return choices, nil
}
