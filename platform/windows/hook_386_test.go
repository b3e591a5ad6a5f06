//go:build windows

package windows

import (
	"encoding/binary"
	"slices"
	"unsafe"
)

// instructions are those of a hook. The arguments are on the stack, and whoever is
// called takes them off.
func instructions(h *hook, arguments int) []byte {
	return slices.Concat(
		[]byte{0xb8}, binary.LittleEndian.AppendUint32(nil, uint32(uintptr(unsafe.Pointer(h)))), // mov eax, h
		[]byte{
			0x64, 0x8b, 0x0d, 0x24, 0, 0, 0, // mov ecx, fs:[0x24]: this thread
			0x3b, 0x48, atThread, // cmp ecx, [eax+thread]
			0x0f, 0x94, 0xc1, // sete cl
			0x3a, 0x48, atOnly, // cmp cl, [eax+only]
			0x75, 6, // jne on
			0xf0, 0xff, 0x48, atLeft, // lock dec dword [eax+left]
			0x74, 3, // jz fail
			// on:
			0xff, 0x60, atFunction, // jmp [eax+function]
			// fail:
			0x8b, 0x48, atCode, // mov ecx, [eax+code]
			0x64, 0x89, 0x0d, 0x34, 0, 0, 0, // mov fs:[0x34], ecx: the last error
			0x8b, 0x40, atResult, // mov eax, [eax+result]
			0xc2, byte(4 * arguments), 0, // ret
		},
	)
}
