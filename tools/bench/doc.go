// Bench measures rouse. It needs Linux and the go command; rows with a C program
// need a C compiler.
//
//	go -C tools/bench run . [figures] [-run regexp] [-rounds n] [-duration d] [-short] [-md file]
//
// Figures are what rouse costs beside the least that the same thing can cost, in
// the same run: an echo server against an epoll loop by hand, a registration
// against the two system calls that it is made of, and so on. They are ratios, each
// with the goal that it should reach.
//
// Servers are processes of their own, and what is measured is the CPU time of that
// process. All servers of a row get the same client, in turns: a round is one
// measurement of each, and a ratio is the median over the rounds, with the least
// and the greatest beside it.
package main
