package peers

import (
	_ "embed"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
)

//go:embed readme.tmpl
var readme string

var readmeTemplate = template.Must(template.New("readme").Parse(readme))

// A page is what the template is filled with.
type page struct {
	Caption    []string
	Score      string
	Plots      map[string]bool // those that there are
	Verdicts   []pageVerdict
	Sections   []pageSection
	Contenders []pageContender
}

type pageVerdict struct{ Under, What, Wanted, Measured, Word string }

type pageSection struct {
	Heading string
	Winners []string
	Table   [][]string
	Reasons []string
}

type pageContender struct{ Title, About, Version string }

// markdown writes the report, which shows some plots.
func (r *report) markdown(w io.Writer, plots map[string]bool) error {
	verdicts := r.results.judge()
	p := page{Caption: r.caption(), Score: score(verdicts), Plots: plots}
	for _, v := range verdicts {
		p.Verdicts = append(p.Verdicts, pageVerdict{v.under, v.what, v.wanted(), v.measured(), v.word()})
	}
	seen := make(map[string]bool)
	for _, e := range r.experiments {
		p.Sections = append(p.Sections, pageSection{e.heading, r.results.winners(e), r.table(e, len(e.columns)), escaped(r.reasons(e))})
		for _, name := range e.contenders {
			if seen[name] {
				continue
			}
			seen[name] = true
			c, _ := contender.Get(name)
			version := r.versions[name]
			if version == "" {
				version = "-"
			}
			p.Contenders = append(p.Contenders, pageContender{c.Title, c.About, version})
		}
	}
	return readmeTemplate.Execute(w, p)
}

// escaped keeps what a compiler has said from being read as Markdown.
func escaped(lines []string) []string {
	for i, line := range lines {
		lines[i] = strings.NewReplacer("<", "&lt;", "*", `\*`, "_", `\_`, "`", "'").Replace(line)
	}
	return lines
}

// write writes the report and its plots into a folder. Plots that nothing was
// measured for stay as they are, and are not shown.
func (r *report) write(dir string) error {
	shown := make(map[string]bool)
	for _, p := range r.plots() {
		if p.empty() {
			continue
		}
		shown[p.name] = true
		text, err := p.svg()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dir, p.name+".svg"), text, 0o644); err != nil {
			return err
		}
	}
	var b strings.Builder
	if err := r.markdown(&b, shown); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "README.md"), []byte(b.String()), 0o644)
}
