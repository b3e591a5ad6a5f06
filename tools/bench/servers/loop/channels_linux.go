package main

import (
	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/tools/bench/internal/serving"
	"golang.org/x/sys/unix"
)

// serveChannels is the floor of goroutine style: a goroutine for each connection,
// and a channel that the loop wakes it by. It knows nothing of deadlines, of a close
// from elsewhere, or of writes that don't fit.
func serveChannels(listener platform.Handle) error {
	woken := make(map[int]chan struct{})
	return parked(listener, unix.EPOLLIN|unix.EPOLLRDHUP|unix.EPOLLET,
		func(fd int) {
			woken[fd] = make(chan struct{}, 1)
			go echoWoken(fd, woken[fd])
		},
		func(fd int) {
			select {
			case woken[fd] <- struct{}{}:
			default: // it has not seen the last one yet
			}
		})
}

func echoWoken(fd int, woken chan struct{}) {
	buf := make([]byte, serving.BufferSize)
	for {
		n, errno := readRaw(fd, buf)
		switch {
		case errno == unix.EAGAIN:
			<-woken
			continue
		case n > 0 && errno == 0:
			errno = writeRaw(fd, buf[:n])
		}
		if n <= 0 || errno != 0 {
			closeRaw(fd)
			return
		}
		if n < len(buf) { // there is nothing more, or an edge will say so
			<-woken
		}
	}
}
