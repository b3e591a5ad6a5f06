// Package windows is the adapter for Windows: polls of the ancillary function
// driver (AFD), which Winsock itself sits on, that complete on an I/O completion
// port, as wepoll does it. Because the port belongs to the AFD handle and not to
// the socket, a socket that is bound to a port of somebody else's, such as any
// of package net's, can be watched too.
//
// # Handles that are no sockets
//
// Processes, threads, events, semaphores, timers and the input of a console can
// be watched for reading, and for nothing else: a thread of the system's waits
// for the object. A report consumes what every wait does: an auto-reset event is
// reset, and so is a synchronization timer, a semaphore counts one down. So the
// report is the signal, and there is nothing left to wait for. One that comes
// just when the handle is deleted may be consumed and not reported. Whatever else
// threads can wait for is platform.ErrNotPollable, a mutex above all: that thread
// would own it.
//
// The Poller waits for a duplicate of the handle. Nothing tells it that the handle
// itself was closed, so that an object may be reported until the handle is
// deleted, which is platform.ErrNotFound then, or its value is added for another
// one.
//
// A named pipe is watched as a [Pipe], for reading and writing. A handle that is
// no Pipe's is platform.ErrNotPollable.
//
// # What the system refuses
//
// A call whose system call fails returns that error. Most requests are made by a
// later Wait, though: one that fails then is an event of its handle, which is
// platform.ReadyError, and is made again when Rearm or Modify asks for it, in mode
// Level by every Wait. Where the one before can't be cancelled, Wait returns the
// error, and the next Wait tries again. Where there is no memory to tell a Wait that
// is under way, it is told as soon as there is.
//
// Package platform has the contract, package native the adapter of the system
// that a program is compiled for.
package windows
