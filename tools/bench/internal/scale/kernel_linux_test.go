package scale

import (
	"math"
	"reflect"
	"testing"
)

func TestMeminfo(t *testing.T) {
	got := parseMeminfo("MemTotal:       24683408 kB\nMemAvailable:   24065808 kB\nHugePages_Total:       0\nSlab:            1316820 kB\nnonsense\n")
	want := map[string]int64{"MemTotal": 24683408 << 10, "MemAvailable": 24065808 << 10, "Slab": 1316820 << 10}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestSockstat(t *testing.T) {
	for text, want := range map[string]int64{
		"sockets: used 23\nTCP: inuse 4 orphan 0 tw 8745 alloc 10 mem 154\nUDP: inuse 0 mem 70\n": 154,
		"UDP: inuse 0 mem 70\n":  0,
		"TCP: inuse 4 mem\n":     0,
		"TCP: inuse 4 mem all\n": 0,
		"":                       0,
	} {
		if got := parseSockstat(text); got != want {
			t.Errorf("%d, want %d, in\n%s", got, want, text)
		}
	}
}

const aSlabinfo = `slabinfo - version: 2.1
# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab> : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>
TCP                  100    112   2496   13    8 : tunables    0    0    0 : slabdata      9      9      0
filp                1000   1008    192   21    1 : tunables    0    0    0 : slabdata     48     48      0
odd                    1      1     64    0    0 : tunables    0    0    0 : slabdata      1      1      0
`

func TestSlabinfo(t *testing.T) {
	got, err := parseSlabinfo(aSlabinfo, 4096)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]cache{"TCP": {100, 8 * 4096 / 13.0}, "filp": {1000, 4096 / 21.0}, "odd": {1, 64}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for _, text := range []string{"TCP 1 2 3 4\n", "TCP 1 2 3 4 many\n"} {
		if got, err := parseSlabinfo(text, 4096); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestGrowth(t *testing.T) {
	before := kernel{slab: 1 << 20, buffers: 4096, caches: map[string]cache{
		"TCP": {10, 2500}, "dentry": {1000, 200}, procInode: {500, 700}, "ext4_inode_cache": {50, 1000},
	}}
	after := kernel{slab: 3 << 20, buffers: 8192, caches: map[string]cache{
		"TCP": {210, 2500}, "dentry": {1350, 200}, procInode: {650, 700}, "ext4_inode_cache": {70, 1000}, "filp": {200, 256},
	}}
	bytes, objects := before.growth(after, 100)
	// Of the dentries 150 belong to those inodes of procfs, and few files are
	// nobody's connections.
	want := []growth{{"TCP", 2, 5000}, {"filp", 2, 512}, {"dentry", 2, 400}}
	if !reflect.DeepEqual(objects, want) {
		t.Errorf("%v, want %v", objects, want)
	}
	if want := 5000 + 512 + 400 + 4096/100.0; math.Abs(bytes-want) > 1e-6 {
		t.Errorf("%v bytes, want %v", bytes, want)
	}
	// Who is not root knows the sum.
	before.caches, after.caches = nil, nil
	if bytes, objects := before.growth(after, 100); len(objects) > 0 || math.Abs(bytes-(2<<20+4096)/100.0) > 1e-6 {
		t.Errorf("%v bytes, %v", bytes, objects)
	}
}

func TestReadKernel(t *testing.T) {
	k, err := readKernel()
	if err != nil {
		t.Fatal(err)
	}
	if k.available <= 0 || k.slab <= 0 || k.buffers < 0 {
		t.Errorf("%+v", k)
	}
}

func TestFreeFiles(t *testing.T) {
	for text, want := range map[string]int{
		"1000\t0\t2466170\n":             2466170 - 1000 - spareFiles,
		"1000\t0\t9223372036854775807\n": 1<<30 - 1000 - spareFiles,
		"1000\t0\t1500\n":                0,
		"1000\t0\n":                      0,
		"":                               0,
	} {
		if got := freeFiles(text); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestPermit(t *testing.T) {
	if n, err := permit(10); n != 10 || err != nil {
		t.Errorf("%d, %v", n, err)
	}
	const impossible = 1 << 40
	if n, err := permit(impossible); n < 1 || n >= impossible || err != nil {
		t.Errorf("%d, %v", n, err)
	}
}
