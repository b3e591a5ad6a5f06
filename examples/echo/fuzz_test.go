package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rouse-io/rouse/internal/sock"
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/native"
)

// The fuzzer's workers are this program too, and inherit what TestMain sets for
// the children that are to be an echo server.
func init() {
	if slices.ContainsFunc(os.Args, func(arg string) bool { return strings.HasPrefix(arg, "-test.fuzzworker") }) {
		if err := os.Unsetenv(asProgram); err != nil {
			panic(err)
		}
	}
}

// Any command line is understood or refused: what is refused is told, and what is
// understood makes sense.
func FuzzParse(f *testing.F) {
	for _, line := range []string{
		"-listen 127.0.0.1:0", "-load 127.0.0.1:1 -connections 65535 -rate 1 -duration 1h", "-demo -rounds 1 -compare poll,std",
		"-listen x -demo", "-help", "-connections -1", "-demo -connections=99999999999999999999", "-duration -1s -demo", "-demo x",
		"-listen= -load=", "-demo=maybe", "-- -demo", "-", "-threads 0x10 -demo", "-demo -duration 9999999h",
	} {
		f.Add(line)
	}
	f.Fuzz(func(t *testing.T, line string) {
		var told bytes.Buffer
		o, err := parse(strings.Split(line, " "), &told)
		if err != nil {
			if told.Len() == 0 {
				t.Errorf("%q is refused without a word: %v", line, err)
			}
			return
		}
		modes := 0
		for _, is := range []bool{o.listen != "", o.load != "", o.demo} {
			if is {
				modes++
			}
		}
		if modes != 1 || o.connections < 0 || o.connections > ports || o.rate < 0 || o.rounds < 1 || o.threads < 0 ||
			o.duration < 0 || o.duration > time.Hour {
			t.Errorf("%q is %+v", line, o)
		}
	})
}

// idleServer is a server that serves nobody.
type idleServer struct{}

func (idleServer) Addr() netip.AddrPort        { return netip.MustParseAddrPort("127.0.0.1:7") }
func (idleServer) Serve(context.Context) error { return nil }
func (idleServer) Live() int                   { return 3 }

// Each line on the control pipe is answered with a report on a line, whatever it
// says, until one is too long.
func FuzzControl(f *testing.F) {
	for _, in := range []string{"", "\n", askCPU + "\n", askMemory + "\n" + askCPU, "\r\n\x00\n\xff", strings.Repeat("x", 1<<16+1) + "\ncpu\n"} {
		f.Add(in)
	}
	f.Fuzz(func(t *testing.T, in string) {
		var out bytes.Buffer
		control(idleServer{}, strings.NewReader(in), &out)
		answers := 0
		for d := json.NewDecoder(&out); ; answers++ {
			var r report
			if err := d.Decode(&r); err == io.EOF {
				break
			} else if err != nil {
				t.Fatal(err)
			}
			if r.Addr != (idleServer{}).Addr() || r.Connections != (idleServer{}).Live() || r.Goroutines < 1 {
				t.Errorf("%+v", r)
			}
		}
		lines := strings.Count(in, "\n")
		if in != "" && !strings.HasSuffix(in, "\n") {
			lines++
		}
		long := slices.ContainsFunc(strings.Split(in, "\n"), func(line string) bool { return len(line) >= 1<<16-1 })
		if answers != lines && !long || answers > lines {
			t.Errorf("%d lines have %d answers", lines, answers)
		}
	})
}

// A client takes the answers to what it has sent, whatever comes and in whatever
// pieces, and nothing else for one.
func FuzzAnswers(f *testing.F) {
	whole := string(pattern[:3*messageSize])
	for _, answer := range []string{"", whole, whole[:messageSize], whole[:100], whole[:99] + "!", whole + "more", "x" + whole} {
		f.Add(answer, uint8(3), uint8(7))
		f.Add(answer, uint8(1), uint8(255))
	}
	if p, err := native.Open(); errors.Is(err, errors.ErrUnsupported) {
		f.Skip("no sockets here")
	} else if err == nil {
		_ = p.Close()
	}
	f.Fuzz(func(t *testing.T, answer string, due, piece uint8) {
		answer = answer[:min(len(answer), 2*readSize)]
		c, server := twoEnds(t)
		client := client{handle: c}
		for at := range int64(due) {
			client.post(at)
		}
		sent, got := answer, 0
		ended := false
		buf := make([]byte, readSize)
		var failed error
		for end := time.Now().Add(deadline); client.waiting() > 0 && failed == nil; runtime.Gosched() {
			switch {
			case sent != "":
				n, err := native.Write(server, []byte(sent[:min(len(sent), int(piece)+1)]))
				if err != nil {
					t.Fatal(err)
				}
				sent = sent[n:]
			case !ended:
				if err := sock.CloseWrite(server); err != nil {
					t.Fatal(err)
				}
				ended = true
			case time.Now().After(end):
				t.Fatal("the end of the answers does not come")
			}
			var answered []int64
			answered, failed = client.receive(buf)
			got += len(answered)
		}
		same := 0
		for same < len(answer) && answer[same] == pattern[same%messageSize] {
			same++
		}
		if got > same/messageSize || got > int(due) {
			t.Errorf("%d of %d messages are answered by %d bytes, of which %d are right", got, due, len(answer), same)
		}
		if same == len(answer) && len(answer) == int(due)*messageSize && got != int(due) {
			t.Errorf("%d of %d messages are answered, and all were", got, due)
		}
	})
}

// twoEnds returns the two ends of a connection.
func twoEnds(t *testing.T) (client, server platform.Handle) {
	t.Helper()
	l, addr, err := sock.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = sock.Close(l) }()
	client, err = sock.Connect(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sock.Close(client) })
	for end := time.Now().Add(deadline); ; runtime.Gosched() {
		server, err = sock.Accept(l)
		if err == nil {
			break
		}
		if !errors.Is(err, native.WouldBlock) || time.Now().After(end) {
			t.Fatal(err)
		}
	}
	t.Cleanup(func() {
		_ = sock.SetLinger(server, 0) // no connection is left to linger
		_ = sock.Close(server)
	})
	return client, server
}
