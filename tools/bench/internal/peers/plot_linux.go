package peers

import (
	"bytes"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// A picture is panels beside each other with a heading and a caption.
type picture struct {
	name    string
	heading string
	caption []string
	panels  []panel
}

// A panel has one bar for each contender, the best on top.
type panel struct {
	title string
	unit  unit
	ranks []rank
}

// plots are the pictures of a report.
func (r *report) plots() []picture {
	caption := r.caption()
	panelOf := func(name, title string, q quantity) panel {
		for _, e := range r.experiments {
			for _, c := range e.columns {
				if e.name == name && c.quantity == q {
					return panel{title, c.unit, r.results.ranking(e, q)}
				}
			}
		}
		return panel{}
	}
	return []picture{
		{"closed", "Server CPU for a message, ping-pong: less is better", caption, []panel{
			panelOf(closedLoop(1), "1 connection", cpu),
			panelOf(closedLoop(64), "64 connections", cpu),
			panelOf(closedLoop(1000), "1,000 connections", cpu),
			panelOf(closedLoop(8000), "8,000 connections", cpu),
		}},
		{"open", "Server CPU for a message, at a fixed rate and of connections that come and go: less is better", caption, []panel{
			panelOf(openLoop(2000), "2,000 messages a second", cpu),
			panelOf(openLoop(20_000), "20,000 messages a second", cpu),
			panelOf(openLoop(60_000), "60,000 messages a second", cpu),
			panelOf(churn, "connect, one message, close", cpu),
		}},
		{"latency", "Latency from when a message was due: less is better", caption, []panel{
			panelOf(openLoop(2000), "p99 at 2,000 messages a second", p99),
			panelOf(openLoop(20_000), "p99 at 20,000 messages a second", p99),
			panelOf(openLoop(60_000), "p99 at 60,000 messages a second", p99),
			panelOf(busy, "median while all processors compute in pieces", p50),
		}},
		{"memory", "Resident memory of an idle connection: less is better", caption, []panel{
			panelOf(idle, "after a collection", collected),
			panelOf(idle, "before it", resident),
		}},
	}
}

// empty reports whether there is nothing to show.
func (p picture) empty() bool {
	for _, one := range p.panels {
		if len(one.ranks) > 0 {
			return false
		}
	}
	return true
}

// The layout, in points.
const (
	pictureWidth  = 780
	panelHeight   = 220
	headingHeight = 34
	captionHeight = 14 // a line
	margin        = 12
)

// svg draws the picture on white, so that it can be read on dark pages, too.
func (p picture) svg() ([]byte, error) {
	const columns = 2
	rows := (len(p.panels) + columns - 1) / columns
	captionLines := wrapped(p.caption)
	height := vg.Length(headingHeight + rows*panelHeight + len(captionLines)*captionHeight + 2*margin)
	svg := vgsvg.New(pictureWidth, height)
	canvas := draw.New(svg)
	canvas.SetColor(color.White)
	canvas.Fill(canvas.Rectangle.Path())
	canvas = draw.Crop(canvas, margin, -margin, margin, -margin)

	canvas.FillText(textStyle(14, ink), vg.Point{X: canvas.Min.X, Y: canvas.Max.Y - 14}, p.heading)
	legend(canvas)
	for i, line := range captionLines {
		at := vg.Point{X: canvas.Min.X, Y: canvas.Min.Y + vg.Length(len(captionLines)-1-i)*captionHeight}
		canvas.FillText(textStyle(9, faint), at, line)
	}
	body := draw.Crop(canvas, 0, 0, vg.Length(len(captionLines)*captionHeight), -headingHeight)
	plots := make([][]*plot.Plot, rows)
	for i := range plots {
		plots[i] = make([]*plot.Plot, columns)
	}
	for i, one := range p.panels {
		if len(one.ranks) > 0 {
			plots[i/columns][i%columns] = one.plot()
		}
	}
	canvases := plot.Align(plots, draw.Tiles{Cols: columns, Rows: rows, PadX: 24, PadY: 10}, body)
	for i, row := range plots {
		for k, one := range row {
			if one != nil {
				one.Draw(canvases[i][k])
			}
		}
	}
	var b bytes.Buffer
	if _, err := svg.WriteTo(&b); err != nil {
		return nil, err
	}
	// The font is one that few have; these have letters of the same width.
	return bytes.ReplaceAll(b.Bytes(), []byte("font-family:Liberation Sans"), []byte("font-family:Liberation Sans,Arial,Helvetica,sans-serif")), nil
}

// legend says at the top right what the colours mean.
func legend(c draw.Canvas) {
	style := textStyle(9, ink)
	const square, gap = 9, 5
	x, y := c.Max.X, c.Max.Y-14
	for _, entry := range slices.Backward(colours) {
		x -= style.Width(entry.what)
		c.FillText(style, vg.Point{X: x, Y: y}, entry.what)
		x -= square + gap
		c.FillPolygon(entry.Color, []vg.Point{{X: x, Y: y - 1}, {X: x + square, Y: y - 1}, {X: x + square, Y: y - 1 + square}, {X: x, Y: y - 1 + square}})
		x -= 3 * gap
	}
}

// wrapped breaks lines where they would leave the picture.
func wrapped(lines []string) []string {
	const room = pictureWidth - 2*margin
	style := textStyle(9, faint)
	var all []string
	for _, line := range lines {
		current := ""
		for _, word := range strings.Fields(line) {
			longer := strings.TrimSpace(current + " " + word)
			if current != "" && style.Width(longer) > room {
				all = append(all, current)
				longer = word
			}
			current = longer
		}
		all = append(all, current)
	}
	return all
}

// The colours.
var (
	ink   = color.Gray{0x22}
	faint = color.Gray{0x66}
	grid  = color.Gray{0xe4}
)

func textStyle(size vg.Length, c color.Color) draw.TextStyle {
	return draw.TextStyle{
		Color:   c,
		Font:    font.Font{Typeface: "Liberation", Variant: "Sans", Size: size},
		Handler: plot.DefaultTextHandler,
	}
}
