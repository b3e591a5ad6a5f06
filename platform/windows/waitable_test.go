//go:build windows

package windows

import (
	"errors"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"testing"
	"time"
	"unsafe"

	"github.com/rouse-io/rouse/platform"
	"github.com/rouse-io/rouse/platform/internal/handles"
	"golang.org/x/sys/windows"
)

// x/sys can't make these.
var (
	kernel32            = windows.NewLazySystemDLL("kernel32.dll")
	procCreateSemaphore = kernel32.NewProc("CreateSemaphoreW")
	procRelease         = kernel32.NewProc("ReleaseSemaphore")
	procCreateTimer     = kernel32.NewProc("CreateWaitableTimerW")
	procSetTimer        = kernel32.NewProc("SetWaitableTimer")
)

// owners has the handles that are to be closed at the end of their test. One that
// was closed already is not closed again: it may be somebody else's by then, Go's
// runtime's too.
var owners sync.Map

// owned is a handle that was just opened, and that is closed at the end of the
// test unless closeHandle has.
func owned(t testing.TB, h windows.Handle, err error) platform.Handle {
	t.Helper()
	need(t, err)
	mine := new(byte)
	owners.Store(h, mine)
	t.Cleanup(func() {
		if owners.CompareAndDelete(h, mine) {
			_ = windows.CloseHandle(h)
		}
	})
	return platform.Handle(h)
}

// made is what a call that returns a handle, or 0, has made.
func made(t testing.TB, proc *windows.LazyProc, args ...uintptr) platform.Handle {
	t.Helper()
	h, _, err := proc.Call(args...)
	if h != 0 {
		err = nil
	}
	return owned(t, windows.Handle(h), err)
}

// told calls what returns whether it succeeded.
func told(t testing.TB, proc *windows.LazyProc, args ...uintptr) {
	t.Helper()
	if ok, _, err := proc.Call(args...); ok == 0 {
		t.Error(err)
	}
}

func closeHandle(t testing.TB, h platform.Handle) {
	t.Helper()
	owners.Delete(windows.Handle(h))
	need(t, windows.CloseHandle(windows.Handle(h)))
}

func event(t testing.TB, manual bool) platform.Handle {
	t.Helper()
	flags := uint32(0)
	if manual {
		flags = 1
	}
	h, err := windows.CreateEvent(nil, flags, 0, nil)
	return owned(t, h, err)
}

func setEvent(t testing.TB, h platform.Handle) {
	t.Helper()
	if err := windows.SetEvent(windows.Handle(h)); err != nil {
		t.Error(err)
	}
}

func semaphore(t testing.TB, count int) platform.Handle {
	t.Helper()
	return made(t, procCreateSemaphore, 0, uintptr(count), 1<<20, 0)
}

// timer makes a timer, and returns what lets it expire at once.
func timer(t testing.TB, manual bool) (platform.Handle, func()) {
	t.Helper()
	reset := uintptr(0)
	if manual {
		reset = 1
	}
	h := made(t, procCreateTimer, 0, reset, 0)
	return h, func() {
		due := int64(-1) // in 100 ns from now
		told(t, procSetTimer, uintptr(h), uintptr(unsafe.Pointer(&due)), 0, 0, 0, 0)
	}
}

// thread makes a thread, and returns what ends it.
func thread(t testing.TB) (platform.Handle, func()) {
	t.Helper()
	end := make(chan struct{})
	var self windows.Handle
	var run func(opened chan<- error)
	run = func(opened chan<- error) {
		runtime.LockOSThread() // and not unlocked: the thread goes with the goroutine
		id := windows.GetCurrentThreadId()
		if id == mainThread {
			defer runtime.UnlockOSThread()
			other := make(chan error)
			go run(other)
			opened <- <-other // nobody else is on this thread meanwhile
			return
		}
		var err error
		self, err = windows.OpenThread(windows.SYNCHRONIZE, false, id)
		opened <- err
		<-end
	}
	opened := make(chan error)
	go run(opened)
	err := <-opened
	return owned(t, self, err), func() { close(end) }
}

