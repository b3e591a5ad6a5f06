// Bench measures rouse. It needs Linux and the go command; rows with a C program
// need a C compiler.
//
//	go -C tools/bench run . [figures] [-run regexp] [-rounds n] [-duration d] [-short] [-md file]
//	go -C tools/bench run . peers [-run regexp] [-rounds n] [-duration d] [-short] [-out folder]
//	go -C tools/bench run . scale [-run regexp] [-conns n] [-short] [-md file]
//	go -C tools/bench run . check [-run regexp] [-baseline file] [-update]
//
// Figures are what rouse costs beside the least that the same thing can cost, in
// the same run: an echo server against an epoll loop by hand, a registration
// against the two system calls that it is made of, and so on. They are ratios, each
// with the goal that it should reach.
//
// Peers are rouse and the other libraries of the field, with the same echo server
// each: tables, and a report with plots, which is docs/benchmarks. The servers are in
// the folder of that name, and what they depend on is in the go.mod of this module
// alone. Tokio needs cargo and Debian's librust-tokio-dev; what can't be built is a
// row that says why. An interrupt ends a run with the report of what was measured.
//
// Scale is how it grows: registrations on a poller that costs nothing, idle
// connections with what they take in user space and in the kernel, and groups of
// one and two reactors.
//
// Check compares allocations and instructions (valgrind) of the library's micro
// benchmarks with those of before, and fails above 5 %. It checks no times.
//
// Servers are processes of their own, and what is measured is the CPU time of that
// process. All servers of a row get the same client, in turns: a round is one
// measurement of each, and a ratio is the median over the rounds, with the least
// and the greatest beside it.
package main
