// Package oracle has no code of its own, only tests: they play random scripts
// over sockets, pipes and listeners, and compare after each step what a reactor
// knows with what the system's poll(2), or WSAPoll, says of the same handles.
//
//   - Readiness that poll reports reaches who waits for it.
//   - A direction that is said to be closed never blocks again, and nothing can
//     be written to one.
//   - Nobody is woken for a registration that has ended, and everybody who
//     waited for it is, once.
//   - Nothing is left behind.
//
// A script that fails is made as small as it gets, and printed as a test.
//
//	go test ./internal/oracle -oracle.for=1m -oracle.seed=7
//	go test ./internal/oracle -fuzz=Fuzz
package oracle
