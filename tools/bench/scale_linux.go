package main

import (
	"context"
	"flag"
	"os"
	"regexp"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/scale"
)

// scalePart is the command as which scale starts itself in other processes.
const scalePart = "scale-part"

func runScale(ctx context.Context, flags *flag.FlagSet, args []string) error {
	s := scale.Settings{
		Sizes:      []int{100, 1000, 10_000, 100_000, 1_000_000},
		Operations: 1_000_000,
		Rounds:     5,
		Duration:   time.Second,
	}
	only := flags.String("run", "", "measure only what matches `regexp`: registrations, connections, groups")
	flags.IntVar(&s.Conns, "conns", 100_000, "how many connections a server gets, if the machine allows it")
	flags.StringVar(&s.Markdown, "md", "", "write the tables to `file` as Markdown, too")
	short := flags.Bool("short", false, "fewer and shorter: to see that it works")
	parse(flags, args)
	match, err := regexp.Compile(*only)
	switch {
	case err != nil:
		usage(flags, "-run: "+err.Error())
	case s.Conns < 100 || s.Conns > 10_000_000:
		usage(flags, "-conns: from 100 to 10000000")
	}
	if *short {
		s.Sizes, s.Operations, s.Conns = s.Sizes[:3], 50_000, min(s.Conns, 1000)
		s.Rounds, s.Duration = 1, 100*time.Millisecond
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	s.Match, s.Self = match, []string{self, scalePart}
	return scale.Run(ctx, os.Stdout, s)
}

func runScalePart(_ context.Context, _ *flag.FlagSet, args []string) error { return scale.Part(args) }
