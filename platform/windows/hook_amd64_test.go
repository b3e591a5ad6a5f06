//go:build windows

package windows

import (
	"encoding/binary"
	"slices"
	"unsafe"
)

// instructions are those of a hook. Until they jump they change nothing that is an
// argument: those are in rcx, rdx, r8, r9, and on the stack.
func instructions(h *hook, _ int) []byte {
	return slices.Concat(
		[]byte{0x49, 0xbb}, binary.LittleEndian.AppendUint64(nil, uint64(uintptr(unsafe.Pointer(h)))), // mov r11, h
		[]byte{
			0x65, 0x8b, 0x04, 0x25, 0x48, 0, 0, 0, // mov eax, gs:[0x48]: this thread
			0x41, 0x3b, 0x43, atThread, // cmp eax, [r11+thread]
			0x0f, 0x94, 0xc0, // sete al
			0x41, 0x3a, 0x43, atOnly, // cmp al, [r11+only]
			0x75, 7, // jne on
			0xf0, 0x41, 0xff, 0x4b, atLeft, // lock dec dword [r11+left]
			0x74, 4, // jz fail
			// on:
			0x41, 0xff, 0x63, atFunction, // jmp [r11+function]
			// fail:
			0x41, 0x8b, 0x43, atCode, // mov eax, [r11+code]
			0x65, 0x89, 0x04, 0x25, 0x68, 0, 0, 0, // mov gs:[0x68], eax: the last error
			0x49, 0x8b, 0x43, atResult, // mov rax, [r11+result]
			0xc3, // ret
		},
	)
}
