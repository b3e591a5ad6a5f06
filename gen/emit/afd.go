package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// afdCalls are the system calls that make a poll and take its packet.
var afdCalls = poller{change: "NtDeviceIoControlFile", wait: "NtRemoveIoCompletionEx", wake: "port"}

// afd is the adapter for polls of AFD: what is around the table of entries, and
// what the table must know of AFD.
func afd(t *spec.Target) []Output {
	return append(
		structOutputs(t, "info", afdInfo),
		output(t, "poller_gen.go", afdPoller),
		output(t, "mask_gen.go", afdMask),
		output(t, "errors_gen.go", afdErrors),
		output(t, "waitable_gen.go", afdWaitable),
	)
}

// afdPoller is the type Poller.
func afdPoller(f *jen.File, t *spec.Target) {
	u := afdCalls
	declare(f, "batch is how many packets one system call can bring.", jen.Const().Id("batch").Op("=").Lit(t.Mechanism.Batch))
	declare(f, "A Poller is an I/O completion port, and the requests whose packets it gets. Package platform has its contract.",
		jen.Type().Id("Poller").Struct(
			jen.Id("gate").Qual(gatePath, "Gate"),
			jen.Id("port").Add(windowsID("Handle")),
			jen.Id("woken").Qual("sync/atomic", "Bool").Comment("a wake is under way, and no Wait has seen it yet"),
			jen.Id("table").Id("table"),
			jen.Id("busy").Qual("sync/atomic", "Bool").Comment("a Wait is under way; it owns the field below"),
			jen.Id("raw").Index(jen.Id("batch")).Qual(winapiPath, "Packet"),
		))
	f.Line()
	f.Var().Id("_").Add(platformID("Poller")).Op("=").Parens(jen.Op("*").Id("Poller")).Call(jen.Nil())

	afdOpen(f)
	u.sets(f, "Add", "add")
	u.sets(f, "Modify", "modify")
	afdDelete(f)
	afdRearm(f)
	u.waits(f, "It blocks the OS thread.")
	u.wakes(f, "PostQueuedCompletionStatus")
	afdClose(f)
	u.turns(f)
	afdPoll(f)
}

// sets is Add or Modify, over the table.
func (u poller) sets(f *jen.File, name, op string) {
	declare(f, name+" implements [platform.Poller].",
		method(name).Params(handleParam(), tokenParam, interestParam, modeParam).Error().Block(join(
			enter(op, jen.Id("h")),
			[]jen.Code{
				jen.If(jen.Op("!").Id("in").Dot("IsValid").Call().Op("||").Op("!").Id("m").Dot("IsValid").Call()).Block(
					jen.Return(invalid(jen.Lit(op), jen.Id("h"), u.change)),
				),
				jen.Return(ofTable(op).Call(jen.Id("h"), jen.Id("t"), jen.Id("in"), jen.Id("m"))),
			},
		)...))
}

// ofTable is a method of the poller's table.
func ofTable(name string) *jen.Statement { return jen.Id("p").Dot("table").Dot(name) }

func afdOpen(f *jen.File) {
	fail := func(err jen.Code) jen.Code {
		return jen.Return(jen.Nil(), failure(jen.Lit("open"), noHandle(), nil, err))
	}
	declare(f, "Open makes a Poller. It fails where there is no AFD, as in some sandboxes.",
		jen.Func().Id("Open").Params().Params(jen.Op("*").Id("Poller"), jen.Error()).Block(
			jen.If(jen.Err().Op(":=").Id("startup").Call(), jen.Err().Op("!=").Nil()).Block(fail(jen.Err())),
			jen.List(jen.Id("port"), jen.Err()).Op(":=").Id("openPort").Call(),
			ifErr(fail(jen.Err())),
			jen.Id("p").Op(":=").Op("&").Id("Poller").Values(field("port", jen.Id("port"))),
			jen.If(jen.Err().Op(":=").Add(ofTable("open")).Call(jen.Id("port")), jen.Err().Op("!=").Nil()).Block(
				jen.Id("_").Op("=").Add(windowsID("CloseHandle")).Call(jen.Id("port")),
				fail(jen.Err()),
			),
			jen.Return(jen.Id("p"), jen.Nil()),
		))
}

