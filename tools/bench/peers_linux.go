package main

import (
	"context"
	"flag"
	"regexp"
	"time"

	"github.com/rouse-io/rouse/tools/bench/internal/peers"
)

// benchmarks is the folder of the report, from that of this module.
const benchmarks = "../../docs/benchmarks"

func runPeers(ctx context.Context, flags *flag.FlagSet, args []string) error {
	var s peers.Settings
	only := flags.String("run", "", "measure only what matches `regexp`, as in '64 connections, ping-pong: gnet'")
	flags.IntVar(&s.Rounds, "rounds", 5, "how often to measure each")
	flags.DurationVar(&s.Duration, "duration", 500*time.Millisecond, "how long to load a server each time")
	flags.BoolVar(&s.Short, "short", false, "one short round, and not the largest: to see that it works")
	flags.StringVar(&s.Out, "out", "", "write the report and its plots to `folder`; if it is not named, a whole run writes to "+benchmarks+", and a part nowhere")
	parse(flags, args)
	match, err := regexp.Compile(*only)
	switch {
	case err != nil:
		usage(flags, "-run: "+err.Error())
	case s.Rounds < 1 || s.Rounds > 1000:
		usage(flags, "-rounds: from 1 to 1000")
	case s.Duration < time.Millisecond || s.Duration > time.Minute:
		usage(flags, "-duration: from 1ms to 1m")
	}
	s.Match = match
	if s.Out == "" && *only == "" && !s.Short {
		s.Out = benchmarks
	}
	if s.Short {
		s.Rounds, s.Duration = 1, min(s.Duration, 100*time.Millisecond)
	}
	return peers.Run(ctx, s)
}
