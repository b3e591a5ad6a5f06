// Package kqueue is what the adapters for kqueue(2) have in common: package
// platform's contract, over a [Queue], which makes the system calls, and a
// [Dialect], which has the numbers. The adapter of a system brings those two.
//
// kqueue knows filters, not handles: each direction of a handle is a filter of
// its own, and arrives as an event of its own. It is silent where the contract
// wants an error, and the memory that it lends a filter has 32 bits on a 32-bit
// system, where a token has 64. So there is a table of what was added, by
// handle. It costs
//
//   - about 80 bytes for each handle, where a pointer has 64 bits,
//   - one lock and one look at the table for each batch and each event,
//   - fstat(2) for each Add, and fcntl(2) for one of a pipe.
//
// Add, Modify, Delete and Wake are one system call each besides, Wait is one for
// each time that the kernel is asked, and Rearm is none: the kernel has edges.
//
// A handle that was closed has left the kqueue, but the table is not told. Its
// entry goes when the number is used again: Modify and Delete find out from the
// kernel, and so does Add, which then begins anew. To be asked, the kernel must
// be told something: an Add that is refused may bring an edge that was reported
// already.
package kqueue
