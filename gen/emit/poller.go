package emit

import "github.com/dave/jennifer/jen"

// A poller is what the adapters have in common: a type Poller with a gate,
// something that wakes it, and one wait at a time. Each of its methods emits one
// or two of Poller's, over those that are the mechanism's own: poll and signal,
// and control or the table.
type poller struct {
	change string // the system call that adds, modifies and deletes
	wait   string // the one that waits
	wake   string // the field that signal ends a wait through
}

// method begins a method of Poller.
func method(name string) *jen.Statement {
	return jen.Func().Params(jen.Id("p").Op("*").Id("Poller")).Id(name)
}

// Parts of the parameters and results of the contract.
var (
	tokenParam    = jen.Id("t").Add(platformID("Token"))
	interestParam = jen.Id("in").Add(platformID("Interest"))
	modeParam     = jen.Id("m").Add(platformID("Mode"))
	eventsParam   = jen.Id("events").Index().Add(platformID("Event"))
	timeoutParam  = jen.Id("timeout").Qual("time", "Duration")
)

// enter lets a call in at the gate, or returns with ErrClosed.
func enter(op string, h jen.Code) []jen.Code {
	return []jen.Code{
		jen.If(jen.Op("!").Id("p").Dot("gate").Dot("Enter").Call()).Block(jen.Return(closed(op, h))),
		jen.Defer().Id("p").Dot("gate").Dot("Leave").Call(),
	}
}

// closed is the error of every method after Close.
func closed(op string, h jen.Code) *jen.Statement { return jen.Id("closed").Call(jen.Lit(op), h) }

// invalid is the error of an argument that has no meaning.
func invalid(op, h jen.Code, call string) *jen.Statement {
	return platformID("Invalid").Call(op, h, jen.Lit(call))
}

// adds is Add or Modify, over control.
func (poller) adds(f *jen.File, name, op string, change jen.Code) {
	declare(f, name+" implements [platform.Poller].",
		method(name).Params(handleParam(), tokenParam, interestParam, modeParam).Error().Block(
			jen.Return(jen.Id("p").Dot("control").Call(
				jen.Lit(op), change, jen.Id("h"), jen.Id("t"), jen.Id("in"), jen.Id("m"),
			)),
		))
}

// rearms is Rearm, where the kernel has edges.
func (u poller) rearms(f *jen.File) {
	declare(f, "Rearm implements [platform.Poller]. The kernel has edges: there is nothing to do.",
		method("Rearm").Params(handleParam(), jen.Id("_").Add(platformID("Token")), interestParam).Error().Block(
			jen.If(jen.Id("p").Dot("gate").Dot("IsClosed").Call()).Block(jen.Return(closed("rearm", jen.Id("h")))),
			jen.If(jen.Op("!").Id("in").Dot("IsValid").Call()).Block(
				jen.Return(invalid(jen.Lit("rearm"), jen.Id("h"), u.change)),
			),
			jen.Return(jen.Nil()),
		))
}

// waits is Wait, over poll. The text is what to know about it.
func (poller) waits(f *jen.File, text string) {
	declare(f, "Wait implements [platform.Poller]. "+text,
		method("Wait").Params(eventsParam, timeoutParam).Params(jen.Int(), jen.Error()).Block(
			jen.If(jen.Err().Op(":=").Id("p").Dot("begin").Call(jen.Id("events")), jen.Err().Op("!=").Nil()).Block(
				jen.Return(jen.Lit(0), jen.Err()),
			),
			jen.Defer().Id("p").Dot("end").Call(),
			jen.Var().Id("deadline").Qual("time", "Time"),
			jen.If(jen.Id("timeout").Op(">").Lit(0)).Block(
				jen.Id("deadline").Op("=").Qual("time", "Now").Call().Dot("Add").Call(jen.Id("timeout")),
			),
			jen.For().Block(
				jen.List(jen.Id("n"), jen.Id("done"), jen.Err()).Op(":=").Id("p").Dot("poll").Call(jen.Id("events"), jen.Id("timeout")),
				jen.If(jen.Id("done").Op("||").Err().Op("!=").Nil().Op("||").Id("timeout").Op("==").Lit(0)).Block(
					jen.Return(jen.Id("n"), jen.Err()),
				),
				jen.If(jen.Id("timeout").Op(">").Lit(0)).Block(
					jen.Id("timeout").Op("=").Max(jen.Qual("time", "Until").Call(jen.Id("deadline")), jen.Lit(0)),
				),
			),
		))
}

// wakes is Wake, over signal, which makes the system call.
func (u poller) wakes(f *jen.File, call string) {
	declare(f, "Wake implements [platform.Poller].",
		method("Wake").Params().Error().Block(join(
			enter("wake", noHandle()),
			[]jen.Code{
				comment(1, "A swap, not a load: it is what carries the caller's writes to the waiter, "+
					"and what keeps them before the look at the flag."),
				jen.If(jen.Id("p").Dot("woken").Dot("Swap").Call(jen.True())).Block(jen.Return(jen.Nil())),
				jen.If(jen.Err().Op(":=").Id("signal").Call(jen.Id("p").Dot(u.wake)), jen.Err().Op("!=").Nil()).Block(
					jen.Id("p").Dot("woken").Dot("Store").Call(jen.False()),
					jen.Return(failure(jen.Lit("wake"), noHandle(), nil, syscallError(call, jen.Err()))),
				),
				jen.Return(jen.Nil()),
			},
		)...))
}

// turns is begin and end, which are around every wait.
func (u poller) turns(f *jen.File) {
	leave := jen.Id("p").Dot("gate").Dot("Leave").Call()
	declare(f, "begin starts a wait: it lets one goroutine in. After nil the caller must end.",
		method("begin").Params(eventsParam).Error().Block(
			jen.If(jen.Op("!").Id("p").Dot("gate").Dot("Enter").Call()).Block(jen.Return(closed("wait", noHandle()))),
			jen.If(jen.Len(jen.Id("events")).Op("==").Lit(0)).Block(
				leave,
				jen.Return(invalid(jen.Lit("wait"), noHandle(), u.wait)),
			),
			jen.If(jen.Id("p").Dot("busy").Dot("Swap").Call(jen.True())).Block(
				leave,
				jen.Return(failure(jen.Lit("wait"), noHandle(), platformID("ErrBusy"), nil)),
			),
			jen.Return(jen.Nil()),
		))
	declare(f, "end ends what begin began.",
		method("end").Params().Block(
			jen.Id("p").Dot("busy").Dot("Store").Call(jen.False()),
			leave,
		))
}
