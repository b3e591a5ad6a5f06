package interleave

import "sync"

// A Mutex is a sync.Mutex.
type Mutex struct {
	object Object
	mu     sync.Mutex
}

// free returns in how many ways the mutex can be locked now.
func (m *Mutex) free() int {
	if !m.mu.TryLock() {
		return 0
	}
	m.mu.Unlock()
	return 1
}

// Lock is sync.Mutex's.
func (m *Mutex) Lock() {
	if running == nil {
		m.mu.Lock()
		return
	}
	if current.ending {
		return
	}
	step("Lock", lock, m.free, &m.object, nil)
	m.mu.Lock()
}

// Unlock is sync.Mutex's.
func (m *Mutex) Unlock() {
	if running != nil && current.ending {
		return // it may not have been locked by this one
	}
	step("Unlock", unlock, nil, &m.object, nil)
	m.mu.Unlock()
}

// A Pool is a sync.Pool that always has what was put in last.
type Pool struct {
	object Object
	mu     sync.Mutex
	items  []any
}

// Get is sync.Pool's.
func (p *Pool) Get() any {
	step("Get", write, nil, &p.object, nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.items)
	if n == 0 {
		return nil
	}
	item := p.items[n-1]
	p.items = p.items[:n-1]
	return item
}

// Put is sync.Pool's.
func (p *Pool) Put(item any) {
	step("Put", write, nil, &p.object, nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	p.items = append(p.items, item)
}
