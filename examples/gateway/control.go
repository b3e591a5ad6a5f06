package main

import (
	"bufio"
	"encoding/json"
	"io"
)

// The questions to a child, one on each line.
const (
	askQuick  = "quick"  // to a server: a report without the memory
	askReport = "report" // to a server: all of it
	askHear   = "hear"   // to a crowd: everybody gets a broadcast
	askPing   = "ping"   // to a crowd: everybody sends a ping and gets the answer
)

// control answers questions until in ends: each with JSON on a line. An error ends
// it.
func control(in io.Reader, out io.Writer, answer func(question string) (any, error)) error {
	encoder := json.NewEncoder(out)
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		a, err := answer(lines.Text())
		if err != nil {
			return err
		}
		if err := encoder.Encode(a); err != nil {
			return err
		}
	}
	return lines.Err()
}
