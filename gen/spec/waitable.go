package spec

// A Waitable is a type of object that is no socket, but that threads can wait
// for: a mechanism can watch it for reading, by waiting.
type Waitable struct {
	Type string // as the system calls it
	When string // it is readable
	Uses string // what a wait consumes, if anything
}

// windowsWaitables are those of Windows' types that one may watch without
// harm: a wait for a mutex would make a thread of the system's its owner.
var windowsWaitables = []Waitable{
	{Type: "Process", When: "the process has ended"},
	{Type: "Thread", When: "the thread has ended"},
	{Type: "Event", When: "the event is set", Uses: "an auto-reset event is reset"},
	{Type: "Semaphore", When: "the count is above 0", Uses: "one of the count"},
	{Type: "Timer", When: "the time has come", Uses: "a synchronization timer is reset"},
	// What CREATE_WAITABLE_TIMER_HIGH_RESOLUTION makes.
	{Type: "IRTimer", When: "the time has come", Uses: "a synchronization timer is reset"},
}
