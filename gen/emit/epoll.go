package emit

import (
	"github.com/dave/jennifer/jen"
	"github.com/rouse-io/rouse/gen/spec"
)

// epollCalls are the system calls of epoll.
var epollCalls = poller{change: "epoll_ctl", wait: "epoll_wait", wake: "wake"}

// epoll is the adapter for epoll.
func epoll(t *spec.Target) []Output {
	return []Output{
		output(t, "poller_gen.go", epollPoller),
		output(t, "flags_gen.go", epollFlags),
		output(t, "errors_gen.go", epollCalls.errors),
		output(t, "event_gen.go", epollEvent),
		output(t, "signals_gen.go", signalNumbers),
		output(t, "probe_gen.go", epollProbe),
	}
}

// epollPoller is the type Poller.
func epollPoller(f *jen.File, t *spec.Target) {
	u := epollCalls
	declare(f, "batch is how many events one system call can bring.", jen.Const().Id("batch").Op("=").Lit(t.Mechanism.Batch))
	declare(f, "A Poller is an epoll instance and the eventfd that wakes it. Package platform has its contract.",
		jen.Type().Id("Poller").Struct(
			jen.Id("gate").Qual(gatePath, "Gate"),
			jen.Id("epfd").Int(),
			jen.Id("wake").Int().Comment("an eventfd, added edge-triggered and never read"),
			jen.Id("token").Add(platformID("Token")).Comment("of the eventfd; drawn at random, so that none is reserved"),
			jen.Id("woken").Qual("sync/atomic", "Bool").Comment("a wake is under way, and no Wait has seen it yet"),
			jen.Id("pipes").Id("pipes"),
			jen.Id("busy").Qual("sync/atomic", "Bool").Comment("a Wait is under way; it owns the fields below"),
			jen.Id("raw").Index(jen.Id("batch")).Add(unixID("EpollEvent")),
			jen.Id("park").Id("parking"),
		))
	f.Line()
	f.Var().Id("_").Add(platformID("Parker")).Op("=").Parens(jen.Op("*").Id("Poller")).Call(jen.Nil())

	epollOpen(f, t)
	u.adds(f, "Add", "add", unixID("EPOLL_CTL_ADD"))
	u.adds(f, "Modify", "modify", unixID("EPOLL_CTL_MOD"))
	epollControl(f)
	epollDelete(f)
	u.rearms(f)
	u.waits(f, "It blocks the OS thread; a timeout of 0 is a raw system call.")
	u.wakes(f, "write")
	epollClose(f)
	u.turns(f)
	epollPoll(f)
}

func epollOpen(f *jen.File, t *spec.Target) {
	shut := func(fd string) jen.Code { return jen.Id("_").Op("=").Add(unixID("Close")).Call(jen.Id(fd)) }
	fail := func(call string) jen.Code {
		return jen.Return(jen.Nil(), failure(jen.Lit("open"), noHandle(), nil, syscallError(call, jen.Err())))
	}
	declare(f, "Open makes a Poller.",
		jen.Func().Id("Open").Params().Params(jen.Op("*").Id("Poller"), jen.Error()).Block(
			jen.List(jen.Id("epfd"), jen.Err()).Op(":=").Add(unixID("EpollCreate1")).Call(unixID("EPOLL_CLOEXEC")),
			ifErr(fail("epoll_create1")),
			jen.List(jen.Id("wake"), jen.Err()).Op(":=").Add(unixID("Eventfd")).Call(jen.Lit(0), unixIDs("EFD_CLOEXEC", "EFD_NONBLOCK")),
			ifErr(shut("epfd"), fail("eventfd")),
			jen.Id("p").Op(":=").Op("&").Id("Poller").Values(
				field("epfd", jen.Id("epfd")),
				field("wake", jen.Id("wake")),
				field("token", platformID("Token").Call(jen.Qual("math/rand/v2", "Uint64").Call())),
			),
			jen.Id("ev").Op(":=").Id("event").Call(unixIDs(t.WakerOf().Arm...), jen.Id("p").Dot("token")),
			jen.If(
				jen.Err().Op(":=").Add(unixID("EpollCtl")).Call(jen.Id("epfd"), unixID("EPOLL_CTL_ADD"), jen.Id("wake"), jen.Op("&").Id("ev")),
				jen.Err().Op("!=").Nil(),
			).Block(shut("wake"), shut("epfd"), fail(epollCalls.change)),
			jen.Return(jen.Id("p"), jen.Nil()),
		))
}

// tooLarge refuses what is no descriptor before it is cut to an int.
func tooLarge(op jen.Code) jen.Code {
	return jen.If(jen.Id("h").Op(">").Qual("math", "MaxInt32")).Block(
		jen.Return(jen.Id("failed").Call(op, jen.Id("h"), jen.Lit(epollCalls.change), unixID("EBADF"))),
	)
}

