package main

import (
	"context"
	"flag"
	"os"
	"regexp"

	"github.com/rouse-io/rouse/tools/bench/internal/check"
)

func runCheck(ctx context.Context, flags *flag.FlagSet, args []string) error {
	var s check.Settings
	only := flags.String("run", "", "check only the benchmarks that match `regexp`")
	flags.StringVar(&s.Baseline, "baseline", "internal/check/baseline.txt", "the `file` with what each cost before")
	flags.BoolVar(&s.Update, "update", false, "write that file, with what each costs now")
	parse(flags, args)
	match, err := regexp.Compile(*only)
	if err != nil {
		usage(flags, "-run: "+err.Error())
	}
	s.Match = match
	return check.Run(ctx, os.Stdout, s)
}
