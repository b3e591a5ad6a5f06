package main

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
)

// residentIs is what resident counts, in words.
const residentIs = "what is in RAM"

// resident is the memory of this process that is in RAM, in bytes. The kernel
// counts what it reports elsewhere lazily; this file it adds up when asked.
func resident() int64 {
	f, err := os.Open("/proc/self/smaps_rollup")
	if err != nil {
		return mapped()
	}
	defer func() { _ = f.Close() }()
	for s := bufio.NewScanner(f); s.Scan(); {
		fields := bytes.Fields(s.Bytes())
		if len(fields) == 3 && string(fields[0]) == "Rss:" {
			if kib, err := strconv.ParseInt(string(fields[1]), 10, 64); err == nil {
				return kib << 10
			}
		}
	}
	return mapped()
}
