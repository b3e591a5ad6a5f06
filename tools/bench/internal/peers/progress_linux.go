package peers

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// A progress tells how far a run is.
type progress interface {
	begin(steps int)
	step(what string)
	end()
}

// newProgress is a bar where it is a terminal, and says nothing elsewhere.
func newProgress(f *os.File) progress {
	if !term.IsTerminal(int(f.Fd())) {
		return quiet{}
	}
	return &bar{to: f}
}

type quiet struct{}

func (quiet) begin(int)   {}
func (quiet) step(string) {}
func (quiet) end()        {}

// A bar is a progress on a terminal.
type bar struct {
	to    io.Writer
	steps *progressbar.ProgressBar
	begun bool // a step is under way
}

func (b *bar) begin(steps int) {
	b.steps = progressbar.NewOptions(steps,
		progressbar.OptionSetWriter(b.to),
		progressbar.OptionSetWidth(20),
		progressbar.OptionThrottle(100*time.Millisecond),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionClearOnFinish())
}

// step says what begins. Before the steps are known it is a line of its own.
func (b *bar) step(what string) {
	if b.steps == nil {
		_, _ = fmt.Fprintln(b.to, what)
		return
	}
	if b.begun {
		_ = b.steps.Add(1)
	}
	b.begun = true
	b.steps.Describe(what)
}

func (b *bar) end() { _ = b.steps.Finish() }