// process starts a process, and returns what ends it.
func process(t testing.TB) (platform.Handle, func()) {
	t.Helper()
	cmd, end := child(t)
	h, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(cmd.Process.Pid))
	return owned(t, h, err), end
}

// child starts this program as one that lives until it is told to end.
func child(t testing.TB) (*exec.Cmd, func()) {
	t.Helper()
	self, err := os.Executable()
	need(t, err)
	cmd := exec.Command(self, "-test.run=^TestChild$")
	cmd.Env = append(os.Environ(), childEnv+"=lives")
	stdin, err := cmd.StdinPipe()
	need(t, err)
	need(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	return cmd, func() { need(t, stdin.Close()) }
}

// childEnv says what the program is where it is a child of a test.
const childEnv = "ROUSE_WINDOWS_CHILD"

// The child of other tests; see child.
func TestChild(t *testing.T) {
	if os.Getenv(childEnv) != "lives" {
		t.Skip("this is no child")
	}
	_, _ = os.Stdin.Read(make([]byte, 1))
}

// objects are what can be waited for.
var objects = []struct {
	name     string
	open     func(testing.TB) (h platform.Handle, signal func())
	consumed bool // by a report
	once     bool // it can be signalled once
}{
	{"event", func(t testing.TB) (platform.Handle, func()) {
		h := event(t, true)
		return h, func() { setEvent(t, h) }
	}, false, false},
	{"auto-reset event", func(t testing.TB) (platform.Handle, func()) {
		h := event(t, false)
		return h, func() { setEvent(t, h) }
	}, true, false},
	{"semaphore", func(t testing.TB) (platform.Handle, func()) {
		h := semaphore(t, 0)
		return h, func() { told(t, procRelease, uintptr(h), 1, 0) }
	}, true, false},
	{"timer", func(t testing.TB) (platform.Handle, func()) { return timer(t, true) }, false, false},
	{"synchronization timer", func(t testing.TB) (platform.Handle, func()) { return timer(t, false) }, true, false},
	{"thread", thread, false, true},
	{"process", process, false, true},
}

// every runs a test with each of the objects.
func every(t *testing.T, test func(r *rig, h platform.Handle, signal func(), consumed, once bool)) {
	for _, o := range objects {
		t.Run(o.name, func(t *testing.T) {
			h, signal := o.open(t)
			test(newRig(t), h, signal, o.consumed, o.once)
		})
	}
}

// An edge is reported once, whether it came before Add or after, and the next
// one after Rearm: what is consumed must come again, the rest holds.
func TestWaitableEdge(t *testing.T) {
	every(t, func(r *rig, h platform.Handle, signal func(), consumed, once bool) {
		r.add(h, 1, readable, platform.Edge)
		r.quiet()
		signal()
		r.await(1, isRead)
		r.quiet()
		r.rearm(h, 1, readable)
		if consumed {
			r.quiet()
			signal()
		}
		r.await(1, isRead)
		r.quiet()
		r.modify(h, 2, readable, platform.Edge)
		if consumed {
			r.quiet()
			signal()
		}
		r.await(2, isRead)
		r.delete(h)
		if !once {
			signal()
		}
		r.add(h, 3, readable, platform.Edge)
		r.await(3, isRead)
		r.quiet()
		r.delete(h)
		r.quiet()
	})
}

func TestWaitableLevel(t *testing.T) {
	every(t, func(r *rig, h platform.Handle, signal func(), consumed, _ bool) {
		r.add(h, 1, readable, platform.Level)
		r.quiet()
		signal()
		r.await(1, isRead)
		for range 3 {
			if consumed {
				r.quiet()
				signal()
			}
			r.await(1, isRead)
		}
		r.delete(h)
		r.quiet()
	})
}

func TestWaitableOneShot(t *testing.T) {
	every(t, func(r *rig, h platform.Handle, signal func(), _, once bool) {
		r.add(h, 1, readable, platform.OneShot)
		r.quiet()
		signal()
		r.await(1, isRead)
		r.rearm(h, 1, readable)
		if !once {
			signal()
		}
		r.quiet()
		r.modify(h, 2, readable, platform.OneShot)
		r.await(2, isRead)
		r.quiet()
	})
}

// A Wait that blocks already is told, of what was added before and meanwhile.
func TestWaitableWhileWaiting(t *testing.T) {
	every(t, func(r *rig, h platform.Handle, signal func(), _, once bool) {
		r.add(h, 1, readable, platform.Edge)
		w := r.waiting(4)
		signal()
		w.reports(1, isRead)
		r.delete(h)
		w = r.waiting(4)
		if !once {
			signal()
		}
		r.add(h, 2, readable, platform.Edge)
		w.reports(2, isRead)
	})
}

// What holds when it is added is reported by the next Wait, if that doesn't block
// either.
func TestWaitableAtOnce(t *testing.T) {
	r := newRig(t)
	h := event(t, true)
	setEvent(t, h)
	r.add(h, 1, readable, platform.Level)
	for range 3 {
		if n := r.collect(4, 0); n != 1 || r.got[1] != isRead {
			t.Fatalf("%d events, %v", n, r.got)
		}
		clear(r.got)
	}
}

// A semaphore's count is the number of reports.
func TestWaitableConsumes(t *testing.T) {
	const count = 5
	r := newRig(t)
	h := semaphore(t, count)
	r.add(h, 1, readable, platform.Level)
	for range count {
		r.await(1, isRead)
	}
	r.quiet()
}

// There is nothing to write, and nothing urgent.
func TestWaitableInterests(t *testing.T) {
	r := newRig(t)
	h, added := semaphore(t, 1), semaphore(t, 0)
	r.add(added, 1, readable, platform.Edge)
	before, err := handles.Count()
	need(t, err)
	for in := platform.Interest(1); in <= platform.AllInterests; in++ {
		if in == readable {
			continue
		}
		refused(t, r.Add(h, 2, in, platform.Edge), "add", errors.ErrUnsupported)
		refused(t, r.Modify(added, 2, in, platform.Edge), "modify", errors.ErrUnsupported)
	}
	refused(t, r.Delete(h), "delete", platform.ErrNotFound)
	after, err := handles.Count()
	need(t, err)
	if before["Semaphore"] != after["Semaphore"] {
		t.Errorf("%d semaphores, %d before", after["Semaphore"], before["Semaphore"])
	}
	r.quiet()
	told(t, procRelease, uintptr(added), 1, 0)
	r.await(1, isRead)
}

// Of what is neither a socket nor waited for, nothing is added.
func TestNotWaitable(t *testing.T) {
	r := newRig(t)
	mutex, err := windows.CreateMutex(nil, false, nil)
	mutexHandle := owned(t, mutex, err)
	file, err := os.CreateTemp(t.TempDir(), "")
	need(t, err)
	defer file.Close()
	path, err := windows.UTF16PtrFromString(t.TempDir())
	need(t, err)
	dir, err := windows.CreateFile(path, windows.GENERIC_READ, windows.FILE_SHARE_READ|windows.FILE_SHARE_WRITE, nil,
		windows.OPEN_EXISTING, windows.FILE_FLAG_BACKUP_SEMANTICS, 0)
	dirHandle := owned(t, dir, err)
	var key windows.Handle
	need(t, windows.RegOpenKeyEx(windows.HKEY_CURRENT_USER, nil, 0, windows.KEY_READ, &key))
	defer func() { need(t, windows.RegCloseKey(key)) }()
	read, write, err := os.Pipe()
	need(t, err)
	defer read.Close()
	defer write.Close()
	gone := event(t, true)
	closeHandle(t, gone)
	before, err := handles.Count()
	need(t, err)
	for name, h := range map[string]platform.Handle{
		"a mutex":          mutexHandle,
		"a file":           platform.Handle(file.Fd()),
		"a directory":      dirHandle,
		"a key":            platform.Handle(key),
		"a pipe":           platform.Handle(read.Fd()),
		"the port":         platform.Handle(r.port),
		"closed":           gone,
		"0":                0,
		"NoHandle":         platform.NoHandle,
		"this process":     platform.Handle(windows.CurrentProcess()),
		"this thread":      platform.Handle(windows.CurrentThread()),
		"a standard input": platform.NoHandle - 9,
		"a predefined key": platform.Handle(windows.HKEY_CURRENT_USER),
		"nothing":          1 << 30,
	} {
		err := r.Add(h, 1, readable, platform.Edge)
		refused(t, err, "add", platform.ErrNotPollable)
		if !errors.Is(err, windows.WSAENOTSOCK) {
			t.Errorf("%s: %v", name, err)
		}
		refused(t, r.Delete(h), "delete", platform.ErrNotFound)
	}
	after, err := handles.Count()
	need(t, err)
	for _, kind := range []string{"Mutant", "File", "Key", "Process", "IoCompletion"} {
		if before[kind] != after[kind] {
			t.Errorf("%d of %s, %d before", after[kind], kind, before[kind])
		}
	}
	r.quiet()
}

// A handle that was closed is not there, and neither is its object, which others
// may still signal: Delete and Add let go of it.
func TestWaitableClosed(t *testing.T) {
	r := newRig(t)
	for _, m := range []platform.Mode{platform.Edge, platform.Level, platform.OneShot} {
		h := event(t, true)
		r.add(h, 1, readable, m)
		r.quiet()
		closeHandle(t, h)
		refused(t, r.Modify(h, 1, readable, m), "modify", platform.ErrNotFound)
		refused(t, r.Delete(h), "delete", platform.ErrNotFound)
		r.quiet()
		if c := r.census(); c.slots != 0 || c.handles != 0 {
			t.Errorf("%v: after Delete there is left: %+v", m, c)
		}
	}
}

// The value of a handle that was closed comes back for another object, and is
// not taken for the first (facts/pitfalls 14).
func TestWaitableReused(t *testing.T) {
	for name, use := range map[string]func(r *rig, h platform.Handle){
		"delete": func(r *rig, h platform.Handle) {
			refused(r, r.Delete(h), "delete", platform.ErrNotFound)
			refused(r, r.Delete(h), "delete", platform.ErrNotFound)
		},
		"modify": func(r *rig, h platform.Handle) {
			refused(r, r.Modify(h, 2, readable, platform.Edge), "modify", platform.ErrNotFound)
			refused(r, r.Delete(h), "delete", platform.ErrNotFound)
		},
		"add": func(*rig, platform.Handle) {},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			h, first := event(t, true), windows.Handle(0)
			this := windows.CurrentProcess()
			need(t, windows.DuplicateHandle(this, windows.Handle(h), this, &first, 0, false, windows.DUPLICATE_SAME_ACCESS))
			owned(t, first, nil)
			r.add(h, 1, readable, platform.Level)
			r.quiet()
			closeHandle(t, h)
			again := platform.NoHandle
			for range 256 {
				if again = event(t, true); again == h {
					break
				}
			}
			if again != h {
				t.Skip("this system does not use a handle again soon")
			}
			use(r, h)
			r.add(h, 2, readable, platform.Edge)
			setEvent(t, platform.Handle(first))
			r.quiet()
			setEvent(t, h)
			r.await(2, isRead)
			r.delete(h)
		})
	}
}

