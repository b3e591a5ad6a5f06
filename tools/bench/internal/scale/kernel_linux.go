package scale

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
)

// A kernel is what the kernel has in use, of the whole machine.
type kernel struct {
	available int64            // bytes that programs can have
	slab      int64            // bytes of its objects
	buffers   int64            // bytes of what TCP has to send or to be read
	caches    map[string]cache // by name; empty where only root may know
}

// A cache is one kind of its objects.
type cache struct {
	objects int64
	size    float64 // bytes that one takes, with its part of what a slab wastes
}

// readKernel reads what is in use now.
func readKernel() (k kernel, err error) {
	text, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return k, err
	}
	memory := parseMeminfo(string(text))
	k.available, k.slab = memory["MemAvailable"], memory["Slab"]
	if text, err = os.ReadFile("/proc/net/sockstat"); err != nil {
		return k, err
	}
	k.buffers = parseSockstat(string(text)) * int64(os.Getpagesize())
	text, err = os.ReadFile("/proc/slabinfo")
	if err != nil {
		return k, nil //nolint:nilerr // only root may read it; the sum is there without it
	}
	k.caches, err = parseSlabinfo(string(text), os.Getpagesize())
	return k, err
}

// parseMeminfo reads /proc/meminfo (proc_meminfo(5)), and returns bytes.
func parseMeminfo(text string) map[string]int64 {
	all := make(map[string]int64)
	for line := range strings.Lines(text) {
		name, rest, _ := strings.Cut(line, ":")
		fields := strings.Fields(rest)
		if len(fields) != 2 || fields[1] != "kB" {
			continue
		}
		if n, err := strconv.ParseInt(fields[0], 10, 64); err == nil {
			all[name] = n << 10
		}
	}
	return all
}

// parseSockstat reads /proc/net/sockstat, and returns the pages of TCP's buffers.
func parseSockstat(text string) int64 {
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] != "TCP:" {
			continue
		}
		for i := 1; i+1 < len(fields); i += 2 {
			if fields[i] == "mem" {
				n, _ := strconv.ParseInt(fields[i+1], 10, 64)
				return n
			}
		}
	}
	return 0
}

// parseSlabinfo reads /proc/slabinfo, version 2.1 (slabinfo(5)): name, objects in
// use, objects, size, objects in a slab, pages of a slab.
func parseSlabinfo(text string, page int) (map[string]cache, error) {
	all := make(map[string]cache)
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") || strings.HasPrefix(line, "slabinfo") {
			continue
		}
		fields := strings.Fields(line)
		if len(fields) < 6 {
			return nil, fmt.Errorf("/proc/slabinfo: %q", line)
		}
		var n [5]int64
		for i := range n {
			v, err := strconv.ParseInt(fields[1+i], 10, 64)
			if err != nil {
				return nil, fmt.Errorf("/proc/slabinfo: %w", err)
			}
			n[i] = v
		}
		c := cache{objects: n[0], size: float64(n[2])}
		if n[3] > 0 {
			c.size = float64(n[4]) * float64(page) / float64(n[3])
		}
		all[fields[0]] = c
	}
	return all, nil
}

// A growth is how much of one kind of object has come for each connection.
type growth struct {
	name    string
	objects float64
	bytes   float64
}

// Who looks through /proc/*/fd meanwhile, as monitors of machines do, makes an inode
// of procfs for each descriptor, and what belongs to it: those are not the
// connections'.
const procInode = "proc_inode_cache"

var withProcInode = []string{"dentry", "lsm_inode_cache"}

// growths are what n connections have brought, the largest first. Kinds of which
// there are few are somebody else's.
func growths(before, after map[string]cache, n int) []growth {
	const least = 0.5
	each := func(name string) float64 {
		return float64(after[name].objects-before[name].objects) / float64(n)
	}
	others := max(each(procInode), 0)
	var all []growth
	for name, c := range after {
		objects := each(name)
		switch {
		case name == procInode:
			continue
		case slices.Contains(withProcInode, name):
			objects -= others
		}
		if objects >= least {
			all = append(all, growth{name, objects, objects * c.size})
		}
	}
	slices.SortFunc(all, func(a, b growth) int {
		return cmp.Or(cmp.Compare(b.bytes, a.bytes), strings.Compare(a.name, b.name))
	})
	return all
}

// growth is how many bytes n connections have brought, for each, and which objects
// these are, if the system tells.
func (k kernel) growth(after kernel, n int) (bytes float64, objects []growth) {
	objects = growths(k.caches, after.caches, n)
	if len(objects) == 0 {
		bytes = float64(after.slab-k.slab) / float64(n)
	}
	for _, g := range objects {
		bytes += g.bytes
	}
	return bytes + float64(after.buffers-k.buffers)/float64(n), objects
}

// objectsOf names the caches of several measurements, in order of what they take.
func objectsOf(all [][]growth) []string {
	most := make(map[string]float64)
	for _, grown := range all {
		for _, g := range grown {
			most[g.name] = max(most[g.name], g.bytes)
		}
	}
	return slices.SortedFunc(maps.Keys(most), func(a, b string) int {
		return cmp.Or(cmp.Compare(most[b], most[a]), strings.Compare(a, b))
	})
}
