package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"log"
	"os"
	"path/filepath"

	"github.com/rouse-io/rouse/reactor"
	"golang.org/x/sys/unix"
)

// watchDirectory makes a file and removes it, and is told of both by inotify.
func watchDirectory(ctx context.Context, r *reactor.Reactor, say *log.Logger) (err error) {
	fd, err := unix.InotifyInit1(unix.IN_NONBLOCK | unix.IN_CLOEXEC)
	if err != nil {
		return os.NewSyscallError("inotify_init1", err)
	}
	defer func() { _ = unix.Close(fd) }()
	g, err := r.RegisterHandle(reactor.Handle(fd), reactor.Readable)
	if err != nil {
		return err
	}
	defer func() { _ = g.Deregister() }()

	dir, err := os.MkdirTemp("", "anyfd")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if _, err := unix.InotifyAddWatch(fd, dir, unix.IN_CREATE|unix.IN_DELETE); err != nil {
		return os.NewSyscallError("inotify_add_watch", err)
	}
	name := filepath.Join(dir, "hello.txt")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		return err
	}
	if err := os.Remove(name); err != nil {
		return err
	}
	buf := make([]byte, 4096)
	for seen := 0; seen < 2; {
		// A read returns whole events: a head, and the file's name, padded with
		// zeros.
		n, err := read(ctx, g, buf)
		if err != nil {
			return err
		}
		for p := buf[:n]; len(p) >= unix.SizeofInotifyEvent; seen++ {
			mask, size := binary.NativeEndian.Uint32(p[4:]), binary.NativeEndian.Uint32(p[12:])
			end := unix.SizeofInotifyEvent + int(size)
			file := bytes.TrimRight(p[unix.SizeofInotifyEvent:end], "\x00")
			if mask&unix.IN_CREATE != 0 {
				say.Printf("inotify: %s was made", file)
			} else {
				say.Printf("inotify: %s was removed", file)
			}
			p = p[end:]
		}
	}
	return nil
}
