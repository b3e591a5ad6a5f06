//go:build unix

package platformtest

import (
	"github.com/rouse-io/rouse/platform"
	"golang.org/x/sys/unix"
)

// streamStates are the states of AF_UNIX stream sockets.
var streamStates = []state{
	{
		name:  "NeverConnected",
		make:  func(r *rig) (*sock, func()) { return r.unixSocket(unix.SOCK_STREAM), nil },
		never: final | priority | failed,
		asks:  dataAsks, // not every system has priority data here
	},
	{
		name: "Bound",
		make: func(r *rig) (*sock, func()) {
			r.Chdir(r.TempDir())
			s := r.unixSocket(unix.SOCK_STREAM)
			s.need("bind", unix.Bind(int(s.h), &unix.SockaddrUnix{Name: "bound"}))
			return s, nil
		},
		never: final | priority | failed,
	},
	{
		name: "Connecting",
		make: func(r *rig) (*sock, func()) {
			_, addr := r.unixListener()
			s := r.unixSocket(unix.SOCK_STREAM)
			return s, func() { s.need("connect", unix.Connect(int(s.h), addr)) }
		},
		write: writable,
		never: final | priority | failed,
		differ: []difference{
			{system: "freebsd", why: "FreeBSD 15 does not tell a filter that was there before (unp_soisconnected in uipc_usrreq.c)"},
		},
	},
	{
		// connect itself says so, and another one may succeed.
		name: "ConnectRefused",
		make: func(r *rig) (*sock, func()) {
			l, addr := r.unixListener()
			l.close()
			s := r.unixSocket(unix.SOCK_STREAM)
			return s, func() {
				if err := unix.Connect(int(s.h), addr); !isRefused(err) {
					r.Fatalf("connect: %v", err)
				}
			}
		},
		never: final | priority | failed,
	},
	{
		name: "ConnectionWaits",
		make: func(r *rig) (*sock, func()) {
			s, addr := r.unixListener()
			c := r.unixSocket(unix.SOCK_STREAM)
			return s, func() { c.need("connect", unix.Connect(int(c.h), addr)) }
		},
		read:  readable,
		never: final | priority | failed,
	},
	{
		name:  "Connected",
		make:  streamEnd(nil),
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		name:  "Data",
		make:  streamEnd(func(_, peer *sock) { peer.write("x") }),
		read:  readable,
		write: writable,
		never: final | priority | failed,
	},
	{
		name:  "PeerShutWrite",
		make:  streamEnd(func(_, peer *sock) { peer.shutdown(shutWrite) }),
		read:  readable | readClosed,
		write: writable,
		never: writeClosed | priority | failed,
	},
	{
		name:  "ShutRead",
		make:  streamEnd(func(s, _ *sock) { s.shutdown(shutRead) }),
		read:  readable | readClosed,
		write: writable,
		never: writeClosed | priority | failed,
	},
	{
		name:  "ShutWrite",
		make:  streamEnd(func(s, _ *sock) { s.shutdown(shutWrite) }),
		write: writable,
		never: readable | readClosed | priority | failed,
	},
	{
		name: "BothShutWrite",
		make: streamEnd(func(s, peer *sock) {
			s.shutdown(shutWrite)
			peer.shutdown(shutWrite)
		}),
		read:  readable | readClosed,
		write: writable,
		never: priority | failed,
	},
	{
		name:  "PeerClosed",
		make:  streamEnd(func(_, peer *sock) { peer.close() }),
		read:  readable | readClosed,
		write: writable,
		never: priority | failed,
	},
	{
		name: "PeerClosedAfterData",
		make: streamEnd(func(_, peer *sock) {
			peer.write("x")
			peer.close()
		}),
		read:  readable | readClosed,
		write: writable,
		never: priority | failed,
	},
	{
		// Linux makes a reset of it.
		name: "PeerClosedUnread",
		make: streamEnd(func(s, peer *sock) {
			s.write("x")
			peer.close()
		}),
		read:  readable | readClosed,
		write: writable,
		never: priority,
	},
	{
		name: "PeerClosedFull",
		make: streamEnd(func(s, peer *sock) {
			s.fill()
			peer.close()
		}),
		read:  readable | readClosed,
		write: writable,
		never: priority,
	},
	{
		// Who waits for room learns that there is nobody any more.
		name: "FullPeerCloses",
		make: func(r *rig) (*sock, func()) {
			s, peer := r.unixPair(unix.SOCK_STREAM)
			s.fill()
			return s, peer.close
		},
		read:  readable | readClosed,
		write: writable,
		never: priority,
		differ: []difference{
			{system: "freebsd", why: "FreeBSD 15 does not tell who waits to write (unp_soisdisconnected in uipc_usrreq.c)", read: readable | readClosed},
		},
	},
}

