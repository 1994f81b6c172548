// SPDX-License-Identifier: GPL-2.0
#include <string.h>

#include "qemu.h"
#include "vcpu.h"

uint64_t vcpu_register(enum vcpu_register number)
{
	static struct GByteArray *array;
	uint64_t value = 0;

	if (!array)
		array = g_byte_array_new();
	g_byte_array_set_size(array, 0);
	x86_cpu_gdb_read_register(qemu_get_cpu(0), array, number);
	memcpy(&value, array->data,
	       array->len < sizeof(value) ? array->len : sizeof(value));
	return value;
}

bool vcpu_read(uint64_t addr, void *buffer, size_t length)
{
	return !cpu_memory_rw_debug(qemu_get_cpu(0), addr, buffer, length,
				    false);
}
