package main

import (
	"errors"
	"os"
	"strings"
	"testing"
)

// What this system says has advice, however deep it is in an error.
func TestExplain(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{errInUse, "choose another port"},
		{errNotLocal, "try 127.0.0.1"},
		{errDenied, "choose"},
		{errRefused, "start a server first"},
		{errTooMany, "descriptors"},
		{errors.ErrUnsupported, "-style std"},
		{errors.New("that"), "that"},
	} {
		line := explain(&listenError{"127.0.0.1:7000", os.NewSyscallError("call", test.err)})
		if !strings.HasPrefix(line, "-listen 127.0.0.1:7000: call: ") || !strings.Contains(line, test.want) || strings.Contains(line, "\n") {
			t.Errorf("%v: %q, want a line with %q", test.err, line, test.want)
		}
	}
}
