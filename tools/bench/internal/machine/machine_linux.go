// Package machine says what something was measured on.
package machine

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"golang.org/x/sys/unix"
)

// Caption names the processors, the memory, the kernel and the version of Go.
func Caption() string {
	var b strings.Builder
	_, _ = fmt.Fprintf(&b, "%d processors", runtime.NumCPU())
	if text, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if model := processor(string(text)); model != "" {
			_, _ = fmt.Fprintf(&b, " (%s)", model)
		}
	}
	var info unix.Sysinfo_t
	if err := unix.Sysinfo(&info); err == nil {
		const half = 1 << 29
		_, _ = fmt.Fprintf(&b, ", %d GB of memory", (uint64(info.Totalram)*uint64(info.Unit)+half)>>30)
	}
	var name unix.Utsname
	if err := unix.Uname(&name); err == nil {
		_, _ = fmt.Fprintf(&b, ", Linux %s", unix.ByteSliceToString(name.Release[:]))
	}
	_, _ = fmt.Fprintf(&b, ", %s, %s", runtime.GOARCH, runtime.Version())
	return b.String()
}

// processor finds the name of the first processor in the text of /proc/cpuinfo. Not
// every architecture has one.
func processor(text string) string {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ":")
		if strings.TrimSpace(key) == "model name" {
			return strings.Join(strings.Fields(value), " ")
		}
	}
	return ""
}
