package scale

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// A table is what one experiment has measured.
type table struct {
	title string
	about string     // how it was measured
	head  []string   // of the columns; the first names the rows
	rows  [][]string // as long as the head
	notes []string
}

// text writes it for a terminal.
func (t table) text(w io.Writer) error {
	widths := make([]int, len(t.head))
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	_, _ = fmt.Fprintln(&b, t.title)
	for _, row := range append([][]string{t.head}, t.rows...) {
		for i, cell := range row {
			if i == 0 {
				_, _ = fmt.Fprintf(&b, "  %-*s", widths[i], cell)
			} else {
				_, _ = fmt.Fprintf(&b, "  %*s", widths[i], cell)
			}
		}
		b.WriteByte('\n')
	}
	for _, note := range t.notes {
		_, _ = fmt.Fprintf(&b, "  %s\n", note)
	}
	_, err := io.WriteString(w, b.String()+"\n")
	return err
}

// markdown adds it to a document.
func (t table) markdown(b *strings.Builder) {
	_, _ = fmt.Fprintf(b, "## %s\n\n%s\n\n", t.title, t.about)
	_, _ = fmt.Fprintf(b, "| %s |\n|%s\n", strings.Join(t.head, " | "), "---|"+strings.Repeat("---:|", len(t.head)-1))
	for _, row := range t.rows {
		_, _ = fmt.Fprintf(b, "| %s |\n", strings.Join(row, " | "))
	}
	b.WriteByte('\n')
	for _, note := range t.notes {
		_, _ = fmt.Fprintf(b, "- %s\n", note)
	}
	if len(t.notes) > 0 {
		b.WriteByte('\n')
	}
}

// number writes a figure with as many digits as mean something, and its thousands
// apart.
func number(v float64) string {
	if v < 9.95 && v > -9.95 {
		return strings.TrimSuffix(fmt.Sprintf("%.1f", v), ".0")
	}
	digits := fmt.Sprintf("%.0f", v)
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}
