/* SPDX-License-Identifier: GPL-2.0 */
/* BPF instructions, one after the other: the little of an assembler we need. */
#ifndef VIFXDP_CODE_H
#define VIFXDP_CODE_H

#include <linux/bpf.h>
#include <stdint.h>

#define CODE_MAX	256

/**
 * struct code - a program that is being written
 * @insns: its instructions
 * @nr: so many
 * @refusals: of these, jumps to where a packet is dropped, still without aim
 * @nr_refusals: so many
 */
struct code {
	struct bpf_insn insns[CODE_MAX];
	unsigned int nr;
	unsigned int refusals[CODE_MAX];
	unsigned int nr_refusals;
};

/* In every program: the packet begins in one register and ends in the other. */
#define CODE_DATA	BPF_REG_6
#define CODE_END	BPF_REG_7

/* Sets the two. Every other function below may use registers 0 to 5. */
void code_begin(struct code *code);

/* One more instruction. */
void code_add(struct code *code, uint8_t opcode, uint8_t to, uint8_t from,
	      int16_t offset, int32_t immediate);

/* Drop the packet if it has fewer bytes. The verifier wants to be told, too. */
void code_need(struct code *code, unsigned int bytes);

/* Drop it unless these bytes are there. Two or four at a time. */
void code_expect(struct code *code, unsigned int offset, const void *bytes,
		 unsigned int nr);

/*
 * A branch for packets that have these two bytes there: what is written between
 * the calls is for them. It has to end with code_return().
 */
unsigned int code_if(struct code *code, unsigned int offset, uint16_t value);
void code_end_if(struct code *code, unsigned int branch);

/* The program ends here. */
void code_return(struct code *code, int verdict);

/* The end of all programs: what was to be dropped, is. */
void code_finish(struct code *code);

#endif
