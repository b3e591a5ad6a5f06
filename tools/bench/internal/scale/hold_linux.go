package scale

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// portsOfSource is how many connections one source address has. Each of its ports
// may be used once for a destination; by default Linux gives out 28,232 of them, and
// first every other one: it looks through all of those before it takes the rest
// (__inet_hash_connect in net/ipv4/inet_hashtables.c).
const portsOfSource = 10_000

// holdAll is the part that holds connections. For each line of its input, which is
// a number, it makes as many connections as that, those that it has included, and
// answers with how many it has and, if these are fewer, why.
func holdAll(address, source string, in io.Reader, out io.Writer) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	from, err := netip.ParseAddr(source)
	if err != nil || !from.Is4() || !to.Addr().Is4() {
		return errArguments
	}
	held := 0
	for lines := bufio.NewScanner(in); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			return err
		}
		why := ""
		for ; held < n; held++ {
			if held > 0 && held%portsOfSource == 0 {
				from = from.Next()
			}
			if err := hold(from, to); err != nil {
				why = err.Error()
				break
			}
		}
		if _, err := fmt.Fprintln(out, held, why); err != nil {
			return err
		}
	}
	return nil // the process ends, and its connections with it
}

// hold makes one connection, which sends one message and then nothing, and stays
// until the process ends. It is then reset, so that no port lingers.
func hold(from netip.Addr, to netip.AddrPort) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("socket", err)
	}
	if err := greet(fd, from, to); err != nil {
		_ = unix.Close(fd)
		return err
	}
	return nil
}

// greet connects a socket, sends a message and reads the answer.
func greet(fd int, from netip.Addr, to netip.AddrPort) error {
	patience := unix.Timeval{Sec: 10}
	for _, err := range []error{
		unix.SetsockoptLinger(fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1}),
		unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &patience),
		unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &patience),
		// A port is chosen when it is connected, and may serve other destinations.
		unix.SetsockoptInt(fd, unix.IPPROTO_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1),
	} {
		if err != nil {
			return os.NewSyscallError("setsockopt", err)
		}
	}
	if err := unix.Bind(fd, &unix.SockaddrInet4{Addr: from.As4()}); err != nil {
		return os.NewSyscallError("bind", err)
	}
	server := &unix.SockaddrInet4{Addr: to.Addr().As4(), Port: int(to.Port())}
	_, err := again(func() (int, error) { return 0, unix.Connect(fd, server) })
	if err != nil && err != unix.EISCONN { //nolint:errorlint // bare, as x/sys returns it
		return os.NewSyscallError("connect", err)
	}
	message := make([]byte, messageSize)
	if _, err := again(func() (int, error) { return unix.Write(fd, message) }); err != nil {
		return os.NewSyscallError("write", err)
	}
	for got := 0; got < messageSize; {
		n, err := again(func() (int, error) { return unix.Read(fd, message) })
		if err == nil && n == 0 {
			err = unix.ECONNRESET
		}
		if err != nil {
			return os.NewSyscallError("read", err)
		}
		got += n
	}
	return nil
}

// again makes a system call until no signal interrupts it. Go's runtime sends itself
// some, and the kernel restarts no call on a socket with a timeout (signal(7)).
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != unix.EINTR { //nolint:errorlint // bare, as x/sys returns it
			return n, err
		}
	}
}

// A holder is a process that holds connections.
type holder struct {
	cmd    *exec.Cmd
	in     io.WriteCloser
	out    *bufio.Reader
	stderr *strings.Builder
}

func startHolder(ctx context.Context, command []string) (*holder, error) {
	cmd, stderr := newCommand(ctx, command)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &holder{cmd, in, bufio.NewReader(out), stderr}, nil
}

// reach has the process make connections until it has n. It returns how many it has
// and, if these are fewer, why.
func (h *holder) reach(n int) (held int, why string, err error) {
	if _, err := fmt.Fprintln(h.in, n); err != nil {
		return 0, "", h.failed(err)
	}
	line, err := h.out.ReadString('\n')
	if err != nil {
		return 0, "", h.failed(err)
	}
	count, why, _ := strings.Cut(strings.TrimSpace(line), " ")
	held, err = strconv.Atoi(count)
	return held, why, err
}

// failed ends a process that does not answer, and says what it has said.
func (h *holder) failed(err error) error {
	h.stop()
	return errors.Join(err, errors.New(strings.TrimSpace(h.stderr.String())))
}

// stop ends the process: the end of its input tells it to go.
func (h *holder) stop() {
	_ = h.in.Close()
	_ = h.cmd.Wait()
}
