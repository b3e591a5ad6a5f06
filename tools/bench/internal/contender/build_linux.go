package contender

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rouse-io/rouse/tools/bench/servers"
	"golang.org/x/sys/unix"
)

// The programs that are not in Go.
const (
	loopC = "c"
	tokio = "tokio"
)

func buildGo(ctx context.Context, name, binary string) error {
	_, err := run(ctx, "", cmp.Or(os.Getenv("GO"), "go"), "build", "-o", binary, "github.com/rouse-io/rouse/tools/bench/servers/"+name)
	return err
}

// buildC returns the compiler that it has used.
func buildC(ctx context.Context, binary string) (string, error) {
	for _, compiler := range []string{"cc", "gcc", "clang"} {
		if _, err := exec.LookPath(compiler); err != nil {
			continue
		}
		source := binary + ".c"
		if err := os.WriteFile(source, servers.LoopC, 0o600); err != nil {
			return "", err
		}
		if _, err := run(ctx, "", compiler, "-O2", "-o", binary, source); err != nil {
			return "", err
		}
		version, err := run(ctx, "", compiler, "--version")
		return firstLine(version), err
	}
	return "", &UnavailableError{"no C compiler"}
}

// crates is where Debian has the sources that its packages of Rust bring.
const crates = "/usr/share/cargo/registry"

// buildTokio builds what Debian's librust-tokio-dev brings, and fetches nothing. It
// returns the compiler that it has used.
func buildTokio(ctx context.Context, binary string) (string, error) {
	if _, err := exec.LookPath("cargo"); err != nil {
		return "", &UnavailableError{"no Rust compiler"}
	}
	if found, _ := filepath.Glob(crates + "/tokio-1.*"); len(found) == 0 {
		return "", &UnavailableError{"no tokio: Debian has it in librust-tokio-dev"}
	}
	dir := binary + ".rust"
	source, err := fs.Sub(servers.Tokio, tokio)
	if err != nil {
		return "", err
	}
	if err := os.CopyFS(dir, source); err != nil {
		return "", err
	}
	_, err = run(ctx, dir, "cargo", "build", "--quiet", "--release", "--offline", "--target-dir", "target",
		"--config", "source.crates-io.replace-with='debian'",
		"--config", "source.debian.directory='"+crates+"'")
	if err != nil {
		return "", err
	}
	if err := os.Rename(filepath.Join(dir, "target/release/echo"), binary); err != nil {
		return "", err
	}
	lock, err := os.ReadFile(filepath.Join(dir, "Cargo.lock"))
	if err != nil {
		return "", err
	}
	version, err := run(ctx, "", "rustc", "--version")
	return lockedTokio(lock) + ", " + firstLine(version), err
}

// lockedTokio finds the version that Cargo.lock has.
func lockedTokio(lock []byte) string {
	_, rest, _ := strings.Cut(string(lock), "\nname = \"tokio\"\nversion = \"")
	version, _, _ := strings.Cut(rest, "\"")
	return strings.TrimSpace("tokio " + version)
}

// run runs a compiler in a folder, and returns what it prints. When ctx ends so
// does everything that the compiler has started.
func run(ctx context.Context, dir, name string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return unix.Kill(-cmd.Process.Pid, unix.SIGKILL) }
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", &UnavailableError{fmt.Sprintf("%s: %v: %s", name, err, bytes.TrimSpace(out))}
	}
	return string(out), nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