// datagramStates are the states of AF_UNIX datagram sockets. Their peers come
// and go, so nothing ends.
var datagramStates = []state{
	{
		name:  "Unconnected",
		make:  func(r *rig) (*sock, func()) { return r.unixSocket(unix.SOCK_DGRAM), nil },
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		name:  "Connected",
		make:  datagramEnd(nil),
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		name:  "Datagram",
		make:  datagramEnd(func(_, peer *sock) { peer.write("x") }),
		read:  readable,
		write: writable,
		never: final | priority | failed,
	},
	{
		name:  "PeerClosed",
		make:  datagramEnd(func(_, peer *sock) { peer.close() }),
		write: writable,
		never: final | priority,
	},
}

// pipeStates are the states of a pipe's two ends. Nobody can open a pipe again,
// so the end of the last writer is final, and so is that of the last reader.
var pipeStates = []state{
	{
		name:   "Empty",
		make:   readEnd(nil),
		never:  platform.AllReady,
		differ: bothWays(0),
	},
	{
		name:   "Data",
		make:   readEnd(func(writer *sock) { writer.write("x") }),
		read:   readable,
		never:  writable | final | priority | failed,
		differ: bothWays(readable),
	},
	{
		name:  "WriterGone",
		make:  readEnd(func(writer *sock) { writer.close() }),
		read:  readable,
		never: priority | failed,
	},
	{
		name: "WriterGoneAfterData",
		make: readEnd(func(writer *sock) {
			writer.write("x")
			writer.close()
		}),
		read:  readable,
		never: priority | failed,
	},
	{
		name:  "Room",
		make:  writeEnd(func(*sock) {}, nil),
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		name:  "Full",
		make:  writeEnd(func(w *sock) { w.fill() }, nil),
		never: platform.AllReady,
	},
	{
		name:  "ReaderReads",
		make:  writeEnd(func(w *sock) { w.fill() }, func(reader *sock) { reader.drain() }),
		write: writable,
		never: readable | final | priority | failed,
	},
	{
		name:  "ReaderGone",
		make:  writeEnd(func(*sock) {}, func(reader *sock) { reader.close() }),
		write: writable,
		never: readable | readClosed | priority,
		differ: append(
			endsBothWays(writable),
			difference{system: "linux", why: "the kernel says error, and writable as before", write: writable | failed},
		),
	},
	{
		name:  "ReaderGoneFull",
		make:  writeEnd(func(w *sock) { w.fill() }, func(reader *sock) { reader.close() }),
		write: writable,
		never: readable | readClosed | priority,
		differ: append(
			endsBothWays(writable),
			difference{system: "linux", why: "the kernel says error, and nothing else", write: failed},
		),
	},
}

// bothWays is the difference of those systems whose pipes go both ways: one can
// write to the reading end. Read is what must be reported of it all the same.
func bothWays(read platform.Ready) []difference {
	var list []difference
	for _, goos := range []string{"dragonfly", "freebsd", "openbsd"} {
		list = append(list, difference{system: goos, why: "a pipe goes both ways", read: read, may: writable})
	}
	return list
}

// endsBothWays is that difference where nobody is left at the reading end.
func endsBothWays(write platform.Ready) []difference {
	list := bothWays(0)
	for i := range list {
		list[i].write, list[i].may = write, readable|readClosed
	}
	return list
}

var pipes = []behaviour{
	{"SharedToken", pipeSharedToken},
	{"ClosedToken", pipeClosedToken},
}

