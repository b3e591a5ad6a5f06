package main

import (
	"net"
	"os"

	"github.com/rouse-io/rouse/platform"
)

// serveStd is what everybody writes: package net and a goroutine for each
// connection.
func serveStd(listener platform.Handle) error {
	l, err := net.FileListener(os.NewFile(uintptr(listener), "listener"))
	if err != nil {
		return err
	}
	return acceptStd(l)
}

// acceptStd echoes on a goroutine for each connection.
func acceptStd(l net.Listener) error {
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer func() { _ = c.Close() }()
			buf := make([]byte, bufferSize)
			for {
				n, err := c.Read(buf)
				if err != nil {
					return
				}
				if _, err := c.Write(buf[:n]); err != nil {
					return
				}
			}
		}()
	}
}
