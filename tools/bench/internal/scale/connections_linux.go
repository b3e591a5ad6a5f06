package scale

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/rouse-io/rouse/tools/bench/internal/contender"
)

// idlers are the servers whose connections are counted.
var idlers = []string{"poll", "parked", "netio", "net"}

// budget is how much of the memory that programs can have is used at most.
const budget = 0.4

// connections are what idle connections take.
type connections struct {
	server    string
	servers   int // processes
	held      int
	why       string  // there are no more, or none
	resident  float64 // bytes of the server's for each
	collected float64 // the same, after a collection
	kernel    float64 // bytes of the kernel's for each, of both ends
	objects   []growth
}

// measureConnections measures one server after the other.
func measureConnections(ctx context.Context, t *tools) (table, error) {
	var all []connections
	var failed error
	for _, name := range idlers {
		c := connections{server: name}
		err := c.measure(ctx, t)
		switch {
		case ctx.Err() != nil:
			return tableOfConnections(all, t.Conns), ctx.Err()
		case contender.IsUnavailable(err):
			c.why = err.Error()
		case err != nil:
			failed = errors.Join(failed, fmt.Errorf("%s: %w", name, err))
			c.why = "it failed"
		}
		all = append(all, c)
	}
	return tableOfConnections(all, t.Conns), failed
}

// measure starts a server and gives it connections.
func (c *connections) measure(ctx context.Context, t *tools) error {
	wanted := t.Conns
	most, err := mostConnections()
	if err != nil {
		return err
	}
	if most < wanted {
		wanted = most
		c.why = "the system may have no more open files"
	}
	one, err := permit(wanted)
	if err != nil {
		return err
	}
	command, err := t.shop.Command(ctx, c.server)
	if err != nil {
		return err
	}
	c.servers = (wanted + one - 1) / one
	crowd, err := gather(ctx, t, command, c.servers)
	if err != nil {
		return err
	}
	defer crowd.stop()
	// What is made once, or grows by leaps, is there before it is counted.
	first, why, err := crowd.reach(wanted / 10)
	if err != nil {
		return err
	}
	if why != "" {
		return &contender.UnavailableError{Reason: why}
	}
	before, err := crowd.takeStock(ctx)
	if err != nil {
		return err
	}
	c.held = first
	if err := c.fill(ctx, crowd, wanted, before.kernel.available); err != nil {
		return err
	}
	if c.held <= first {
		return &contender.UnavailableError{Reason: c.why}
	}
	after, err := crowd.takeStock(ctx)
	if err != nil {
		return err
	}
	n := c.held - first
	c.resident = float64(after.resident-before.resident) / float64(n)
	c.collected = float64(after.collected-before.collected) / float64(n)
	c.kernel, c.objects = before.kernel.growth(after.kernel, n)
	return nil
}

// fill makes connections step by step, until there are as many as asked for, or
// something ends.
func (c *connections) fill(ctx context.Context, crowd crowd, wanted int, available int64) error {
	const steps = 20
	for i := range steps {
		next := wanted * (i + 1) / steps
		if next <= c.held {
			continue
		}
		k, err := readKernel()
		if err != nil {
			return err
		}
		if float64(k.available) < float64(available)*(1-budget) {
			c.why = fmt.Sprintf("%.0f %% of the free memory is used", budget*100)
			return nil
		}
		held, why, err := crowd.reach(next)
		if err != nil {
			return err
		}
		c.held = held
		if why != "" {
			c.why = why
			return nil
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

func tableOfConnections(all []connections, wanted int) table {
	t := table{
		title: "Idle connections",
		about: "Each has sent one message. Processes of their own hold them, from several addresses of 127.0.0.0/8. User space is what is resident of the server, " +
			"as it is and after a collection. The kernel's is what its objects have grown by on the whole machine, for both ends of a connection. " +
			"Bytes for each connection, without the first tenth.",
		head: []string{"server", "processes", "connections", "user space", "after a collection", "kernel, both ends"},
	}
	objects := make([][]growth, len(all))
	for i, c := range all {
		objects[i] = c.objects
	}
	const shown = 7
	names := objectsOf(objects)
	names = names[:min(len(names), shown)]
	t.head = append(t.head, names...)
	for _, c := range all {
		row := []string{c.title(), "-", "-", "-", "-", "-"}
		if c.kernel != 0 {
			row = []string{c.title(), number(float64(c.servers)), number(float64(c.held)), number(c.resident), number(c.collected), number(c.kernel)}
		}
		for _, name := range names {
			row = append(row, c.cell(name))
		}
		t.rows = append(t.rows, row)
		if c.why != "" {
			t.notes = append(t.notes, fmt.Sprintf("%s: %s of %s connections: %s.", c.title(), number(float64(c.held)), number(float64(wanted)), c.why))
		}
	}
	if slices.ContainsFunc(all, func(c connections) bool { return c.servers > 1 }) {
		t.notes = append(t.notes, "More than one process, because ulimit -Hn lets none have so many connections, and who runs this may not raise it.")
	}
	if len(names) > 0 {
		t.notes = append(t.notes, "The columns to the right are the kernel's largest kinds of objects (/proc/slabinfo): how many for each connection, and their bytes. "+
			"A connection has two sockets, each with an inode, a dentry and a file, and one eventpoll item for each poller that watches it. "+
			"The kernel may count objects of other kinds under the same name, if they are as large.")
	}
	return t
}

func (c connections) title() string {
	known, _ := contender.Get(c.server)
	return known.Title
}

// cell is how many objects of one kind a connection has, and their bytes.
func (c connections) cell(name string) string {
	for _, g := range c.objects {
		if g.name == name {
			return number(g.objects) + ": " + number(g.bytes)
		}
	}
	return ""
}
