// SPDX-License-Identifier: GPL-2.0
/*
 * Rows that copy.
 */
#include <linux/mm.h>
#include <xen/page.h>
#include <asm/xen/hypercall.h>
#include "conform.h"

#define OURS 0x5c

static struct gnttab_copy copy_op(const struct conform *c,
				  const struct conform_side *source,
				  const struct conform_side *dest, u16 len)
{
	struct gnttab_copy op = {
		.source.domid = conform_domid(c, source->dom),
		.source.offset = source->offset,
		.dest.domid = conform_domid(c, dest->dom),
		.dest.offset = dest->offset,
		.len = len,
		.status = 1,
	};

	if (source->frame == CONFORM_BY_GRANT) {
		op.flags |= GNTCOPY_source_gref;
		op.source.u.ref = conform_ref(c, source->ref);
	} else {
		op.source.u.gmfn = conform_frame(c, source->frame);
	}
	if (dest->frame == CONFORM_BY_GRANT) {
		op.flags |= GNTCOPY_dest_gref;
		op.dest.u.ref = conform_ref(c, dest->ref);
	} else {
		op.dest.u.gmfn = conform_frame(c, dest->frame);
	}
	return op;
}

static int copy(struct gnttab_copy *op)
{
	return HYPERVISOR_grant_table_op(GNTTABOP_copy, op, 1) ?: op->status;
}

/* A byte of a granted page, by a copy to the second page of memory. */
static u8 granted_byte(const struct conform *c, enum conform_ref ref,
		       u16 offset)
{
	struct gnttab_copy op = {
		.flags = GNTCOPY_source_gref,
		.source.domid = c->granter,
		.source.u.ref = conform_ref(c, ref),
		.source.offset = offset,
		.dest.domid = DOMID_SELF,
		.dest.u.gmfn = xen_page_to_gfn(c->memory[1]),
		.len = 1,
	};

	return copy(&op) ? 0 : *(u8 *)page_address(c->memory[1]);
}

static void fill(const struct conform *c, u8 byte)
{
	memset(page_address(c->memory[0]), byte, PAGE_SIZE);
}

/* The granted page as it was before, in the piece that was written. */
static void restore(struct conform *c, const struct conform_row *row)
{
	struct conform_side source = { .dom = CONFORM_SELF,
				       .frame = CONFORM_MEMORY };
	struct gnttab_copy op = copy_op(c, &source, &row->dest, row->len);

	fill(c, CONFORM_PATTERN(row->dest.ref));
	if (copy(&op))
		conform_say(c, "spoilt");
}

/* The last byte copied, and the one behind it, if there are such. */
static void say_content(struct conform *c, const struct conform_row *row)
{
	const struct conform_side *dest = &row->dest;
	u16 end = dest->offset + row->len;
	const u8 *memory = page_address(c->memory[0]);

	if (!row->len)
		return;
	if (dest->frame == CONFORM_BY_GRANT)
		conform_say(c, "%02x", granted_byte(c, dest->ref, end - 1));
	else
		conform_say(c, "%02x", memory[end - 1]);
	if (end == PAGE_SIZE)
		return;
	if (dest->frame == CONFORM_BY_GRANT)
		conform_say(c, "%02x", granted_byte(c, dest->ref, end));
	else
		conform_say(c, "%02x", memory[end]);
}

void conform_row_copy(struct conform *c, const struct conform_row *row)
{
	struct gnttab_copy op = copy_op(c, &row->source, &row->dest, row->len);
	bool foreign = row->source.frame == CONFORM_FOREIGN ||
		       row->dest.frame == CONFORM_FOREIGN;
	struct gnttab_map_grant_ref map;
	int status;

	if (foreign) {
		map = conform_map_op(c, CONFORM_WRITABLE, GNTMAP_host_map);
		conform_say(c, "%d", conform_map(&map));
	}
	fill(c, OURS);
	status = copy(&op);
	conform_say(c, "%d", status);
	if (!status)
		say_content(c, row);
	if (!status && row->dest.frame == CONFORM_BY_GRANT)
		restore(c, row);
	if (foreign)
		conform_say(c, "%d", conform_unmap(map.host_addr, 0,
						   map.handle));
}

/* Three in one call, of which the one in the middle is the row's. */
void conform_row_copy_batch(struct conform *c, const struct conform_row *row)
{
	const struct conform_side grant = { .ref = CONFORM_READONLY };
	const struct conform_side memory = { .dom = CONFORM_SELF,
					     .frame = CONFORM_MEMORY };
	struct gnttab_copy ops[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		ops[i] = copy_op(c, &grant, &memory, 16);
		ops[i].dest.offset = i * 16;
	}
	ops[1] = copy_op(c, &row->source, &row->dest, row->len);
	fill(c, OURS);
	conform_say(c, "%d:",
		    HYPERVISOR_grant_table_op(GNTTABOP_copy, ops,
					      ARRAY_SIZE(ops)));
	for (i = 0; i < ARRAY_SIZE(ops); i++)
		conform_say(c, "%d %02x", ops[i].status,
			    ((u8 *)page_address(c->memory[0]))[i * 16]);
}

/* What a processor writes through a mapping is what a copy finds there. */
void conform_row_copy_sees_map(struct conform *c,
			       const struct conform_row *row)
{
	struct gnttab_map_grant_ref map =
		conform_map_op(c, CONFORM_WRITABLE, GNTMAP_host_map);
	int status = conform_map(&map);
	u8 *byte = page_address(c->places[0]) + 77;

	conform_say(c, "%d", status);
	if (status)
		return;
	*byte = OURS;
	conform_say(c, "%02x", granted_byte(c, CONFORM_WRITABLE, 77));
	*byte = CONFORM_PATTERN(CONFORM_WRITABLE);
	conform_say(c, "%d", conform_unmap(map.host_addr, 0, map.handle));
	conform_say(c, "%02x", granted_byte(c, CONFORM_WRITABLE, 77));
}
