package spec

// A Host is a machine of the continuous integration that runs the tests of one
// port.
type Host struct {
	Port  string // as Port.String
	Image string // GitHub's name of it
	Race  bool   // Go has a race detector for it
}

// Hosts are the machines that run tests natively. Linux/amd64 is not among
// them: there the whole of "make test" runs.
var Hosts = []Host{
	{Port: "linux/arm64", Image: "ubuntu-24.04-arm", Race: true},
	{Port: "darwin/arm64", Image: "macos-15", Race: true},
	{Port: "darwin/amd64", Image: "macos-15-intel", Race: true},
	{Port: "windows/amd64", Image: "windows-2025", Race: true},
	{Port: "windows/arm64", Image: "windows-11-arm"},
}

// A Guest is a virtual machine of the continuous integration. It gets test
// binaries, and nothing else of Go's.
type Guest struct {
	Port   string
	Action string // what starts it, pinned to a commit
}

// Guests are the virtual machines, in the order of the targets.
var Guests = []Guest{
	{Port: "freebsd/amd64", Action: "vmactions/freebsd-vm@c9f815bc7aa0d34c9fdd0619b034a32d6ca7b57e"},
	{Port: "netbsd/amd64", Action: "vmactions/netbsd-vm@e04aec09540429f9cebb0e7941f7cd0c0fc3b44f"},
	{Port: "openbsd/amd64", Action: "vmactions/openbsd-vm@9a8e4351a4a0dc6238e7c69276dcbf6c03bea576"},
	{Port: "dragonfly/amd64", Action: "vmactions/dragonflybsd-vm@7cd7c9b7f2b06e8e03d2337a9476995f3c112acf"},
}

// GuestPackages are those whose tests a virtual machine runs, besides its
// adapter's: their test binaries need nothing but themselves.
var GuestPackages = []string{
	"platform/native", "reactor", "internal/oracle", "internal/sock", "netio", "park", "examples/echo", "examples/proxy",
}

// What the continuous integration starts with, pinned.
const (
	Checkout    = "actions/checkout@df4cb1c069e1874edd31b4311f1884172cec0e10 # v6.0.3"
	SetupGo     = "actions/setup-go@4a3601121dd01d1626a1e23e37211e3254c1c06c # v6.4.0"
	Govulncheck = "golang.org/x/vuln/cmd/govulncheck@v1.2.0"
)

// hosts checks that the tests that need a machine have one.
func (p *problems) hosts() {
	runs := make(map[string]bool)
	var hosted, guests []string
	for _, h := range Hosts {
		runs[h.Port] = true
		hosted = append(hosted, h.Port)
	}
	for _, g := range Guests {
		runs[g.Port] = true
		guests = append(guests, g.Port)
	}
	p.names("host", hosted...)
	p.names("guest", guests...)
	known := make(map[string]bool)
	for _, t := range Targets {
		for _, port := range t.Ports {
			known[port.String()] = true
			needed := port.Test == Runner || port.Test == VM
			p.check(runs[port.String()] || !needed, "%s: no machine to run its tests", port)
		}
	}
	for port := range runs {
		p.check(known[port], "%s: a machine, but no such port", port)
	}
}