func epollControl(f *jen.File) {
	ctl := jen.Err().Op(":=").Add(unixID("EpollCtl")).
		Call(jen.Id("p").Dot("epfd"), jen.Id("ctl"), jen.Int().Call(jen.Id("h")), jen.Op("&").Id("ev"))
	note := jen.Id("p").Dot("pipes").Dot("note").Call(jen.Int().Call(jen.Id("h")), jen.Id("t"))
	declare(f, "control is Add and Modify, which differ by one number.",
		method("control").
			Params(jen.Id("op").String(), jen.Id("ctl").Int(), handleParam(), tokenParam, interestParam, modeParam).
			Error().Block(
			jen.If(jen.Op("!").Id("p").Dot("gate").Dot("Enter").Call()).Block(
				jen.Return(jen.Id("closed").Call(jen.Id("op"), jen.Id("h"))),
			),
			jen.Defer().Id("p").Dot("gate").Dot("Leave").Call(),
			jen.If(
				jen.Op("!").Id("in").Dot("IsValid").Call().
					Op("||").Op("!").Id("m").Dot("IsValid").Call().
					Op("||").Id("t").Op("==").Id("p").Dot("token"),
			).Block(jen.Return(invalid(jen.Id("op"), jen.Id("h"), epollCalls.change))),
			tooLarge(jen.Id("op")),
			jen.Id("ev").Op(":=").Id("event").Call(jen.Id("arm").Call(jen.Id("in"), jen.Id("m")), jen.Id("t")),
			jen.If(ctl, jen.Err().Op("!=").Nil()).Block(
				jen.Return(jen.Id("failed").Call(jen.Id("op"), jen.Id("h"), jen.Lit(epollCalls.change), jen.Err())),
			),
			note,
			jen.Return(jen.Nil()),
		))
}

func epollDelete(f *jen.File) {
	ctl := jen.Err().Op(":=").Add(unixID("EpollCtl")).
		Call(jen.Id("p").Dot("epfd"), unixID("EPOLL_CTL_DEL"), jen.Int().Call(jen.Id("h")), jen.Nil())
	declare(f, "Delete implements [platform.Poller].",
		method("Delete").Params(handleParam()).Error().Block(join(
			enter("delete", jen.Id("h")),
			[]jen.Code{
				tooLarge(jen.Lit("delete")),
				jen.If(ctl, jen.Err().Op("!=").Nil()).Block(
					jen.Return(jen.Id("failed").Call(jen.Lit("delete"), jen.Id("h"), jen.Lit(epollCalls.change), jen.Err())),
				),
				jen.Id("p").Dot("pipes").Dot("forget").Call(jen.Int().Call(jen.Id("h"))),
				jen.Return(jen.Nil()),
			},
		)...))
}

func epollClose(f *jen.File) {
	signal := jen.Func().Params().Block(jen.Id("_").Op("=").Id("signal").Call(jen.Id("p").Dot("wake")))
	shut := func(fd string) jen.Code {
		return syscallError("close", unixID("Close").Call(jen.Id("p").Dot(fd)))
	}
	declare(f, "Close implements [platform.Poller].",
		method("Close").Params().Error().Block(
			jen.Id("kick").Op(":=").Add(signal),
			jen.If(jen.Op("!").Id("p").Dot("gate").Dot("Close").Call(jen.Id("kick"))).Block(
				jen.Return(closed("close", noHandle())),
			),
			jen.Err().Op(":=").Qual("errors", "Join").Add(lines(
				jen.Id("p").Dot("park").Dot("close").Call(), shut("wake"), shut("epfd"),
			)),
			ifErr(jen.Return(failure(jen.Lit("close"), noHandle(), nil, jen.Err()))),
			jen.Return(jen.Nil()),
		))
}

func epollPoll(f *jen.File) {
	flags := jen.Id("raw").Index(jen.Id("i")).Dot("Events")
	body := []jen.Code{
		jen.Id("t").Op(":=").Id("token").Call(jen.Op("&").Id("raw").Index(jen.Id("i"))),
		jen.If(jen.Id("t").Op("==").Id("p").Dot("token")).Block(
			comment(3, "Clear the flag before the caller looks for what it was woken for: from here on a Wake makes a new event."),
			jen.Id("p").Dot("woken").Dot("Swap").Call(jen.False()),
			jen.Id("done").Op("=").True(),
			jen.Continue(),
		),
		jen.Id("pipe").Op(":=").Add(flags).Op("&").Add(unixID("EPOLLHUP")).Op("!=").Lit(0).Op("&&").
			Id("p").Dot("pipes").Dot("has").Call(jen.Id("t")),
		jen.Id("events").Index(jen.Id("n")).Op("=").Add(platformID("Event")).Values(
			field("Token", jen.Id("t")),
			field("Ready", jen.Id("decode").Call(flags, jen.Id("pipe"))),
		),
		jen.Id("n").Op("++"),
	}
	declare(f, "poll asks the kernel once. It is done when there are events and when the wait was woken, "+
		"but not when the call timed out or was interrupted.",
		method("poll").Params(eventsParam, timeoutParam).
			Params(jen.Id("n").Int(), jen.Id("done").Bool(), jen.Err().Error()).Block(
			jen.Id("raw").Op(":=").Id("p").Dot("raw").Index(jen.Op(":").Min(jen.Len(jen.Id("events")), jen.Id("batch"))),
			jen.List(jen.Id("k"), jen.Err()).Op(":=").Id("wait").Call(jen.Id("p").Dot("epfd"), jen.Id("raw"), jen.Id("timeout")),
			jen.If(jen.Err().Op("==").Add(unixID("EINTR"))).Block(jen.Return(jen.Lit(0), jen.False(), jen.Nil())),
			ifErr(jen.Return(
				jen.Lit(0), jen.False(),
				failure(jen.Lit("wait"), noHandle(), nil, syscallError(epollCalls.wait, jen.Err())),
			)),
			jen.For(jen.Id("i").Op(":=").Range().Id("raw").Index(jen.Op(":").Id("k"))).Block(body...),
			jen.If(jen.Id("p").Dot("gate").Dot("IsClosed").Call()).Block(
				jen.Return(jen.Lit(0), jen.True(), closed("wait", noHandle())),
			),
			jen.Return(jen.Id("n"), jen.Id("done").Op("||").Id("n").Op(">").Lit(0), jen.Nil()),
		))
}
