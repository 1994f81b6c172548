// SPDX-License-Identifier: GPL-2.0
/*
 * Rows that map and unmap.
 */
#include <linux/mm.h>
#include <xen/page.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>
#include "conform.h"

/* Is it the granter's page that is seen there, its first and its last byte? */
static const char *content(const void *page, enum conform_ref ref)
{
	const u8 *bytes = page;
	u8 pattern = CONFORM_PATTERN(ref);

	return bytes[0] == pattern && bytes[PAGE_SIZE - 1] == pattern ?
	       "content" : "rubbish";
}

/* Status; what is seen; status of the unmapping. */
void conform_row_map(struct conform *c, const struct conform_row *row)
{
	struct gnttab_map_grant_ref op = conform_map_op(c, row->ref, row->flags);
	int status;

	op.dom = conform_domid(c, row->dom);
	op.host_addr = conform_address(c, row->at);
	status = conform_map(&op);
	conform_say(c, "%d", status);
	if (status)
		return;
	if (row->at == CONFORM_PLACE || row->at == CONFORM_UNALIGNED)
		conform_say(c, "%s", content(page_address(c->places[0]),
					     row->ref));
	conform_say(c, "%d", conform_unmap(op.host_addr, 0, op.handle));
}

/* As above, while the grant is mapped without the right to write. */
void conform_row_map_again(struct conform *c, const struct conform_row *row)
{
	struct gnttab_map_grant_ref op =
		conform_map_op(c, row->ref, GNTMAP_host_map | GNTMAP_readonly);
	u64 other = conform_address(c, CONFORM_OTHER_PLACE);

	op.host_addr = other;
	conform_say(c, "%d", conform_map(&op));
	conform_row_map(c, row);
	conform_say(c, "%d", conform_unmap(other, 0, op.handle));
}

/* How often a grant can be mapped, and why not once more. */
void conform_row_map_often(struct conform *c, const struct conform_row *row)
{
	grant_handle_t handles[CONFORM_PLACES];
	struct gnttab_map_grant_ref op;
	unsigned int nr, failed = 0, i;
	int status = 0;

	for (nr = 0; nr < CONFORM_PLACES; nr++) {
		op = conform_map_op(c, row->ref, row->flags);
		op.host_addr = conform_place(c->places[nr]);
		status = conform_map(&op);
		if (status)
			break;
		handles[nr] = op.handle;
	}
	conform_say(c, "%u times, then %d", nr, status);
	for (i = 0; i < nr; i++)
		failed += !!conform_unmap(conform_place(c->places[i]), 0,
					  handles[i]);
	conform_say(c, "%u left", failed);
}

/* A mapping at the place of that number, by any grant that allows it. */
static int map_somewhere(const struct conform *c, unsigned int nr,
			 grant_handle_t *handle)
{
	static const enum conform_ref refs[] = { CONFORM_WRITABLE,
						 CONFORM_READONLY,
						 CONFORM_SPARE };
	struct gnttab_map_grant_ref op;
	int status;

	/* No grant can be mapped as often as there are handles. */
	op = conform_map_op(c, refs[nr * ARRAY_SIZE(refs) / CONFORM_PLACES],
			    GNTMAP_host_map | GNTMAP_readonly);
	op.host_addr = conform_place(c->places[nr]);
	status = conform_map(&op);
	*handle = op.handle;
	return status;
}

/*
 * The status of a mapping for which there is no handle, the row's status then,
 * and that of a mapping when there are handles again.
 */
void conform_row_map_exhausted(struct conform *c, const struct conform_row *row)
{
	struct gnttab_map_grant_ref op = conform_map_op(c, row->ref, row->flags);
	grant_handle_t handles[CONFORM_PLACES];
	unsigned int nr, failed = 0, i;
	int status = 0;

	for (nr = 0; nr < CONFORM_PLACES; nr++) {
		status = map_somewhere(c, nr, &handles[nr]);
		if (status)
			break;
	}
	conform_say(c, "%d", status);
	op.dom = conform_domid(c, row->dom);
	op.host_addr = conform_place(c->places[CONFORM_PLACES - 1]);
	conform_say(c, "%d", conform_map(&op));
	for (i = 0; i < nr; i++)
		failed += !!conform_unmap(conform_place(c->places[i]), 0,
					  handles[i]);
	status = map_somewhere(c, 0, &handles[0]);
	conform_say(c, "%d", status);
	if (!status)
		failed += !!conform_unmap(conform_place(c->places[0]), 0,
					  handles[0]);
	conform_say(c, "%u left", failed);
}

