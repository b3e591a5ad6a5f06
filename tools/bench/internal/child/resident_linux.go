package child

import (
	"bytes"
	"fmt"
	"os"
)

// Resident is the memory of the server that is resident, in bytes. It is VmRSS
// added up over its mappings: /proc/pid/status itself may be off by what each
// processor has not reported yet (proc_pid_status(5)).
func (c *Child) Resident() (int64, error) {
	name := fmt.Sprintf("/proc/%d/smaps_rollup", c.cmd.Process.Pid)
	text, err := os.ReadFile(name)
	if err != nil {
		return 0, err
	}
	for line := range bytes.Lines(text) {
		var kilobytes int64
		if n, _ := fmt.Sscanf(string(line), "Rss: %d kB", &kilobytes); n == 1 {
			return kilobytes << 10, nil
		}
	}
	return 0, fmt.Errorf("%s has no Rss", name)
}
