// Bench measures what rouse costs, each time against the least that the same
// thing can cost, in the same run: an echo server against an epoll loop by
// hand, a registration against the two system calls that it is made of, and so
// on. It prints ratios, each with the goal that it should reach.
//
//	go run ./tools/bench [-run regexp] [-rounds n] [-duration d] [-short] [-md file]
//
// Servers run in a process of their own, and what is measured is the CPU time
// of that process. All servers of a row get the same client, in turns: a round
// is one measurement of each, and a ratio is the median over the rounds, with
// the least and the greatest beside it.
//
// It needs Linux, and the go command for the rows that are Go benchmarks of
// package reactor. The rows with a C program need a C compiler.
package main
