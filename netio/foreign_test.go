package netio_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Clients that nobody here wrote. Where they are not installed the tests are
// skipped; "make test-clients" counts that.

// curl runs curl and returns what it says.
func curl(t *testing.T, args ...string) []byte {
	t.Helper()
	path, err := exec.LookPath("curl")
	if err != nil {
		t.Skipf("there is no curl: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, path, append([]string{"--silent", "--show-error", "--insecure", "--noproxy", "*", "--fail"}, args...)...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		t.Fatalf("curl %q: %v", args, err)
	}
	return out
}

// Curl sends and receives a body by every version of HTTP, and twice on the same
// connection.
func TestForeignCurl(t *testing.T) {
	r := running(t)
	plain, secure := serving(t, r, false), serving(t, r, true)
	body := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	file := filepath.Join(t.TempDir(), "body")
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"HTTP/1.0": {"--http1.0", plain.URL},
		"HTTP/1.1": {"--http1.1", plain.URL},
		"HTTPS":    {"--http1.1", secure.URL},
		"HTTP/2":   {"--http2", secure.URL},
	} {
		t.Run(name, func(t *testing.T) {
			url := args[1]
			got := curl(t, args[0], "--data-binary", "@"+file, url, url)
			if want := append(bytes.Clone(body), body...); !bytes.Equal(got, want) {
				t.Errorf("%d bytes came back, want %d", len(got), len(want))
			}
		})
	}
}

// OpenSSL shakes hands, sends a request and gets its answer.
func TestForeignOpenSSL(t *testing.T) {
	path, err := exec.LookPath("openssl")
	if err != nil {
		t.Skipf("there is no openssl: %v", err)
	}
	s := serving(t, running(t), true)
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	c := exec.CommandContext(ctx, path, "s_client", "-quiet", "-connect", s.Listener.Addr().String())
	c.Stdin = bytes.NewBufferString(fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: %d\r\n\r\nhello", len("hello")))
	c.Stderr = io.Discard // it tells of the certificate
	out, err := c.Output()
	if err != nil {
		t.Fatalf("openssl s_client: %v", err)
	}
	if !bytes.HasPrefix(out, []byte("HTTP/1.1 200 OK")) || !bytes.Contains(out, []byte("hello")) {
		t.Errorf("it says %q", out)
	}
}