func afdDelete(f *jen.File) {
	declare(f, "Delete implements [platform.Poller].",
		method("Delete").Params(handleParam()).Error().Block(join(
			enter("delete", jen.Id("h")),
			[]jen.Code{jen.Return(ofTable("delete").Call(jen.Id("h")))},
		)...))
}

func afdRearm(f *jen.File) {
	declare(f, "Rearm implements [platform.Poller]. A poll is level: the table makes edges of it, and asks for the next one here.",
		method("Rearm").Params(handleParam(), tokenParam, interestParam).Error().Block(join(
			enter("rearm", jen.Id("h")),
			[]jen.Code{
				jen.If(jen.Op("!").Id("in").Dot("IsValid").Call()).Block(
					jen.Return(invalid(jen.Lit("rearm"), jen.Id("h"), afdCalls.change)),
				),
				jen.Return(ofTable("rearm").Call(jen.Id("h"), jen.Id("t"), jen.Id("in"))),
			},
		)...))
}

func afdClose(f *jen.File) {
	kick := jen.Func().Params().Block(jen.Id("_").Op("=").Id("post").Call(jen.Id("p").Dot("port"), jen.Id("wakeKey"), jen.Lit(0)))
	declare(f, "Close implements [platform.Poller].",
		method("Close").Params().Error().Block(
			jen.Id("kick").Op(":=").Add(kick),
			jen.If(jen.Op("!").Id("p").Dot("gate").Dot("Close").Call(jen.Id("kick"))).Block(
				jen.Return(closed("close", noHandle())),
			),
			jen.Err().Op(":=").Qual("errors", "Join").Add(lines(
				ofTable("close").Call(),
				syscallError("CloseHandle", windowsID("CloseHandle").Call(jen.Id("p").Dot("port"))),
			)),
			ifErr(jen.Return(failure(jen.Lit("close"), noHandle(), nil, jen.Err()))),
			jen.Return(jen.Nil()),
		))
}

func afdPoll(f *jen.File) {
	declare(f, "poll asks the kernel once, or, where it does not wait, until there is nothing left that hides an event. "+
		"It is done when there are events and when the wait was woken, but not when the call timed out or brought what is no event.",
		method("poll").Params(eventsParam, timeoutParam).
			Params(jen.Id("n").Int(), jen.Id("done").Bool(), jen.Err().Error()).Block(
			jen.Id("raw").Op(":=").Id("p").Dot("raw").Index(jen.Op(":").Min(jen.Len(jen.Id("events")), jen.Id("batch"))),
			jen.For().Block(
				jen.Var().Id("k").Int(),
				jen.If(
					jen.List(jen.Id("k"), jen.Err()).Op("=").Add(ofTable("begin")).Call(jen.Id("raw")),
					jen.Id("k").Op("==").Lit(0).Op("&&").Err().Op("==").Nil(),
				).Block(
					jen.List(jen.Id("k"), jen.Err()).Op("=").Id("wait").Call(jen.Id("p").Dot("port"), jen.Id("raw"), jen.Id("timeout")),
				),
				jen.List(jen.Id("n"), jen.Id("done")).Op("=").Add(ofTable("end")).Call(jen.Id("raw").Index(jen.Op(":").Id("k")), jen.Id("events")),
				jen.If(jen.Id("done")).Block(
					comment(3, "Clear the flag before the caller looks for what it was woken for: from here on a Wake makes a new packet."),
					jen.Id("p").Dot("woken").Dot("Swap").Call(jen.False()),
				),
				jen.If(jen.Id("p").Dot("gate").Dot("IsClosed").Call()).Block(
					jen.Return(jen.Lit(0), jen.True(), closed("wait", noHandle())),
				),
				ifErr(jen.Return(
					jen.Lit(0), jen.False(),
					failure(jen.Lit("wait"), noHandle(), nil, jen.Err()),
				)),
				jen.If(jen.Id("done").Op("||").Id("n").Op(">").Lit(0).Op("||").Id("k").Op("==").Lit(0).Op("||").Id("timeout").Op("!=").Lit(0)).Block(
					jen.Return(jen.Id("n"), jen.Id("done").Op("||").Id("n").Op(">").Lit(0), jen.Nil()),
				),
			),
		))
}
