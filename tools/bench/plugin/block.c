// SPDX-License-Identifier: GPL-2.0
/*
 * QEMU translates code by block, a run of instructions with one entry. The
 * same block is translated again for another domain, and whenever QEMU throws
 * its translations away, so blocks are known by address and length.
 *
 * An interrupted block counts as a whole.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "domain.h"
#include "qemu.h"

#define BUCKETS	65536

struct block {
	struct block *next;
	uint64_t vaddr;
	unsigned int insns;
	uint64_t executed[DOMAIN_SLOTS];
};

static struct block *buckets[BUCKETS];

static void block_executed(unsigned int vcpu, void *data)
{
	struct block *block = data;

	block->executed[domain_running]++;
}

static struct block *block_get(uint64_t vaddr, unsigned int insns)
{
	struct block **bucket = &buckets[(vaddr ^ vaddr >> 16) % BUCKETS];
	struct block *block;

	for (block = *bucket; block; block = block->next)
		if (block->vaddr == vaddr && block->insns == insns)
			return block;
	block = calloc(1, sizeof(*block));
	if (!block)
		abort();
	block->vaddr = vaddr;
	block->insns = insns;
	block->next = *bucket;
	*bucket = block;
	return block;
}

void block_watch(struct qemu_plugin_tb *tb, uint64_t vaddr)
{
	struct block *block = block_get(vaddr, qemu_plugin_tb_n_insns(tb));

	qemu_plugin_register_vcpu_tb_exec_cb(tb, block_executed,
					     QEMU_PLUGIN_CB_NO_REGS, block);
}

static void block_clear(struct block *block, FILE *out)
{
	memset(block->executed, 0, sizeof(block->executed));
}

static void block_print_one(struct block *block, FILE *out)
{
	unsigned int slot;

	for (slot = 0; slot < DOMAIN_SLOTS; slot++)
		if (block->executed[slot])
			fprintf(out,
				"block %s %" PRIx64 " %u %" PRIu64 "\n",
				domain_name(slot), block->vaddr, block->insns,
				block->executed[slot]);
}

static void for_each_block(void (*act)(struct block *block, FILE *out),
			   FILE *out)
{
	struct block *block;
	size_t i;

	for (i = 0; i < BUCKETS; i++)
		for (block = buckets[i]; block; block = block->next)
			act(block, out);
}

void block_reset(void)
{
	for_each_block(block_clear, NULL);
}

void block_print(FILE *out)
{
	for_each_block(block_print_one, out);
}
