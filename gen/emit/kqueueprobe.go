package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// kqueueProbe is a look at one handle, by a kqueue of its own.
func kqueueProbe(f *jen.File, t *spec.Target) {
	declare(f, "A prober is what a probe needs, but for the descriptor of its queue.",
		jen.Type().Id("prober").Struct(
			jen.Id("queue").Id("queue"),
			jen.Id("events").Index(kqueueID("ProbeEvents")).Id("kevent").Comment("of queue"),
			jen.Id("kqueue").Add(kqueueID("Prober")),
		))
	declare(f, "probers are those that are not in use.",
		jen.Var().Id("probers").Op("=").Qual("sync", "Pool").Values(
			jen.Id("New").Op(":").Func().Params().Any().Block(
				jen.Id("p").Op(":=").New(jen.Id("prober")),
				jen.Id("p").Dot("queue").Dot("events").Op("=").Id("p").Dot("events").Index(jen.Op(":")),
				jen.Return(jen.Id("p")),
			),
		))
	f.Line()
	f.Add(doc("Probe returns what holds of in for h, as a [Poller] reports it in mode Level: an end and an error unasked, and " +
		"nothing where nothing holds. It does not wait, does not read or write, and leaves nothing behind: h may be added to Pollers, " +
		"be in use, and be probed by others meanwhile. It may be called from any goroutine. The caller keeps h open meanwhile."))
	f.Add(doc(""))
	f.Add(doc("It opens a kqueue for that, and closes it: six or seven system calls, and one descriptor for a moment. " +
		"It does not allocate when it succeeds."))
	f.Add(doc(""))
	f.Add(doc("The errors are those of [Poller.Add]: an interest of no or unknown bits is platform.ErrInvalid, one that this system " +
		"can't watch errors.ErrUnsupported, and a handle that can't be polled or is closed platform.ErrNotPollable. EMFILE, where " +
		"there is no descriptor left, is an error of the probe, and says nothing of h."))
	f.Add(probe("in").Block(
		jen.Id("p").Op(":=").Id("probers").Dot("Get").Call().Assert(jen.Op("*").Id("prober")),
		jen.Defer().Id("probers").Dot("Put").Call(jen.Id("p")),
		jen.If(jen.Err().Op(":=").Id("p").Dot("queue").Dot("open").Call(), jen.Err().Op("!=").Nil()).Block(
			jen.Return(jen.Lit(0), failure(jen.Lit("probe"), jen.Id("h"), nil, jen.Err())),
		),
		jen.Return(jen.Id("p").Dot("kqueue").Dot("Probe").Call(
			jen.Op("&").Id("p").Dot("queue"), jen.Op("&").Add(kqueueID(dialectName(t))), jen.Id("h"), jen.Id("in"),
		)),
	))
}
