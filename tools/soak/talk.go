package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"time"

	"github.com/rouse-io/rouse/netio"
)

// patience is how long an answer may take, with thousands who wait for theirs and
// the race detector: only a lost wake-up takes longer.
const patience = 2 * time.Minute

// talk is the life of one connection: some messages, each of which must come
// back as it was sent, and one of several ends.
func talk(ctx context.Context, s *shared, random *rand.Rand) error {
	c, err := netio.Dial(ctx, s.group, "tcp", s.addr)
	if isOver(err) {
		return nil
	}
	if err != nil {
		return err
	}
	s.conns.Add(1)
	defer func() { _ = c.Close() }()
	for range 1 + random.IntN(20) {
		if ctx.Err() != nil {
			break
		}
		if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
			return err
		}
		if err := exchange(c, random, s); err != nil {
			return err
		}
	}
	switch random.IntN(4) {
	case 0:
		s.resets.Add(1)
		return abandon(c, s)
	case 1:
		return halfClose(c)
	}
	return nil
}

// exchange sends a message and reads it back.
func exchange(c *netio.Conn, random *rand.Rand, s *shared) error {
	sent := make([]byte, 1+random.IntN(8<<10))
	for i := range sent {
		sent[i] = byte(random.Uint32())
	}
	got := make([]byte, len(sent))
	written := make(chan error, 1)
	go func() { _, err := c.Write(sent); written <- err }()
	_, err := io.ReadFull(c, got)
	if err = errors.Join(err, <-written); err != nil {
		return fmt.Errorf("a message of %d bytes: %w", len(sent), err)
	}
	if !bytes.Equal(got, sent) {
		return fmt.Errorf("a message of %d bytes came back as another one", len(sent))
	}
	s.messages.Add(1)
	return nil
}

// abandon resets a connection with a message under way, whose failure must be
// told to who waits for it.
func abandon(c *netio.Conn, s *shared) error {
	if err := c.SetLinger(0); err != nil {
		return err
	}
	told := make(chan error, 1)
	go func() { _, err := c.Read(make([]byte, 1)); told <- err }()
	if err := c.Close(); err != nil {
		return err
	}
	if err := <-told; err == nil {
		return errors.New("a read of nothing has succeeded")
	}
	s.failed.Add(1)
	return nil
}

// halfClose ends one direction, and sees the other one end.
func halfClose(c *netio.Conn) error {
	if err := c.CloseWrite(); err != nil {
		return err
	}
	if n, err := c.Read(make([]byte, 1)); n != 0 || !errors.Is(err, io.EOF) {
		return fmt.Errorf("after the end: %d bytes, %w", n, err)
	}
	return nil
}
