package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strings"
)

func main() {
	only := flag.String("only", "", "run only the rows that begin with one of these, `comma-separated`")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	ok, err := run(ctx, *only)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "matrix:", err)
	}
	if err != nil || !ok {
		os.Exit(1)
	}
}

// run runs the rows that are asked for, and reports whether none has failed.
func run(ctx context.Context, only string) (bool, error) {
	rows, err := allRows(ctx)
	if err != nil {
		return false, err
	}
	m := &machine{ctx: ctx}
	defer m.close()
	ok := true
	var done []*row
	for _, r := range rows {
		if !asked(r, only) {
			continue
		}
		if err := ctx.Err(); err != nil {
			break // what was done is told
		}
		fmt.Fprintf(os.Stderr, "%-18s %s\n", r.name(), r.how())
		r.run(m)
		ok = ok && !r.failed()
		done = append(done, r)
	}
	fmt.Print(table(done))
	return ok, ctx.Err()
}

// asked reports whether a row was asked for.
func asked(r *row, only string) bool {
	if only == "" {
		return true
	}
	for prefix := range strings.SplitSeq(only, ",") {
		if strings.HasPrefix(r.name(), prefix) {
			return true
		}
	}
	return false
}
