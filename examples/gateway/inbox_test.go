package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/gobwas/ws"
)

// taken is what an inbox makes of pieces, in words.
func taken(pieces ...[]byte) string {
	var in inbox
	var all delivered
	var pongs bytes.Buffer
	for _, p := range pieces {
		d, err := in.take(bytes.Clone(p))
		all.frames += d.frames
		all.messages += d.messages
		pongs.Write(d.pongs)
		if err != nil {
			return fmt.Sprintf("%d frames, %d messages, pongs %q, %v", all.frames, all.messages, pongs.Bytes(), err)
		}
	}
	return fmt.Sprintf("%d frames, %d messages, pongs %q, unfinished %t", all.frames, all.messages, pongs.Bytes(), in.unfinished())
}

// raw is a frame's first two bytes and mask, with nothing behind them.
func raw(first, second byte) string { return string([]byte{first, second, 1, 2, 3, 4}) }

// What a client sends means the same in whatever pieces it comes.
func TestInbox(t *testing.T) {
	long := strings.Repeat("x", 70_000)
	tests := []struct{ name, sent, want string }{
		{"nothing", "", `0 frames, 0 messages, pongs "", unfinished false`},
		{"text", masked(ws.OpText, true, "hello"), `1 frames, 1 messages, pongs "", unfinished false`},
		{"empty", masked(ws.OpBinary, true, ""), `1 frames, 1 messages, pongs "", unfinished false`},
		{"16 bits", masked(ws.OpBinary, true, long[:300]), `1 frames, 1 messages, pongs "", unfinished false`},
		{"64 bits", masked(ws.OpBinary, true, long), `1 frames, 1 messages, pongs "", unfinished false`},
		{"pings", masked(ws.OpPing, true, "a") + masked(ws.OpPing, true, ""), `2 frames, 0 messages, pongs "\x8a\x01a\x8a\x00", unfinished false`},
		{"largest ping", masked(ws.OpPing, true, long[:125]), `1 frames, 0 messages, pongs "\x8a}` + long[:125] + `", unfinished false`},
		{"pong", masked(ws.OpPong, true, "a"), `1 frames, 0 messages, pongs "", unfinished false`},
		{
			"fragments", masked(ws.OpText, false, "a") + masked(ws.OpContinuation, false, "") + masked(ws.OpContinuation, true, "b"),
			`3 frames, 1 messages, pongs "", unfinished false`,
		},
		{
			"ping between fragments", masked(ws.OpText, false, "a") + masked(ws.OpPing, true, "p") + masked(ws.OpContinuation, true, "b"),
			`3 frames, 1 messages, pongs "\x8a\x01p", unfinished false`,
		},
		{"half a message", masked(ws.OpText, false, "a"), `1 frames, 0 messages, pongs "", unfinished true`},
		{"half a frame", masked(ws.OpText, true, "hello")[:8], `0 frames, 0 messages, pongs "", unfinished true`},
		{"half a header", masked(ws.OpText, true, "hello")[:1], `0 frames, 0 messages, pongs "", unfinished true`},
		{"close", masked(ws.OpClose, true, "\x03\xe8bye") + "and more", `1 frames, 0 messages, pongs "", 1000 `},
		{"close of no reason", masked(ws.OpClose, true, ""), `1 frames, 0 messages, pongs "", 0 `},
		{"ping and close", masked(ws.OpPing, true, "p") + masked(ws.OpClose, true, "\x0f\xa0"), `2 frames, 0 messages, pongs "\x8a\x01p", 4000 `},
		{"close of one byte", masked(ws.OpClose, true, "\x03"), `1 frames, 0 messages, pongs "", 1002 status code is not in use`},
		{"close with 1005", masked(ws.OpClose, true, "\x03\xed"), `1 frames, 0 messages, pongs "", 1002 status code is only application level`},
		{"close without UTF-8", masked(ws.OpClose, true, "\x03\xe8\xff"), `1 frames, 0 messages, pongs "", 1002 invalid utf8 sequence in close reason`},
		{"not masked", "\x81\x00", `0 frames, 0 messages, pongs "", 1002 frames from client to server must be masked`},
		{"reserved bit", raw(0xc1, 0x80), `0 frames, 0 messages, pongs "", 1002 non-zero rsv bits with no extension negotiated`},
		{"reserved type", raw(0x83, 0x80), `0 frames, 0 messages, pongs "", 1002 use of reserved op code`},
		{"fragmented ping", raw(0x09, 0x80), `0 frames, 0 messages, pongs "", 1002 control frame is not final`},
		{"large ping", string([]byte{0x89, 0xfe, 0, 126, 1, 2, 3, 4}), `0 frames, 0 messages, pongs "", 1002 control frame payload limit exceeded`},
		{"continued nothing", raw(0x80, 0x80), `0 frames, 0 messages, pongs "", 1002 unexpected continuation data frame`},
		{"two messages at once", masked(ws.OpText, false, "a") + raw(0x81, 0x80), `1 frames, 0 messages, pongs "", 1002 unexpected non-continuation data frame`},
		{"too large", string([]byte{0x82, 0xff, 0, 0, 0, 0, 0, 0x10, 0, 1, 1, 2, 3, 4}), `0 frames, 0 messages, pongs "", 1009 frame of more than 1048576 bytes`},
		{"much too large", string([]byte{0x82, 0xff, 0xff, 0, 0, 0, 0, 0x10, 0, 1, 1, 2, 3, 4}), `0 frames, 0 messages, pongs "", 1002 header error: the most significant bit must be 0`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			sent := []byte(test.sent)
			if got := taken(sent); got != test.want {
				t.Fatalf("at once:\n%s, want\n%s", got, test.want)
			}
			for i := range min(len(sent), 300) {
				if got := taken(sent[:i], sent[i:]); got != test.want {
					t.Fatalf("cut at %d:\n%s, want\n%s", i, got, test.want)
				}
			}
			var single [][]byte
			for i := range sent {
				single = append(single, sent[i:i+1])
			}
			if got := taken(single...); got != test.want {
				t.Fatalf("byte by byte:\n%s, want\n%s", got, test.want)
			}
		})
	}
}

// Whatever comes, and in whatever pieces, means the same, and no more of it is
// kept than the largest header with the largest payload of a control frame.
func FuzzInbox(f *testing.F) {
	f.Add([]byte(masked(ws.OpPing, true, "ping")+masked(ws.OpText, true, "hello")), uint8(3))
	f.Add([]byte(masked(ws.OpText, false, "a")+masked(ws.OpClose, true, "\x03\xe8")), uint8(1))
	f.Fuzz(func(t *testing.T, sent []byte, size uint8) {
		step := int(size) + 1
		var pieces [][]byte
		for i := 0; i < len(sent); i += step {
			pieces = append(pieces, sent[i:min(i+step, len(sent))])
		}
		if one, many := taken(sent), taken(pieces...); one != many {
			t.Errorf("at once:\n%s, in pieces:\n%s", one, many)
		}
		var in inbox
		for _, p := range pieces {
			if _, err := in.take(bytes.Clone(p)); err != nil {
				break
			}
			if len(in.begun) >= maxBegun {
				t.Fatalf("%d bytes are kept", len(in.begun))
			}
		}
	})
}
