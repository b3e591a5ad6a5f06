package reactor

import (
	"os"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// benchEventfd makes an eventfd.
func benchEventfd(b *testing.B) int {
	b.Helper()
	fd, err := unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = unix.Close(fd) })
	return fd
}

// benchEpoll makes an epoll instance by hand.
func benchEpoll(b *testing.B) int {
	b.Helper()
	fd, err := unix.EpollCreate1(unix.EPOLL_CLOEXEC)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = unix.Close(fd) })
	return fd
}

// benchNew makes a reactor on the system's poller.
func benchNew(b *testing.B) *Reactor {
	b.Helper()
	r, err := New()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = r.Close() })
	return r
}

// benchSignal adds 1 to an eventfd, as cheaply as Go can.
func benchSignal(b *testing.B, fd int) {
	one := uint64(1)
	if _, _, errno := unix.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(&one)), 8); errno != 0 {
		b.Fatal(errno)
	}
}

// benchProbe is epoll_wait without waiting, as cheaply as Go can.
func benchProbe(epfd int, events []unix.EpollEvent) int {
	n, _, errno := unix.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(epfd), uintptr(unsafe.Pointer(&events[0])), uintptr(len(events)), 0, 0, 0)
	if errno != 0 {
		return 0
	}
	return int(n)
}

// benchCPU is the CPU time of this process. Other programs don't disturb it, as
// they do the time on the wall.
func benchCPU(b *testing.B) time.Duration {
	var ts unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_PROCESS_CPUTIME_ID, &ts); err != nil {
		b.Fatal(err)
	}
	return time.Duration(ts.Nano())
}

// BenchmarkRegister measures Register and Deregister, with the turns that
// release what was deregistered, beside the two system calls that it can't do
// without.
func BenchmarkRegister(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		epfd, fd := benchEpoll(b), benchEventfd(b)
		b.ReportAllocs()
		start := benchCPU(b)
		for b.Loop() {
			ev := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(fd)}
			if err := unix.EpollCtl(epfd, unix.EPOLL_CTL_ADD, fd, &ev); err != nil {
				b.Fatal(err)
			}
			if err := unix.EpollCtl(epfd, unix.EPOLL_CTL_DEL, fd, nil); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(benchCPU(b)-start)/float64(b.N), "cpu-ns/op")
	})
	b.Run("reactor", func(b *testing.B) {
		r, fd := benchNew(b), benchEventfd(b)
		b.ReportAllocs()
		start := benchCPU(b)
		for i := 1; b.Loop(); i++ {
			g, err := r.RegisterHandle(Handle(fd), Readable)
			if err != nil {
				b.Fatal(err)
			}
			if err := g.Deregister(); err != nil {
				b.Fatal(err)
			}
			if i%notifyAfter == 0 {
				if _, err := r.Turn(0); err != nil {
					b.Fatal(err)
				}
			}
		}
		b.ReportMetric(float64(benchCPU(b)-start)/float64(b.N), "cpu-ns/op")
	})
}

// BenchmarkTurn measures turns in which 1,000 eventfds are ready, beside the
// epoll_wait calls that report as many.
func BenchmarkTurn(b *testing.B) {
	const ready = 1000
	b.Run("floor", func(b *testing.B) {
		epfd := benchEpoll(b)
		fds := make([]int, ready)
		for i := range fds {
			fds[i] = benchEventfd(b)
			ev := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(fds[i])}
			if err := unix.EpollCtl(epfd, unix.EPOLL_CTL_ADD, fds[i], &ev); err != nil {
				b.Fatal(err)
			}
		}
		events := make([]unix.EpollEvent, turnBatch)
		var spent time.Duration
		for range b.N {
			for _, fd := range fds {
				benchSignal(b, fd)
			}
			left := ready
			start := benchCPU(b)
			for left > 0 {
				left -= benchProbe(epfd, events)
			}
			spent += benchCPU(b) - start
		}
		b.ReportMetric(float64(spent)/float64(b.N*ready), "ns/event")
	})
	b.Run("reactor", func(b *testing.B) {
		r := benchNew(b)
		fds := make([]int, ready)
		regs := make([]*Registration, ready)
		wakers := make([]benchWaker, ready)
		for i := range fds {
			fds[i] = benchEventfd(b)
			g, err := r.RegisterHandle(Handle(fds[i]), Readable)
			if err != nil {
				b.Fatal(err)
			}
			regs[i] = g
		}
		b.ReportAllocs()
		b.ResetTimer()
		var spent time.Duration
		for range b.N {
			for i, fd := range fds {
				benchPark(b, regs[i], &wakers[i])
				benchSignal(b, fd)
			}
			left := ready
			start := benchCPU(b)
			for left > 0 {
				n, err := r.Turn(0)
				if err != nil {
					b.Fatal(err)
				}
				left -= n
			}
			spent += benchCPU(b) - start
		}
		b.ReportMetric(float64(spent)/float64(b.N*ready), "ns/event")
	})
}

// BenchmarkWake measures a wake from another goroutine to the loop, and a
// channel back, beside the same done by hand: an eventfd in an epoll instance
// that Go's runtime watches.
func BenchmarkWake(b *testing.B) {
	b.Run("floor", func(b *testing.B) {
		epfd, wake := benchEpoll(b), benchEventfd(b)
		ev := unix.EpollEvent{Events: unix.EPOLLIN | unix.EPOLLET, Fd: int32(wake)}
		if err := unix.EpollCtl(epfd, unix.EPOLL_CTL_ADD, wake, &ev); err != nil {
			b.Fatal(err)
		}
		dup, err := unix.FcntlInt(uintptr(epfd), unix.F_DUPFD_CLOEXEC, 0)
		if err == nil {
			err = unix.SetNonblock(dup, true)
		}
		if err != nil {
			b.Fatal(err)
		}
		file := os.NewFile(uintptr(dup), "epoll")
		defer file.Close()
		conn, err := file.SyscallConn()
		if err != nil {
			b.Fatal(err)
		}
		woken := make(chan struct{}, 1)
		stop := make(chan struct{})
		go func() {
			defer close(stop)
			events := make([]unix.EpollEvent, turnBatch)
			try := func(uintptr) bool { return benchProbe(epfd, events) > 0 }
			for conn.Read(try) == nil {
				select {
				case woken <- struct{}{}:
				default:
				}
			}
		}()
		for b.Loop() {
			benchSignal(b, wake)
			<-woken
		}
		if err := file.SetReadDeadline(time.Unix(1, 0)); err != nil {
			b.Fatal(err)
		}
		<-stop
	})
	b.Run("reactor", func(b *testing.B) {
		r := benchNew(b)
		woken := make(chan struct{}, 1)
		stop := make(chan struct{})
		go func() {
			defer close(stop)
			for {
				if _, err := r.Turn(-1); err != nil {
					return
				}
				select {
				case woken <- struct{}{}:
				default:
				}
			}
		}()
		for b.Loop() {
			if err := r.Wake(); err != nil {
				b.Fatal(err)
			}
			<-woken
		}
		if err := r.Close(); err != nil {
			b.Fatal(err)
		}
		<-stop
	})
}
