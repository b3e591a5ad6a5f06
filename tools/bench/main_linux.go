package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

func main() {
	var s settings
	server := flag.String("serve", "", "be the server `kind`, for the other process")
	only := flag.String("run", "", "measure only the lines that match `regexp`")
	markdown := flag.String("md", "", "write the table to `file` as Markdown, too")
	flag.IntVar(&s.rounds, "rounds", 5, "how often to measure each")
	flag.DurationVar(&s.duration, "duration", 800*time.Millisecond, "how long to load a server each time")
	flag.BoolVar(&s.short, "short", false, "one short round, and not the largest: to see that it works")
	flag.Parse()
	if *server != "" {
		exit(serve(*server))
		return
	}
	match, err := regexp.Compile(*only)
	switch {
	case err != nil:
		usage("-run: " + err.Error())
	case flag.NArg() > 0:
		usage("what is " + strconv.Quote(flag.Arg(0)) + "?")
	case s.rounds < 1:
		usage("-rounds: at least 1")
	case s.duration < time.Millisecond || s.duration > time.Minute:
		usage("-duration: from 1ms to 1m")
	}
	if s.short {
		s.rounds, s.duration = 1, min(s.duration, 200*time.Millisecond)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	err = bench(ctx, s, match, *markdown)
	stop()
	exit(err)
}

// exit ends the process if there was an error.
func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// usage ends the process over an argument that means nothing.
func usage(reason string) {
	fmt.Fprintln(os.Stderr, "bench:", reason)
	flag.Usage()
	os.Exit(2)
}

// settings are how to measure.
type settings struct {
	rounds   int
	duration time.Duration
	short    bool
}

// bench measures what matches and prints it.
func bench(ctx context.Context, s settings, match *regexp.Regexp, markdown string) error {
	dir, err := os.MkdirTemp("", "rouse-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	t := &tools{dir: dir}

	var results []result
	for _, e := range experiments(s) {
		e.keep(match)
		if len(e.lines) == 0 {
			continue
		}
		got, err := e.measure(ctx, t, s)
		if err != nil {
			return fmt.Errorf("%s: %w", e.name, err)
		}
		fmt.Println(e.name)
		for _, r := range got {
			fmt.Println(r)
		}
		results = append(results, got...)
	}
	if len(results) == 0 {
		return fmt.Errorf("no line matches %q", match)
	}
	summarize(os.Stdout, results)
	if markdown == "" {
		return nil
	}
	return os.WriteFile(markdown, []byte(markdownTable(results, s)), 0o644)
}
