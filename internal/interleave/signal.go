package interleave

// A Signal is a channel with room for one.
type Signal struct {
	object Object
	c      chan struct{}
}

// Init makes the channel.
func (s *Signal) Init() { s.c = make(chan struct{}, 1) }

// Send is a send on the channel. It waits while there is no room.
func (s *Signal) Send() {
	if running != nil {
		step("Send", send, func() int { return cap(s.c) - len(s.c) }, &s.object, nil)
		if current.ending {
			return
		}
	}
	s.c <- struct{}{}
}

// Wait receives from the channel. It reports false where done was closed first;
// where both can be had, both are tried.
func (s *Signal) Wait(done <-chan struct{}) bool {
	if running == nil {
		select {
		case <-s.c:
			return true
		case <-done:
			return false
		}
	}
	if done == nil {
		step("Wait", receive, func() int { return len(s.c) }, &s.object, nil)
		if current.ending {
			panic(abandoned{})
		}
		<-s.c
		return true
	}
	way := step("Wait", write, func() int { return len(s.c) + closed(done) }, &s.object, current.channel(done))
	if current.ending {
		panic(abandoned{})
	}
	if len(s.c) == 0 || way == 1 {
		return false
	}
	<-s.c
	return true
}

// closed returns 1 if a channel that nothing is sent on was closed, or 0.
func closed(c <-chan struct{}) int {
	select {
	case <-c:
		return 1
	default:
		return 0
	}
}

// Close closes a channel that Signals wait for.
func Close(c chan struct{}) {
	if running != nil {
		step("close", write, nil, current.channel(c), nil)
	}
	close(c)
}

// Do does something to objects in one step. It is for what a model is of that is
// not there: a kernel, a peer. Objects are one or two.
func Do(name string, f func(), objects ...*Object) { Await(name, nil, f, objects...) }

// Await is Do for what must wait until ready says so.
func Await(name string, ready func() bool, f func(), objects ...*Object) {
	var ways func() int
	if ready != nil {
		ways = func() int {
			if ready() {
				return 1
			}
			return 0
		}
	}
	var pair [2]*Object
	if copy(pair[:], objects) < len(objects) {
		panic("interleave: a step on more than two objects")
	}
	step(name, write, ways, pair[0], pair[1])
	f()
}

// Sent reports whether something was sent that nobody has received.
func (s *Signal) Sent() bool { return len(s.c) > 0 }