/* Three in one call, of which the one in the middle is wrong. */
void conform_row_map_batch(struct conform *c, const struct conform_row *row)
{
	struct gnttab_map_grant_ref ops[3];
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		ops[i] = conform_map_op(c, i == 1 ? row->ref : CONFORM_WRITABLE,
					row->flags);
	ops[2].host_addr = conform_address(c, CONFORM_OTHER_PLACE);
	conform_say(c, "%d:",
		    HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, ops,
					      ARRAY_SIZE(ops)));
	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		conform_say(c, "%d", ops[i].status);
		if (!ops[i].status)
			conform_unmap(ops[i].host_addr, 0, ops[i].handle);
	}
}

/*
 * For a device, and perhaps for a processor too: status; of an unmapping that
 * names the wrong address of the bus; of the right one.
 */
void conform_row_map_device(struct conform *c, const struct conform_row *row)
{
	struct gnttab_map_grant_ref op = conform_map_op(c, row->ref, row->flags);
	int status = conform_map(&op);
	u64 host_addr = row->flags & GNTMAP_host_map ? op.host_addr : 0;

	conform_say(c, "%d", status);
	if (status)
		return;
	conform_say(c, "%d", conform_unmap(host_addr,
					   op.dev_bus_addr ^ PAGE_SIZE,
					   op.handle));
	conform_say(c, "%d", conform_unmap(host_addr, op.dev_bus_addr,
					   op.handle));
	conform_say(c, "%d", conform_unmap(host_addr, op.dev_bus_addr,
					   op.handle));
}

static int replace(u64 host_addr, u64 new_addr, grant_handle_t handle)
{
	struct gnttab_unmap_and_replace op = {
		.host_addr = host_addr,
		.new_addr = new_addr,
		.handle = handle,
		.status = 1,
	};

	return HYPERVISOR_grant_table_op(GNTTABOP_unmap_and_replace, &op, 1) ?:
	       op.status;
}

/* The page table again as it was; the other tables have not changed. */
static void put_back(struct conform *c, struct page *to, xen_pfn_t frame)
{
	const u8 *seen = page_address(to);

	HYPERVISOR_update_va_mapping((unsigned long)seen,
				     mfn_pte(frame, PAGE_KERNEL), 0);
	conform_say(c, "%s", seen[0] == 0x3c && seen[4095] == 0x3c ? "ours" :
								    "rubbish");
}

static void take_out(struct page *page)
{
	HYPERVISOR_update_va_mapping((unsigned long)page_address(page),
				     mfn_pte(0, __pgprot(0)),
				     UVMF_TLB_FLUSH | UVMF_ALL);
}

/*
 * Of a mapping with the row's flags: status of its replacement by a page of
 * ours; what is seen in its place; status of the unmapping of all that is left,
 * and once more.
 */
void conform_row_replace(struct conform *c, const struct conform_row *row)
{
	struct gnttab_map_grant_ref op = conform_map_op(c, row->ref, row->flags);
	xen_pfn_t frame = xen_page_to_gfn(c->memory[1]);
	u8 *with = page_address(c->memory[1]);
	u8 *seen = page_address(c->places[0]);
	int status;

	memset(with, 0x3c, PAGE_SIZE);
	conform_say(c, "%d", conform_map(&op));
	status = replace(op.host_addr, row->at == CONFORM_PLACE ?
			 (unsigned long)with : conform_address(c, row->at),
			 op.handle);
	conform_say(c, "%d", status);
	if (!status)
		conform_say(c, "%s", seen[0] == 0x3c && seen[4095] == 0x3c ?
			    "ours" : "rubbish");
	conform_say(c, "%d", conform_unmap(status ? op.host_addr : 0,
					   row->flags & GNTMAP_device_map ?
					   op.dev_bus_addr : 0, op.handle));
	if (!status) {
		conform_say(c, "%d", conform_unmap(0, 0, op.handle));
		take_out(c->places[0]);
		put_back(c, c->memory[1], frame);
	}
}

/*
 * Of a place that is not the mapping's: status; of the unmapping; our page,
 * which Xen may have taken before it looked at the place.
 */
