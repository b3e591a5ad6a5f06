package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"time"
)

// A progress shows what is going on: on a terminal in one line that changes,
// elsewhere as plain lines.
type progress struct {
	out      io.Writer
	terminal bool

	mu    sync.Mutex
	what  string        // is done now; guarded by mu
	since time.Time     // when that began; guarded by mu
	takes time.Duration // 0 where it is not known; guarded by mu
	width int           // of what is on the terminal; guarded by mu
	stop  chan struct{}
	done  sync.WaitGroup
}

func newProgress(out io.Writer) *progress {
	p := &progress{out: out, terminal: isTerminal(out), stop: make(chan struct{})}
	if p.terminal {
		p.done.Go(p.tick)
	}
	return p
}

// isTerminal reports whether w is a terminal that can go back on a line.
func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// step says what begins, and how long it takes if that is known.
func (p *progress) step(takes time.Duration, format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.what, p.since, p.takes = fmt.Sprintf(format, args...), time.Now(), takes
	if p.terminal {
		p.draw()
		return
	}
	_, _ = fmt.Fprintln(p.out, p.what)
}

// tick draws ten times a second.
func (p *progress) tick() {
	t := time.NewTicker(100 * time.Millisecond)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			p.mu.Lock()
			p.draw()
			p.mu.Unlock()
		case <-p.stop:
			return
		}
	}
}

// draw writes the line over the last one. It needs mu.
func (p *progress) draw() {
	line := p.what
	if p.takes > 0 {
		const bar = 20
		full := min(int(bar*time.Since(p.since)/p.takes), bar)
		line += " [" + strings.Repeat("=", full) + strings.Repeat(" ", bar-full) + "]"
	}
	pad := max(p.width-len(line), 0)
	_, _ = fmt.Fprintf(p.out, "\r%s%s", line, strings.Repeat(" ", pad))
	p.width = len(line)
}

// close takes the line away.
func (p *progress) close() {
	close(p.stop)
	p.done.Wait()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.terminal {
		_, _ = fmt.Fprintf(p.out, "\r%s\r", strings.Repeat(" ", p.width))
	}
}
