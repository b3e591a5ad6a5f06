package main

// A mutant is a mistake that somebody could make, or has made.
type mutant struct {
	name     string
	scenario string // the test that must find it
	edits    []edit
}

// An edit replaces a text that a file of the reactor has once.
type edit struct{ file, old, now string }

var mutants = []mutant{
	// The word.
	{"clear does not look at the tick", "TestInterleaveClearAgainstSet", []edit{ // facts/pitfalls 1
		{"word.go", "if (w^seen)&readTicks == 0 {", "if true {"},
	}},
	{"a set does not count", "TestInterleaveClearAgainstSet", []edit{
		{"word.go", "w = w&^readTicks | (w+oneReadTick)&readTicks", "_ = oneReadTick"},
	}},
	{"one tick for both directions", "TestInterleaveClearAgainstOtherDirection", []edit{ // facts/pitfalls 2
		{"word.go", "if r&platform.ReadyRead != 0 {", "if r != 0 {"},
		{"word.go", "if r&platform.ReadyWrite != 0 {", "if r != 0 {"},
	}},
	{"clear rebuilds the word", "TestInterleaveShutdownAgainstClear", []edit{ // facts/pitfalls 3
		{"word.go", "return w &^ (seen & bits)", "return w &^ (seen & bits) &^ (wordShutdown | wordDeregistered)"},
	}},
	{"clear rebuilds the word, bare", "TestInterleaveClearAgainstFinal", []edit{ // facts/pitfalls 3
		{"word.go", "return w &^ (seen & bits)", "return w & (wordReady | wordErrors | readTicks | writeTicks) &^ (seen & bits)"},
	}},
	{"clear erases the end", "TestInterleaveDeregisterAgainstClear", []edit{
		{"word.go", "return w &^ (seen & bits)", "return w &^ (seen & bits) &^ wordDeregistered"},
	}},
	{"closed is cleared", "TestInterleaveClearAgainstFinal", []edit{ // facts/pitfalls 4
		{"word.go", "wordFinal = word(platform.ReadyFinal)", "wordFinal = word(0)"},
	}},
	{"an error is one bit for all", "TestInterleaveErrorForBoth", []edit{ // facts/pitfalls 6
		{"word.go", "masks[in] = word(platform.Interest(in).Ready())&wordReady | word(in)<<errorShift", "masks[in] = word(platform.Interest(in).Ready())&wordReady | wordErrors"},
	}},
	{"set stores what it read", "TestInterleaveClearAgainstFinal", []edit{
		{"word.go", "if a.v.CompareAndSwap(uint64(old), uint64(old.set(r))) {\n\t\t\treturn true\n\t\t}", "a.v.Store(uint64(old.set(r)))\n\t\treturn true"},
	}},
	{"clear stores what it read", "TestInterleaveClearAgainstSet", []edit{
		{"word.go", "if a.v.CompareAndSwap(uint64(old), uint64(now)) {\n\t\t\treturn true\n\t\t}", "a.v.Store(uint64(now))\n\t\treturn true"},
	}},
	{"ticks begin again in a slot that is reused", "TestInterleaveClearAgainstReuse", []edit{
		{"word.go", "return (w&writeTicks + oneWriteTick) | (w+oneReadTick)&readTicks", "return 0"},
	}},

	// Waiting.
	{"the wake comes before the store", "TestInterleaveWaitAgainstSet", []edit{
		{"turn.go", "s == nil || !s.word.set(ready) {", "s == nil || s.wake(bitsOf(ready)) < 0 || !s.word.set(ready) {"},
		{"turn.go", "woken = s.wake(bitsOf(ready))\n", "woken = 0\n"},
	}},
	{"an owner stores its waker and does not look again", "TestInterleavePollAgainstSet", []edit{ // facts/pitfalls 7
		{"scheduledio.go", "now := s.word.load()\n\tif now&(mask|", "now := word(0)\n\tif now&(mask|"},
	}},
	{"a waiter enlists and does not look again", "TestInterleaveWaitAgainstSet", []edit{ // facts/pitfalls 7
		{"scheduledio.go", "now := s.word.load()\n\tif now&(w.mask|", "now := word(0)\n\tif now&(w.mask|"},
	}},
	{"an owner looks before it stores its waker, without the lock", "TestInterleavePollAgainstSet", []edit{ // facts/pitfalls 7
		{"scheduledio.go", "now := s.word.load()\n\tif now&(mask|", "if now&(mask|"},
		{"scheduledio.go", "\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n\tif s.generation != generation {\n\t\treturn wordDeregistered, false\n\t}\n\tslot :=", "\tnow := s.word.load()\n\ts.mu.Lock()\n\tdefer s.mu.Unlock()\n\tif s.generation != generation {\n\t\treturn wordDeregistered, false\n\t}\n\tslot :="},
	}},
	{"a waiter does not see that its interest was dropped", "TestInterleaveReregisterAgainstWait", []edit{
		{"registration_poll.go", "if err := g.watched(method, in); err != nil {\n\t\tg.giveUp(w)\n", "if err := error(nil); err != nil {\n\t\tg.giveUp(w)\n"},
	}},
	{"an owner does not see that its interest was dropped", "TestInterleaveReregisterAgainstPoll", []edit{
		{"registration_poll.go", "\t\tif err := g.watched(method, in); err != nil {\n\t\t\treturn ReadyEvent{}, err\n\t\t}\n\t\tif g.r.trace.Park", "\t\tif g.r.trace.Park"},
	}},
	{"Reregister does not wake whom it drops", "TestInterleaveReregisterAgainstWait", []edit{
		{"registration.go", "\t\ts.wake(maskOf(dropped))\n", ""},
	}},
	{"all waiters are woken for everything", "TestInterleaveTwoInterests", []edit{
		{"waiter.go", "if w.mask&bits != 0 {", "if bits != 0 {"},
	}},
	{"an event wakes one waiter", "TestInterleaveCancelBesideWait", []edit{ // facts/pitfalls 9
		{"waiter.go", "\t\t\tbatch[k] = w\n\t\t\tk++\n", "\t\t\tbatch[k] = w\n\t\t\treturn 1, false\n"},
	}},
	{"an error wakes the reader alone", "TestInterleaveErrorWakesAll", []edit{ // facts/pitfalls 6
		{"word.go", "bits |= wordErrors\n", "bits |= wordErrors & maskOf(Readable)\n"},
	}},
	{"an owner in poll style hides the waiters", "TestInterleavePollBesideWait", []edit{ // facts/pitfalls 10
		{"scheduledio.go", "if s.waiters.first == nil {", "if s.waiters.first == nil || reader != nil {"},
	}},
	{"who gives up takes its waiter along, wake or not", "TestInterleaveCancelAgainstWake", []edit{
		{"registration_poll.go", "if g.s.leave(w) {\n\t\tg.r.waiters.put(w)\n\t}", "g.s.leave(w)\n\tg.r.waiters.put(w)"},
	}},
	{"who gives up stays on the list", "TestInterleaveCancelAgainstWait", []edit{
		{"registration_poll.go", "\t\tg.giveUp(w)\n\t\treturn ctx.Err()\n", "\t\treturn ctx.Err()\n"},
	}},
	{"an interrupt before the waiter was on the list is missed", "TestInterleaveInterruptAgainstWait", []edit{
		{"registration_poll.go", "if done == nil {", "if false {"},
	}},
	{"waiters beyond a batch are left", "TestInterleaveManyWaiters", []edit{ // facts/pitfalls 8
		{"scheduledio.go", "if !more {", "if !more || true {"},
	}},
	{"a wake goes on to those who come back", "TestInterleaveInterruptAgainstReturn", []edit{
		{"waiter.go", "for w, last := l.first, false; w != nil && !last && int32(w.order-limit) <= 0; {", "for w, last := l.first, false; w != nil && !last; {"},
	}},
	{"would-block does not re-arm", "TestInterleaveRearmAgainstEvent", []edit{
		{"registration_poll.go", "err := g.r.poller.Rearm(g.Handle(), makeToken(g.s.index, g.generation), in)\n", "err := error(nil)\n"},
	}},
	{"would-block does not clear", "TestInterleaveReadAgainstEdge", []edit{
		{"registration_poll.go", "changed := g.s.word.clear(ev.bits())\n", "changed := false\n"},
	}},
	{"would-block clears what it did not see", "TestInterleaveReadAgainstEdge", []edit{ // facts/pitfalls 1
		{"registration_poll.go", "changed := g.s.word.clear(ev.bits())\n", "changed := g.s.word.clear(eventOf(g.s.word.load(), maskOf(in)).bits())\n"},
	}},

	// The life of a registration.
	{"Deregister wakes nobody", "TestInterleaveDeregisterAgainstWait", []edit{
		{"register.go", "\ts.wakeEverybody()\n\tif r.set", "\tif r.set"},
	}},
	{"Deregister wakes before it marks the word", "TestInterleaveDeregisterAgainstWait", []edit{
		{"register.go", "\ts.word.or(wordDeregistered)\n\tvar err error\n", "\ts.wakeEverybody()\n\ts.word.or(wordDeregistered)\n\tvar err error\n"},
		{"register.go", "\ts.wakeEverybody()\n\tif r.set", "\tif r.set"},
	}},
	{"Deregister looks whether it was called, then notes it", "TestInterleaveDeregisterTwice", []edit{
		{"registration.go", "if !g.dead.CompareAndSwap(false, true) {\n\t\treturn ErrDeregistered\n\t}", "if g.dead.Load() {\n\t\treturn ErrDeregistered\n\t}\n\tg.dead.Store(true)"},
	}},
	{"wakers run with the lock held", "TestInterleaveWakerDeregisters", []edit{ // facts/pitfalls 8
		{"scheduledio.go", "\t\ts.mu.Unlock()\n\t\treturn wakeTwo(reader, writer)\n", "\t\tdefer s.mu.Unlock()\n\t\treturn wakeTwo(reader, writer)\n"},
	}},
	{"Deregister does not mark the word", "TestInterleaveDeregisterAgainstWait", []edit{
		{"register.go", "\ts.word.or(wordDeregistered)\n\tvar err error\n", "\tvar err error\n"},
	}},
	{"who looks does not see the end", "TestInterleaveDeregisterAgainstBatch", []edit{
		{"registration_poll.go", "\tif err := g.state(w); err != nil {\n\t\treturn ReadyEvent{}, err\n\t}\n\treturn eventOf(w, mask), nil\n", "\treturn eventOf(w, mask), nil\n"},
	}},
	{"a slot is released before its turn", "TestInterleaveReleaseAgainstBatch", []edit{
		{"registrationset.go", "\tr.synced.pending = append(r.synced.pending, s)\n", "\ts.retire()\n\tr.synced.give(s)\n"},
	}},
	{"a slot is released before its turn, with its generation", "TestInterleaveReuseAgainstStaleEvent", []edit{
		{"registrationset.go", "\tr.synced.pending = append(r.synced.pending, s)\n", "\tr.synced.give(s)\n"},
	}},
	{"an event's generation is not checked", "TestInterleaveReuseAgainstStaleEvent", []edit{ // facts/pitfalls 13
		{"turn.go", "s == nil || s.generation != generation {", "s == nil {"},
		{"turn.go", "index, generation := splitToken(t)", "index, _ := splitToken(t)"},
	}},
	{"a release does not end the generation", "TestInterleaveReuseInNextTurn", []edit{ // facts/pitfalls 13
		{"scheduledio.go", "\ts.generation++\n", ""},
	}},
	{"a waiter's generation is not checked", "TestInterleaveReuseAgainstWait", []edit{
		{"scheduledio.go", "\tif s.generation != generation {\n\t\treturn wordDeregistered, false\n\t}\n\ts.order++", "\t_ = generation\n\ts.order++"},
	}},
	{"an owner's generation is not checked", "TestInterleaveReuseAgainstWait", []edit{
		{"scheduledio.go", "\tif s.generation != generation {\n\t\treturn wordDeregistered, false\n\t}\n\tslot :=", "\t_ = generation\n\tslot :="},
	}},
	{"an interest is taken for the registration's own", "TestInterleaveReuseForOtherInterest", []edit{
		{"registration_poll.go", "\tif err := g.state(g.s.word.load()); err != nil {\n\t\treturn err\n\t}\n\treturn &Error{method", "\treturn &Error{method"},
	}},
	{"the loop is not woken for releases", "TestInterleaveSixteenthRelease", []edit{
		{"register.go", "if r.set.deregister(s) && r.awaiting.Load() {", "if r.set.deregister(s) && false {"},
	}},
	{"the turn says that it waits after it has released", "TestInterleaveSixteenthRelease", []edit{
		{"turn.go", "\tr.awaiting.Store(true)\n\n", "\n"},
		{"turn.go", "\tyielded := r.yields.take()\n", "\tr.awaiting.Store(true)\n\tyielded := r.yields.take()\n"},
	}},
	{"a handle that comes back is taken off with its old registration", "TestInterleaveHandleComesBack", []edit{ // facts/pitfalls 14
		{"register.go", "if r.owners.of.get(h) == s {", "if true {"},
	}},
	{"who lost its handle is not told", "TestInterleaveHandleTakenOver", []edit{ // facts/pitfalls 14
		{"register.go", "step.Go(lost.wakeEverybody)", "step.Go(func() {})"},
	}},
	{"a failed add keeps its slot", "TestInterleaveRegisterTwice", []edit{ // facts/pitfalls 11
		{"registrationset.go", "\tr.synced.give(s)\n}", "}"},
	}},
	{"the handle is read after the end was looked for", "TestInterleaveHandleAgainstReuse", []edit{
		{"registration.go", "\th := Handle(g.s.handle.Load())\n\t// In this order: if h is already another registration's, this one is dead.\n", ""},
		{"registration.go", "\t\treturn platform.NoHandle\n\t}\n\treturn h\n", "\t\treturn platform.NoHandle\n\t}\n\treturn Handle(g.s.handle.Load())\n"},
	}},
	{"the word is read after the end was looked for", "TestInterleavePollAgainstReuse", []edit{
		{"registration_poll.go", "\tif err := g.state(w); err != nil {\n\t\treturn ReadyEvent{}, err\n\t}\n\treturn eventOf(w, mask), nil\n", "\tif err := g.state(w); err != nil {\n\t\treturn ReadyEvent{}, err\n\t}\n\treturn eventOf(g.s.word.load(), mask), nil\n"},
	}},
	{"Reregister looks for the end before it has the lock", "TestInterleaveReregisterAgainstDeregister", []edit{
		{"registration.go", "\tr.owners.mu.Lock()\n\terr := g.state(s.word.load())\n", "\terr := g.state(s.word.load())\n\tr.owners.mu.Lock()\n"},
	}},

	// Shutdown.
	{"shutdown is not remembered", "TestInterleaveShutdownTwice", []edit{
		{"registrationset.go", "\tr.synced.shutdown = true\n", ""},
	}},
	{"shutdown lets registrations in", "TestInterleaveShutdownTwice", []edit{
		{"registrationset.go", "if r.synced.shutdown {\n\t\treturn nil, ErrShutdown\n\t}", ""},
		{"register.go", "if err != nil {\n\t\tr.set.abandon(s)\n\t\treturn nil, gone(err)\n\t}", "_ = gone"},
	}},
	{"shutdown marks nobody", "TestInterleaveShutdownAgainstWait", []edit{
		{"reactor.go", "\t\ts.word.or(wordShutdown)\n", ""},
	}},
	{"shutdown wakes nobody", "TestInterleaveShutdownAgainstWait", []edit{
		{"reactor.go", "\t\ts.wakeEverybody()\n", ""},
	}},
	{"shutdown wakes before it marks", "TestInterleaveShutdownAgainstWait", []edit{
		{"reactor.go", "\t\ts.word.or(wordShutdown)\n\t\ts.wakeEverybody()\n", "\t\ts.wakeEverybody()\n\t\ts.word.or(wordShutdown)\n"},
	}},
	{"shutdown tells those that have ended", "TestInterleaveShutdownAgainstWait", []edit{
		{"registrationset.go", "s.word.load()&wordDeregistered == 0", "s.word.load()&wordDeregistered != 0"},
	}},
	{"shutdown takes its list before it lets nobody in", "TestInterleaveShutdownAgainstRegister", []edit{
		{"reactor.go", "\tall, first := r.set.shutdown()\n", "\tall, first := r.set.everybody(), true\n\t_, first = r.set.shutdown()\n"},
		{"registrationset.go", "// shutdown lets nobody in", "func (r *registrationSet) everybody() (all []*scheduledIO) {\n\tr.mu.Lock()\n\tdefer r.mu.Unlock()\n\tfor index := range r.synced.used {\n\t\tall = append(all, r.slab.get(index))\n\t}\n\treturn all\n}\n\n// shutdown lets nobody in"},
	}},
	{"shutdown wakes who writes alone", "TestInterleaveShutdownAgainstYield", []edit{
		{"reactor.go", "\t\ts.wakeEverybody()\n", "\t\ts.wake(wordErrors & maskOf(Writable))\n"},
	}},
	{"Deregister fails after shutdown", "TestInterleaveShutdownAgainstDeregister", []edit{
		{"register.go", "errors.Is(err, platform.ErrNotFound) || errors.Is(err, platform.ErrClosed)", "errors.Is(err, platform.ErrNotFound)"},
	}},
	{"an event erases shutdown", "TestInterleaveShutdownAgainstEvent", []edit{
		{"word.go", "return w | bitsOf(r)", "return w&^wordShutdown | bitsOf(r)"},
	}},
	{"a turn ends with the poller's error", "TestInterleaveShutdownAgainstWake", []edit{
		{"turn.go", "return 0, gone(err)", "return 0, err"},
	}},
	{"the reactor's end hides the registration's", "TestInterleaveShutdownAgainstRelease", []edit{
		{"registration_poll.go", "\tif g.dead.Load() {\n\t\treturn ErrDeregistered\n\t}\n\treturn w.err()\n", "\tif err := w.err(); err != nil || !g.dead.Load() {\n\t\treturn err\n\t}\n\treturn ErrDeregistered\n"},
	}},

	// The turn.
	{"a probe that takes a wake goes on to wait", "TestInterleaveWakeAgainstProbe", []edit{
		{"wait.go", "\t// A probe may swallow a wake, which then does not end the next wait.\n\tif n, err := r.poller.Wait(events, 0); n > 0 || err != nil || r.woken.Load() {", "\tif n, err := r.poller.Wait(events, 0); n > 0 || err != nil {"},
		{"wait.go", "\truntime.Gosched()\n\tif n, err := r.poller.Wait(events, 0); n > 0 || err != nil || r.woken.Load() {", "\truntime.Gosched()\n\tif n, err := r.poller.Wait(events, 0); n > 0 || err != nil {"},
	}},
	{"a wake is noted after the poller was woken", "TestInterleaveWakeAgainstProbe", []edit{
		{"reactor.go", "\tr.woken.Store(true)\n\treturn gone(r.poller.Wake())\n", "\tdefer r.woken.Store(true)\n\treturn gone(r.poller.Wake())\n"},
	}},
	{"Wake does not wake the poller", "TestInterleaveWakeAgainstTurn", []edit{
		{"reactor.go", "return gone(r.poller.Wake())", "return nil"},
	}},
	{"an owner that yields does not wake the loop", "TestInterleaveYieldAgainstTurn", []edit{
		{"registration_poll.go", "if r.awaiting.Load() {\n\t\tif err := r.Wake(); err != nil {\n\t\t\treturn err\n\t\t}\n\t}", ""},
	}},
	{"the turn says that it waits after it took who yielded", "TestInterleaveYieldAgainstTurn", []edit{
		{"turn.go", "\tr.awaiting.Store(true)\n\n", "\n"},
		{"turn.go", "\tn, err := r.wait(", "\tr.awaiting.Store(true)\n\tn, err := r.wait("},
	}},
	{"the turn waits though somebody yielded", "TestInterleaveYieldAgainstTurn", []edit{
		{"turn.go", "\tif len(yielded) > 0 {\n\t\ttimeout = 0\n\t}\n", ""},
	}},
	{"an owner yields before its waker is stored", "TestInterleaveYieldAgainstTurn", []edit{
		{"registration_poll.go", "\tnow, stored := g.s.store(d, w, 0, g.generation)\n", "\tg.r.yields.push(yield{g.s, g.generation, d})\n\tnow, stored := g.s.store(d, w, 0, g.generation)\n"},
		{"registration_poll.go", "\tr.yields.push(yield{g.s, g.generation, d})\n", ""},
	}},
	{"an owner that yields is not told of the end", "TestInterleaveYieldAgainstDeregister", []edit{
		{"registration_poll.go", "\tif !stored {\n\t\treturn g.state(now)\n\t}\n", "\t_ = now\n\tif !stored {\n\t\treturn ErrPending\n\t}\n"},
	}},
	{"two turns at once", "TestInterleaveTwoTurns", []edit{
		{"turn.go", "if !r.turning.CompareAndSwap(false, true) {\n\t\treturn 0, ErrBusy\n\t}", "if r.turning.Load() {\n\t\treturn 0, ErrBusy\n\t}\n\tr.turning.Store(true)"},
	}},
}