void conform_row_replace_place(struct conform *c, const struct conform_row *row)
{
	struct gnttab_map_grant_ref op = conform_map_op(c, row->ref, row->flags);
	xen_pfn_t frame = xen_page_to_gfn(c->memory[1]);
	void *with = page_address(c->memory[1]);

	memset(with, 0x3c, PAGE_SIZE);
	conform_say(c, "%d", conform_map(&op));
	conform_say(c, "%d", replace(conform_address(c, row->at),
				     (unsigned long)with, op.handle));
	conform_say(c, "%d", conform_unmap(op.host_addr, 0, op.handle));
	if (xen_pv_domain())
		put_back(c, c->memory[1], frame);
}

/* A handle, row->count, that cannot be one. */
void conform_row_replace_handle(struct conform *c,
				const struct conform_row *row)
{
	conform_say(c, "%d", replace(conform_address(c, CONFORM_PLACE),
				     (unsigned long)page_address(c->memory[1]),
				     row->count));
}

/* Status of an unmapping that is not quite right, and of the right one. */
void conform_row_unmap(struct conform *c, const struct conform_row *row)
{
	struct gnttab_map_grant_ref op =
		conform_map_op(c, CONFORM_WRITABLE, GNTMAP_host_map);

	conform_say(c, "%d", conform_map(&op));
	conform_say(c, "%d", conform_unmap(conform_address(c, row->at),
					   row->dev_bus_addr, op.handle));
	conform_say(c, "%d", conform_unmap(op.host_addr, 0, op.handle));
}

void conform_row_unmap_twice(struct conform *c, const struct conform_row *row)
{
	struct gnttab_unmap_grant_ref ops[2];
	struct gnttab_map_grant_ref op =
		conform_map_op(c, CONFORM_WRITABLE, GNTMAP_host_map);
	unsigned int i;

	conform_say(c, "%d", conform_map(&op));
	for (i = 0; i < ARRAY_SIZE(ops); i++)
		ops[i] = (struct gnttab_unmap_grant_ref) {
			.host_addr = op.host_addr,
			.handle = op.handle,
			.status = 1,
		};
	conform_say(c, "%d:",
		    HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, ops,
					      ARRAY_SIZE(ops)));
	conform_say(c, "%d", ops[0].status);
	conform_say(c, "%d", ops[1].status);
}

/* A handle, row->count, that cannot be one. */
void conform_row_unmap_handle(struct conform *c, const struct conform_row *row)
{
	conform_say(c, "%d", conform_unmap(conform_address(c, CONFORM_PLACE),
					   0, row->count));
}

/* A stale handle in the middle of two good ones. */
void conform_row_unmap_batch(struct conform *c, const struct conform_row *row)
{
	struct gnttab_unmap_grant_ref ops[3] = {};
	struct gnttab_map_grant_ref op;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ops); i++) {
		op = conform_map_op(c, CONFORM_WRITABLE, GNTMAP_host_map);
		if (i == 2)
			op.host_addr = conform_address(c, CONFORM_OTHER_PLACE);
		if (i != 1)
			conform_say(c, "%d", conform_map(&op));
		ops[i].host_addr = op.host_addr;
		ops[i].handle = i == 1 ? U32_MAX - 1 : op.handle;
		ops[i].status = 1;
	}
	conform_say(c, "%d:",
		    HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, ops,
					      ARRAY_SIZE(ops)));
	for (i = 0; i < ARRAY_SIZE(ops); i++)
		conform_say(c, "%d", ops[i].status);
}

/* The mapping that has outlived its granter. */
void conform_row_dying_unmap(struct conform *c, const struct conform_row *row)
{
	const void *seen = page_address(c->places[CONFORM_PLACES - 1]);

	conform_say(c, "%s", content(seen, CONFORM_WRITABLE));
	conform_say(c, "%d", conform_let_go(c));
}

/* What the hypercall itself returns, row->count operations in it. */
void conform_row_call(struct conform *c, const struct conform_row *row)
{
	/* a valid operation, and so never one that is wrong by accident */
	struct gnttab_map_grant_ref op =
		conform_map_op(c, CONFORM_BEYOND, GNTMAP_host_map);

	conform_say(c, "%d",
		    HYPERVISOR_grant_table_op(row->cmd,
					      row->at == CONFORM_ZERO ? NULL
								      : &op,
					      row->count));
}