// A pipe and a socket that was never connected may have one token. The socket
// can connect, and the pipe has its writer: nothing is closed.
func pipeSharedToken(r *rig) {
	r.twins = true
	r.never[7] = final
	reader, writer := r.pipe()
	r.add(reader, 7, platform.Readable, platform.Level)
	r.add(r.tcp(), 7, platform.Readable, platform.Level)
	r.collect(0)
	r.collect(r.glance())
	writer.write("x")
	r.await(7, readable)
}

// Closing a pipe removes it, and what its token said of it: the next handle
// with that token is another one.
func pipeClosedToken(r *rig) {
	reader, _ := r.pipe()
	s := r.tcp()
	r.add(reader, 7, platform.Readable, platform.Level)
	r.quiet()
	reader.close()
	r.never[7] = final
	r.add(s, 7, platform.Readable, platform.Level)
	r.collect(0)
	r.collect(r.glance())
}

// fifoStates are the states of named pipes. Another writer or reader may come
// at any time, so that nothing ends here.
var fifoStates = []state{
	{
		name: "NoWriter",
		make: func(r *rig) (*sock, func()) {
			return r.openFIFO(r.fifo(), unix.O_RDONLY), nil
		},
		never: final | priority | failed,
	},
	{
		name: "Data",
		make: func(r *rig) (*sock, func()) {
			path := r.fifo()
			reader := r.openFIFO(path, unix.O_RDONLY)
			return reader, func() { r.openFIFO(path, unix.O_WRONLY).write("x") }
		},
		read:  readable,
		never: final | priority | failed,
	},
	{
		name: "WriterGone",
		make: func(r *rig) (*sock, func()) {
			path := r.fifo()
			reader := r.openFIFO(path, unix.O_RDONLY)
			writer := r.openFIFO(path, unix.O_WRONLY)
			return reader, writer.close
		},
		read:   readable,
		never:  final | priority | failed,
		differ: []difference{{system: "darwin", why: "it does not tell of a named pipe's last writer"}},
	},
	{
		name: "ReaderGone",
		make: func(r *rig) (*sock, func()) {
			path := r.fifo()
			reader := r.openFIFO(path, unix.O_RDONLY)
			writer := r.openFIFO(path, unix.O_WRONLY)
			return writer, reader.close
		},
		write:  writable,
		never:  readable | final | priority,
		differ: []difference{{system: "linux", why: "the kernel says error, and writable as before", write: writable | failed}},
	},
}

var fifos = []behaviour{{"NextWriter", fifoNextWriter}}

// When the last writer of a FIFO is gone the reader hears of the next one.
func fifoNextWriter(r *rig) {
	path := r.fifo()
	reader := r.openFIFO(path, unix.O_RDONLY)
	r.never[1] = final
	r.add(reader, 1, platform.Readable, platform.Edge)
	for range 3 {
		writer := r.openFIFO(path, unix.O_WRONLY)
		writer.write("x")
		r.await(1, readable)
		reader.drain()
		r.rearm(reader, 1, platform.Readable)
		writer.close()
		if !r.is("darwin") { // see fifoStates
			r.await(1, readable)
		}
	}
}

// streamEnd makes one of two connected AF_UNIX stream sockets, to which change
// happens.
func streamEnd(change func(s, peer *sock)) func(r *rig) (*sock, func()) {
	return ends(func(r *rig) (*sock, *sock) { return r.unixPair(unix.SOCK_STREAM) }, change)
}

// datagramEnd does the same with datagram sockets.
func datagramEnd(change func(s, peer *sock)) func(r *rig) (*sock, func()) {
	return ends(func(r *rig) (*sock, *sock) { return r.unixPair(unix.SOCK_DGRAM) }, change)
}

// readEnd makes the reading end of a pipe, to which change happens through the
// other one.
func readEnd(change func(writer *sock)) func(r *rig) (*sock, func()) {
	return func(r *rig) (*sock, func()) {
		reader, writer := r.pipe()
		if change == nil {
			return reader, nil
		}
		return reader, func() { change(writer) }
	}
}

// writeEnd makes the writing end of a pipe, prepared, to which change happens
// through the other one.
func writeEnd(prepare func(writer *sock), change func(reader *sock)) func(r *rig) (*sock, func()) {
	return func(r *rig) (*sock, func()) {
		reader, writer := r.pipe()
		prepare(writer)
		if change == nil {
			return writer, nil
		}
		return writer, func() { change(reader) }
	}
}
