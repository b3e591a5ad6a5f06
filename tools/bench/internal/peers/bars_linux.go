package peers

import (
	"image/color"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// A colour says what a contender is.
type colour struct {
	color.Color

	what string
}

// colours are by kind.
var colours = []colour{
	contender.Rouse: {color.RGBA{0x1f, 0x6f, 0xb4, 0xff}, "rouse"},
	contender.Peer:  {color.RGBA{0xe5, 0x9a, 0x3c, 0xff}, "others"},
	contender.Floor: {color.RGBA{0xb4, 0xb4, 0xb4, 0xff}, "floors"},
}

// plot is the panel with its title and axes.
func (p panel) plot() *plot.Plot {
	out := plot.New()
	out.Title.Text = p.title
	out.Title.TextStyle = textStyle(11, ink)
	out.Title.TextStyle.XAlign, out.Title.TextStyle.YAlign = draw.XCenter, draw.YTop
	out.Title.Padding = 6

	names := make([]string, len(p.ranks))
	for i, r := range p.ranks {
		names[len(names)-1-i] = r.title // the axis begins below
	}
	out.NominalY(names...)
	out.Y.LineStyle.Width, out.Y.Tick.LineStyle.Width, out.Y.Padding = 0, 0, 0
	out.Y.Tick.Label = textStyle(9, ink)
	out.Y.Tick.Label.XAlign, out.Y.Tick.Label.YAlign = draw.XRight, draw.YCenter

	out.X.LineStyle.Width, out.X.Tick.LineStyle.Width = 0, 0
	out.X.Tick.Label = textStyle(8, faint)
	out.X.Tick.Label.XAlign, out.X.Tick.Label.YAlign = draw.XCenter, draw.YTop
	out.X.Tick.Marker = unitTicks{p.unit}

	lines := plotter.NewGrid()
	lines.Horizontal.Width = 0
	lines.Vertical.Color = grid
	out.Add(lines, bars{p})
	return out
}

// unitTicks are the usual marks, written in a unit.
type unitTicks struct{ unit unit }

// Ticks implements plot.Ticker.
func (u unitTicks) Ticks(least, most float64) []plot.Tick {
	ticks := plot.DefaultTicks{}.Ticks(least, most)
	for i := range ticks {
		switch {
		case ticks[i].Value == 0:
			ticks[i].Label = "0"
		case ticks[i].Label != "":
			ticks[i].Label = u.unit.text(ticks[i].Value)
		}
	}
	return ticks
}

// bars are the bars of a panel, each with its range and its figure.
type bars struct{ panel }

// DataRange implements plot.DataRanger.
func (b bars) DataRange() (xmin, xmax, ymin, ymax float64) {
	return 0, b.end(), -0.6, float64(len(b.ranks)) - 0.4
}

// end is where the axis ends: behind the longest bar is room for its figure. A
// range that goes on for much longer is cut off.
func (b bars) end() float64 {
	longest, furthest := 0.0, 0.0
	for _, r := range b.ranks {
		longest, furthest = max(longest, r.median), max(furthest, r.most)
	}
	return max(1.3*min(furthest, 1.4*longest), 1)
}

// Plot implements plot.Plotter.
func (b bars) Plot(c draw.Canvas, p *plot.Plot) {
	toX, toY := p.Transforms(&c)
	style := textStyle(8, ink)
	style.YAlign = draw.YCenter
	thin := draw.LineStyle{Color: ink, Width: 0.8}
	for i, r := range b.ranks {
		y := float64(len(b.ranks) - 1 - i)
		top, middle, bottom := toY(y+0.34), toY(y), toY(y-0.34)
		left, right := toX(0), toX(max(r.median, 0))
		c.FillPolygon(colours[r.kind], []vg.Point{{X: left, Y: bottom}, {X: right, Y: bottom}, {X: right, Y: top}, {X: left, Y: top}})

		least, most := toX(max(r.least, 0)), min(toX(max(r.most, 0)), c.Max.X)
		c.StrokeLine2(thin, least, middle, most, middle)
		c.StrokeLine2(thin, least, middle-2, least, middle+2)
		if toX(r.most) <= c.Max.X {
			c.StrokeLine2(thin, most, middle-2, most, middle+2)
		}
		text := b.unit.text(r.median)
		at := min(max(right, most)+4, c.Max.X-style.Width(text))
		c.FillText(style, vg.Point{X: at, Y: middle}, text)
	}
}
