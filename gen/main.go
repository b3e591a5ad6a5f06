// Command gen writes the files that follow from package spec.
//
//	go run ./gen          writes those that differ
//	go run ./gen -check   writes nothing, and fails where one differs
//
// It works from any folder of the module.
package main

import (
	"errors"
	"flag"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/rouse-io/rouse/gen/emit"
)

//go:generate go run .

func main() {
	os.Exit(run(os.Args[1:], ".", os.Stdout, os.Stderr))
}

// run is the command, begun in dir. It returns its exit code.
func run(args []string, dir string, stdout, stderr io.Writer) int {
	say := log.New(stdout, "", 0)
	complain := log.New(stderr, "", 0)
	flags := flag.NewFlagSet("gen", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		complain.Print("usage: go run ./gen [-check]")
		flags.PrintDefaults()
	}
	check := flags.Bool("check", false, "write nothing; fail where a file is not what the spec says")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		complain.Printf("gen: unexpected argument %q", flags.Arg(0))
		flags.Usage()
		return 2
	}
	changes, err := plan(dir)
	if err == nil {
		if *check {
			err = report(changes, complain)
		} else {
			err = apply(changes, say, complain)
		}
	}
	if err != nil {
		complain.Print("gen: ", err)
		return 1
	}
	return 0
}

// plan finds the module and what must change in it.
func plan(dir string) ([]change, error) {
	root, err := findRoot(dir)
	if err != nil {
		return nil, err
	}
	outputs, err := emit.Outputs()
	if err != nil {
		return nil, err
	}
	return compare(root, outputs)
}

// report lists what would change.
func report(changes []change, complain *log.Logger) error {
	for _, c := range changes {
		complain.Printf("%s: %s", c.path, c.state)
	}
	if len(changes) > 0 {
		return errors.New(`run "go generate ./...", and commit what it writes`)
	}
	return nil
}

// apply makes the changes. It deletes nothing: a file that is no longer
// generated may have been edited since.
func apply(changes []change, say, complain *log.Logger) error {
	left := 0
	for _, c := range changes {
		if c.state == stale {
			complain.Printf("%s: %s", c.path, c.state)
			left++
			continue
		}
		if err := write(filepath.Join(c.root, filepath.FromSlash(c.path)), c.want); err != nil {
			return err
		}
		say.Print(c.path)
	}
	if left > 0 {
		return errors.New("delete what is no longer generated")
	}
	return nil
}
