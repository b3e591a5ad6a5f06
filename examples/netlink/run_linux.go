package main

import (
	"context"
	"errors"

	"github.com/rouse-io/rouse/platform/native"
	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// run tells of all interfaces and addresses, and, where watch is set, of what
// changes, until ctx ends.
func run(ctx context.Context, watch bool, tell func(event)) (err error) {
	r, err := reactor.New()
	if err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- r.Run(context.Background()) }()
	defer func() {
		err = errors.Join(err, r.Close())
		if why := <-ended; !errors.Is(why, reactor.ErrShutdown) {
			err = errors.Join(err, why)
		}
	}()

	// It joins its groups before it asks, so that no change is lost between.
	h, err := open(unix.RTMGRP_LINK | unix.RTMGRP_IPV4_IFADDR | unix.RTMGRP_IPV6_IFADDR)
	if err != nil {
		return err
	}
	s := &socket{h: h, buf: make([]byte, 1<<16), names: map[int]string{}, tell: tell}
	defer func() { err = errors.Join(err, s.close()) }()
	if s.g, err = r.RegisterHandle(h, reactor.Readable|reactor.Writable); err != nil {
		return err
	}
	// One question at a time: the kernel answers no second one meanwhile (EBUSY).
	for _, question := range []uint16{unix.RTM_GETLINK, unix.RTM_GETADDR} {
		if err := s.ask(ctx, question); err != nil {
			return err
		}
		for done := false; !done; {
			if done, err = s.receive(ctx); err != nil {
				return err
			}
		}
	}
	for watch {
		if _, err := s.receive(ctx); err != nil {
			return err
		}
	}
	return nil
}

// A socket is a netlink socket, and what was learned from it.
type socket struct {
	h     reactor.Handle
	g     *reactor.Registration
	buf   []byte
	names map[int]string // of interfaces, by index
	tell  func(event)
}

// close ends the registration before the handle.
func (s *socket) close() error {
	var err error
	if s.g != nil {
		err = s.g.Deregister()
	}
	return errors.Join(err, unix.Close(int(s.h)))
}

// ask sends a question for everything of a kind.
func (s *socket) ask(ctx context.Context, kind uint16) error {
	q := question(kind)
	return s.g.AsyncIO(ctx, reactor.Writable, func() error {
		_, err := native.Write(s.h, q)
		return err
	})
}

// receive takes one datagram and tells what is in it. It reports whether that
// ended an answer.
func (s *socket) receive(ctx context.Context) (done bool, err error) {
	var n int
	err = s.g.AsyncIO(ctx, reactor.Readable, func() (err error) {
		n, err = native.Read(s.h, s.buf)
		return err
	})
	if errors.Is(err, unix.ENOBUFS) {
		// Changes came faster than they were read, and some are lost: netlink(7).
		return false, errors.New("too many changes at once, some are lost")
	}
	if err != nil {
		return false, err
	}
	return s.parse(s.buf[:n])
}
