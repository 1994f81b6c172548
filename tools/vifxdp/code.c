// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <err.h>
#include <stddef.h>
#include <string.h>

#include "code.h"

void code_add(struct code *code, uint8_t opcode, uint8_t to, uint8_t from,
	      int16_t offset, int32_t immediate)
{
	if (code->nr == CODE_MAX)
		errx(1, "the program is too long");
	code->insns[code->nr++] = (struct bpf_insn) {
		.code = opcode,
		.dst_reg = to,
		.src_reg = from,
		.off = offset,
		.imm = immediate,
	};
}

/* The instruction just written is a jump to where packets are dropped. */
static void refuse(struct code *code)
{
	code->refusals[code->nr_refusals++] = code->nr - 1;
}

void code_begin(struct code *code)
{
	code->nr = 0;
	code->nr_refusals = 0;
	code_add(code, BPF_LDX | BPF_MEM | BPF_W, CODE_DATA, BPF_REG_1,
		 offsetof(struct xdp_md, data), 0);
	code_add(code, BPF_LDX | BPF_MEM | BPF_W, CODE_END, BPF_REG_1,
		 offsetof(struct xdp_md, data_end), 0);
}

void code_need(struct code *code, unsigned int bytes)
{
	code_add(code, BPF_ALU64 | BPF_MOV | BPF_X, BPF_REG_2, CODE_DATA, 0, 0);
	code_add(code, BPF_ALU64 | BPF_ADD | BPF_K, BPF_REG_2, 0, 0, bytes);
	code_add(code, BPF_JMP | BPF_JGT | BPF_X, BPF_REG_2, CODE_END, 0, 0);
	refuse(code);
}

void code_expect(struct code *code, unsigned int offset, const void *bytes,
		 unsigned int nr)
{
	const char *from = bytes;
	uint32_t word;
	uint16_t half;

	for (; nr >= 4; nr -= 4, from += 4, offset += 4) {
		memcpy(&word, from, 4);
		code_add(code, BPF_LDX | BPF_MEM | BPF_W, BPF_REG_2, CODE_DATA,
			 offset, 0);
		code_add(code, BPF_JMP32 | BPF_JNE | BPF_K, BPF_REG_2, 0, 0,
			 word);
		refuse(code);
	}
	if (!nr)
		return;
	memcpy(&half, from, 2);
	code_add(code, BPF_LDX | BPF_MEM | BPF_H, BPF_REG_2, CODE_DATA, offset,
		 0);
	code_add(code, BPF_JMP32 | BPF_JNE | BPF_K, BPF_REG_2, 0, 0, half);
	refuse(code);
}

unsigned int code_if(struct code *code, unsigned int offset, uint16_t value)
{
	code_add(code, BPF_LDX | BPF_MEM | BPF_H, BPF_REG_2, CODE_DATA, offset,
		 0);
	code_add(code, BPF_JMP32 | BPF_JNE | BPF_K, BPF_REG_2, 0, 0,
		 htons(value));
	return code->nr - 1;
}

void code_end_if(struct code *code, unsigned int branch)
{
	code->insns[branch].off = code->nr - branch - 1;
}

void code_return(struct code *code, int verdict)
{
	code_add(code, BPF_ALU64 | BPF_MOV | BPF_K, BPF_REG_0, 0, 0, verdict);
	code_add(code, BPF_JMP | BPF_EXIT, 0, 0, 0, 0);
}

void code_finish(struct code *code)
{
	unsigned int i;

	for (i = 0; i < code->nr_refusals; i++)
		code_end_if(code, code->refusals[i]);
	code_return(code, XDP_DROP);
}
