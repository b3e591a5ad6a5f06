package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"net"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// The list is the one that package net has.
func TestList(t *testing.T) {
	got := map[string]bool{}
	if err := run(t.Context(), false, func(e event) { got[e.String()] = true }); err != nil {
		t.Fatal(err)
	}
	interfaces, err := net.Interfaces()
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range interfaces {
		state := "down"
		if i.Flags&net.FlagUp != 0 {
			state = "up"
		}
		if !got["+ "+i.Name+" "+state] {
			t.Errorf("%s, which is %s, is not there: %v", i.Name, state, got)
		}
		addresses, err := i.Addrs()
		if err != nil {
			t.Fatal(err)
		}
		for _, a := range addresses {
			if !got["+ "+i.Name+" "+a.String()] {
				t.Errorf("%s of %s is not there: %v", a, i.Name, got)
			}
		}
	}
}

// Watching ends with its context.
func TestWatchEnds(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	told := make(chan struct{}, 1<<10)
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, true, func(event) { told <- struct{}{} }) }()
	select {
	case <-told:
	case <-time.After(30 * time.Second):
		t.Fatal("nothing is told")
	}
	stop()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// What the kernel tells of later: an interface that is gone, and one whose name
// was never heard.
func TestChanges(t *testing.T) {
	var got []string
	s := &socket{names: map[int]string{}, tell: func(e event) { got = append(got, e.String()) }}
	info := make([]byte, unix.SizeofIfInfomsg)
	binary.NativeEndian.PutUint32(info[4:], 7)
	name := attribute(unix.IFLA_IFNAME, []byte("veth7\x00\x00\x00"))
	addr := []byte{unix.AF_INET, 24, 0, 0, 7, 0, 0, 0}
	local := attribute(unix.IFA_LOCAL, []byte{192, 0, 2, 1})
	for _, m := range [][]byte{
		message(unix.RTM_NEWADDR, addr, local),
		message(unix.RTM_NEWLINK, info, name),
		message(unix.RTM_NEWADDR, addr, attribute(unix.IFA_ADDRESS, []byte{192, 0, 2, 2}), local),
		message(unix.RTM_DELADDR, addr, local),
		message(unix.RTM_DELLINK, info, name),
	} {
		if _, err := s.parse(m); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"+ interface 7 192.0.2.1/24", "+ veth7 down", "+ veth7 192.0.2.1/24", "- veth7 192.0.2.1/24", "- veth7 down"}
	if len(got) != len(want) {
		t.Fatalf("got %q, want %q", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %q, want %q", got[i], want[i])
		}
	}
}

// The kernel's refusal is an error, and so is what is no message.
func TestRefused(t *testing.T) {
	s := &socket{}
	code := make([]byte, unix.SizeofNlMsgerr)
	refused := -int32(unix.EPERM)
	binary.NativeEndian.PutUint32(code, uint32(refused))
	if _, err := s.parse(message(unix.NLMSG_ERROR, code)); !errors.Is(err, unix.EPERM) {
		t.Errorf("got %v, want EPERM", err)
	}
	if _, err := s.parse([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}); err == nil {
		t.Error("bytes without a meaning are no error")
	}
}

// message is a netlink message.
func message(kind uint16, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	m := binary.NativeEndian.AppendUint32(nil, uint32(unix.SizeofNlMsghdr+len(body)))
	m = binary.NativeEndian.AppendUint16(m, kind)
	m = append(m, make([]byte, unix.SizeofNlMsghdr-len(m))...)
	return append(m, body...)
}

// attribute is an attribute of one. Value is as long as a multiple of 4.
func attribute(kind uint16, value []byte) []byte {
	a := binary.NativeEndian.AppendUint16(nil, uint16(unix.SizeofRtAttr+len(value)))
	a = binary.NativeEndian.AppendUint16(a, kind)
	return append(a, value...)
}
