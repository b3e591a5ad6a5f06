package main

import (
	"bytes"
	"encoding/json"
)

// counts are the tests of a run, subtests too.
type counts struct {
	passed, failed, skipped int
	output                  []byte // of what failed
}

// count reads what go test -json has printed.
func count(stream []byte) counts {
	var c counts
	said := make(map[string][]byte)
	d := json.NewDecoder(bytes.NewReader(stream))
	for {
		var ev struct{ Action, Package, Test, Output string }
		if err := d.Decode(&ev); err != nil {
			return c // the end, or what is no event: go test itself says what went wrong
		}
		key := ev.Package + " " + ev.Test
		switch {
		case ev.Action == "output":
			said[key] = append(said[key], ev.Output...)
		case ev.Action == "fail":
			c.output = append(c.output, said[key]...)
			if ev.Test != "" {
				c.failed++
			}
		case ev.Test == "":
		case ev.Action == "pass":
			c.passed++
		case ev.Action == "skip":
			c.skipped++
		}
		if ev.Action == "pass" || ev.Action == "skip" || ev.Action == "fail" {
			delete(said, key)
		}
	}
}
