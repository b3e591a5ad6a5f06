package scale

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// spareHandles is how many descriptors a process has besides its connections, and
// spareFiles how many the system has besides this program's.
const (
	spareHandles = 64
	spareFiles   = 10_000
)

// permit lets this process and those that it starts have n connections each, as
// far as it may, and returns how many that are.
func permit(n int) (int, error) {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0, os.NewSyscallError("getrlimit", err)
	}
	need := uint64(n + spareHandles)
	if limit.Max < need {
		more := unix.Rlimit{Cur: need, Max: need}
		if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &more); err == nil { // root may, up to fs.nr_open
			return n, nil
		}
	}
	// Go has raised its own limit, but its children have the old one, unless the
	// limit is set.
	limit.Cur = limit.Max
	if err := unix.Setrlimit(unix.RLIMIT_NOFILE, &limit); err != nil {
		return 0, os.NewSyscallError("setrlimit", err)
	}
	if limit.Max <= spareHandles {
		return 0, fmt.Errorf("ulimit -n is %d", limit.Max)
	}
	return int(min(need, limit.Max)) - spareHandles, nil
}

// mostConnections is how many connections the system's table of files has room for.
// Each has two.
func mostConnections() (int, error) {
	text, err := os.ReadFile("/proc/sys/fs/file-nr")
	if err != nil {
		return 0, err
	}
	return freeFiles(string(text)) / 2, nil
}

// freeFiles reads /proc/sys/fs/file-nr (proc_sys_fs(5)): files that are open, 0, and
// how many may be.
func freeFiles(text string) int {
	const enough = 1 << 30 // it may be 2^63-1
	fields := strings.Fields(text)
	if len(fields) != 3 {
		return 0
	}
	open, _ := strconv.ParseUint(fields[0], 10, 64)
	most, _ := strconv.ParseUint(fields[2], 10, 64)
	return int(max(int64(min(most, enough))-int64(min(open, enough))-spareFiles, 0))
}
