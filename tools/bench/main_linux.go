package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strconv"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/figures"
	"golang.org/x/sys/unix"
)

// A command is one of the tool's: it reads its own flags.
type command func(ctx context.Context, flags *flag.FlagSet, args []string) error

var commands = map[string]command{
	"check":   runCheck,
	"figures": runFigures,
	"peers":   runPeers,
	"scale":   runScale,
	scalePart: runScalePart,
}

func main() {
	args := os.Args[1:]
	name := "figures"
	if len(args) > 0 && commands[args[0]] != nil {
		name, args = args[0], args[1:]
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM)
	err := commands[name](ctx, flag.NewFlagSet("bench "+name, flag.ContinueOnError), args)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// parse reads arguments, and ends the process over one that means nothing.
func parse(flags *flag.FlagSet, args []string) {
	flags.SetOutput(io.Discard) // an error is one line
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		flags.SetOutput(os.Stdout)
		flags.Usage()
		os.Exit(0)
	case err != nil:
		usage(flags, err.Error())
	case flags.NArg() > 0:
		usage(flags, "what is "+strconv.Quote(flags.Arg(0))+"?")
	}
}

// usage ends the process over an argument.
func usage(flags *flag.FlagSet, reason string) {
	fmt.Fprintf(os.Stderr, "%s: %s (-h lists the flags)\n", flags.Name(), reason)
	os.Exit(2)
}

func runFigures(ctx context.Context, flags *flag.FlagSet, args []string) error {
	var s figures.Settings
	only := flags.String("run", "", "measure only the lines that match `regexp`")
	markdown := flags.String("md", "", "write the table to `file` as Markdown, too")
	flags.IntVar(&s.Rounds, "rounds", 5, "how often to measure each")
	flags.DurationVar(&s.Duration, "duration", 800*time.Millisecond, "how long to load a server each time")
	flags.BoolVar(&s.Short, "short", false, "one short round, and not the largest: to see that it works")
	parse(flags, args)
	match, err := regexp.Compile(*only)
	switch {
	case err != nil:
		usage(flags, "-run: "+err.Error())
	case s.Rounds < 1:
		usage(flags, "-rounds: at least 1")
	case s.Duration < time.Millisecond || s.Duration > time.Minute:
		usage(flags, "-duration: from 1ms to 1m")
	}
	if s.Short {
		s.Rounds, s.Duration = 1, min(s.Duration, 200*time.Millisecond)
	}
	return figures.Run(ctx, s, match, *markdown)
}