// A wait goes on without the thread that asked for it.
func TestWaitableThreadGone(t *testing.T) {
	r := newRig(t)
	h := event(t, true)
	r.add(h, 1, readable, platform.Edge)
	onThread(t, func() {
		// This makes the request.
		if n, err := r.Wait(make([]platform.Event, 1), 0); n != 0 || err != nil {
			t.Errorf("wait: %d, %v", n, err)
		}
	})
	setEvent(t, h)
	r.await(1, isRead)
}

// There may be more waits than a thread can wait for objects.
func TestManyWaitables(t *testing.T) {
	const perThread = 64 // MAXIMUM_WAIT_OBJECTS
	const many = 3*perThread + 10
	r := newRig(t)
	events := make([]platform.Handle, many)
	for i := range events {
		events[i] = event(t, i%2 == 0)
		r.add(events[i], platform.Token(i), readable, platform.Edge)
	}
	r.quiet()
	for _, h := range events {
		setEvent(t, h)
	}
	for i := range events {
		r.await(platform.Token(i), isRead)
	}
	r.quiet()
	for i, h := range events {
		r.rearm(h, platform.Token(i), readable)
		if i%2 != 0 {
			setEvent(t, h)
		}
	}
	for i, h := range events {
		r.await(platform.Token(i), isRead)
		r.delete(h)
	}
}

// Deleting against the signal: whoever has the slot next is not told of it
// (facts/pitfalls 13), and nothing hangs.
func TestWaitableDeleteAgainstSignal(t *testing.T) {
	r := newRig(t)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Go(func() {
		events := make([]platform.Event, 16)
		for {
			n, err := r.Wait(events, patience)
			if err != nil || n == 0 {
				select {
				case <-stop:
				default:
					t.Errorf("wait: %d, %v", n, err)
				}
				return
			}
			for _, ev := range events[:n] {
				if ev.Token%2 != 0 || ev.Ready != isRead {
					t.Errorf("token %#x is reported to be %v", ev.Token, ev.Ready)
				}
			}
		}
	})
	var workers sync.WaitGroup
	for worker := range 4 {
		workers.Go(func() {
			fired, silent := event(t, worker%2 == 0), event(t, true)
			for round := range 300 {
				token := platform.Token(worker<<16 | round<<1)
				if err := r.Add(fired, token, readable, platform.Level); err != nil {
					t.Error(err)
				}
				var signaller sync.WaitGroup
				signaller.Go(func() { setEvent(t, fired) })
				if round%2 == 0 {
					runtime.Gosched()
				}
				if err := r.Delete(fired); err != nil {
					t.Error(err)
				}
				if err := r.Add(silent, token|1, readable, platform.Level); err != nil {
					t.Error(err)
				}
				signaller.Wait()
				if err := windows.ResetEvent(windows.Handle(fired)); err != nil {
					t.Error(err)
				}
				if err := r.Delete(silent); err != nil {
					t.Error(err)
				}
			}
		})
	}
	workers.Wait()
	close(stop)
	if err := r.Wake(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	r.quiet()
	if c := r.census(); c.slots != 0 {
		t.Errorf("there is left: %+v", c)
	}
}

// A second Add leaves the wait of the first one alone: between two waits a signal may
// be lost.
func TestWaitableAddedTwice(t *testing.T) {
	r := newRig(t)
	h := event(t, false)
	r.add(h, 1, readable, platform.Edge)
	r.collect(1, 0)
	w, _ := r.entry(h).source.(*waitable)
	before := w.wait
	for range 3 {
		refused(t, r.Add(h, 2, readable, platform.Level), "add", platform.ErrExists)
	}
	if w.wait != before {
		t.Errorf("the wait is %+v, before %+v", w.wait, before)
	}
	setEvent(t, h)
	r.await(1, isRead)
}

// No handle and no listener is kept: not of what was signalled, nor of what was
// not, nor of those that are there when the poller is closed.
func TestWaitableLeak(t *testing.T) {
	const rounds = 1000
	// Go's runtime has no semaphores of its own.
	set, unset := semaphore(t, 2*rounds), semaphore(t, 0)
	count := func() int {
		all, err := handles.Count()
		need(t, err)
		return all["Semaphore"]
	}
	before := count()
	r := newRig(t)
	for range rounds {
		r.add(set, 1, readable, platform.Edge)
		r.add(unset, 2, readable, platform.Edge)
		r.await(1, isRead)
		r.delete(unset)
		r.delete(set)
	}
	r.add(set, 1, readable, platform.Level)
	r.add(unset, 2, readable, platform.Edge)
	r.await(1, isRead)
	r.shut()
	if after := count(); after != before {
		t.Errorf("%d handles of semaphores, %d before", after, before)
	}
	listeners.mu.Lock()
	defer listeners.mu.Unlock()
	if used := len(listeners.all) - len(listeners.unused); used != 0 {
		t.Errorf("%d listeners are left", used)
	}
}

// A console's input is readable while there are input events. The console is one
// without a window, and this program's child is in it.
func TestConsoleInput(t *testing.T) {
	if os.Getenv(childEnv) == "console" {
		consoleChild(t)
		return
	}
	typed, write := anonymousPipe(t)
	read, screen := anonymousPipe(t)
	var console windows.Handle
	if err := windows.CreatePseudoConsole(windows.Coord{X: 80, Y: 25}, typed, screen, 0, &console); err != nil {
		t.Skipf("this system has no pseudo consoles: %v", err)
	}
	go func() { // the screen, until the console is closed
		buf := make([]byte, 1024)
		var n uint32
		var err error
		for err == nil {
			err = windows.ReadFile(read, buf, &n, nil)
		}
	}()
	attributes, err := windows.NewProcThreadAttributeList(1)
	need(t, err)
	defer attributes.Delete()
	need(t, attributes.Update(windows.PROC_THREAD_ATTRIBUTE_PSEUDOCONSOLE, *(*unsafe.Pointer)(unsafe.Pointer(&console)), unsafe.Sizeof(console)))
	self, err := os.Executable()
	need(t, err)
	command, err := windows.UTF16PtrFromString(windows.EscapeArg(self) + " -test.run=^TestConsoleInput$")
	need(t, err)
	t.Setenv(childEnv, "console")
	start := windows.StartupInfoEx{ProcThreadAttributeList: attributes.List()}
	start.Cb = uint32(unsafe.Sizeof(start))
	var info windows.ProcessInformation
	need(t, windows.CreateProcess(nil, command, nil, nil, false, windows.EXTENDED_STARTUPINFO_PRESENT, nil, nil, &start.StartupInfo, &info))
	owned(t, info.Thread, nil)
	owned(t, info.Process, nil)
	// Enter, typed by whoever sits before the console.
	var n uint32
	need(t, windows.WriteFile(write, []byte("\r"), &n, nil))
	if _, err := windows.WaitForSingleObject(info.Process, uint32(patience/time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	var code uint32
	need(t, windows.GetExitCodeProcess(info.Process, &code))
	if code != 0 {
		t.Errorf("the child failed, with code %d", code)
	}
	windows.ClosePseudoConsole(console)
}

// anonymousPipe returns the ends of a pipe.
func anonymousPipe(t testing.TB) (r, w windows.Handle) {
	t.Helper()
	need(t, windows.CreatePipe(&r, &w, nil, 0))
	owned(t, r, nil)
	owned(t, w, nil)
	return r, w
}

// consoleChild waits until something is typed. Its exit code says how that went.
func consoleChild(t *testing.T) {
	name, err := windows.UTF16PtrFromString("CONIN$")
	need(t, err)
	input, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_SHARE_READ, nil, windows.OPEN_EXISTING, 0, 0)
	h := owned(t, input, err)
	name, err = windows.UTF16PtrFromString("CONOUT$")
	need(t, err)
	output, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, windows.FILE_SHARE_WRITE, nil, windows.OPEN_EXISTING, 0, 0)
	screen := owned(t, output, err)

	r := newRig(t)
	refused(t, r.Add(screen, 1, readable, platform.Edge), "add", platform.ErrNotPollable)
	r.add(h, 1, readable, platform.Level)
	r.await(1, isRead)
	r.await(1, isRead)
	need(t, windows.FlushConsoleInputBuffer(input))
	r.delete(h)
}
