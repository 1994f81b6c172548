// SPDX-License-Identifier: GPL-2.0
/*
 * A run over the table.
 */
#include <linux/io.h>
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/string.h>
#include <xen/grant_table.h>
#include <xen/page.h>
#include <xen/xen.h>
#include <asm/xen/hypercall.h>
#include "conform.h"

/* Mapped by nobody, in any flavour: below the first page that a task may have. */
#define NOWHERE 0x1000

/* Machines do not have so much memory. */
#define NO_FRAME 0x3fffffffffUL

int conform_begin(struct conform *c)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(c->memory); i++) {
		c->memory[i] = alloc_page(GFP_KERNEL | __GFP_ZERO);
		if (!c->memory[i])
			goto err_free;
	}
	if (!gnttab_alloc_pages(CONFORM_PLACES, c->places))
		return 0;

err_free:
	while (i--)
		__free_page(c->memory[i]);
	return -ENOMEM;
}

void conform_end(struct conform *c)
{
	unsigned int i;

	gnttab_free_pages(CONFORM_PLACES, c->places);
	for (i = 0; i < ARRAY_SIZE(c->memory); i++)
		__free_page(c->memory[i]);
}

/* What the library's backends say with virt_to_gnttab_mapaddr(). */
u64 conform_place(struct page *page)
{
	return xen_pv_domain() ? (unsigned long)page_address(page)
			       : page_to_phys(page);
}

u64 conform_address(const struct conform *c, enum conform_at at)
{
	switch (at) {
	case CONFORM_PLACE:
		return conform_place(c->places[0]);
	case CONFORM_UNALIGNED:
		return conform_place(c->places[0]) + 8;
	case CONFORM_OTHER_PLACE:
		return conform_place(c->places[1]);
	case CONFORM_NOWHERE:
		return NOWHERE;
	default:
		return 0;
	}
}

domid_t conform_domid(const struct conform *c, enum conform_dom dom)
{
	switch (dom) {
	case CONFORM_NOBODY:
		return c->nobody;
	case CONFORM_SELF:
		return DOMID_SELF;
	case CONFORM_OWN_NUMBER:
		return c->own;
	default:
		return c->granter;
	}
}

grant_ref_t conform_ref(const struct conform *c, enum conform_ref ref)
{
	return ref < CONFORM_NR_REFS ? c->refs[ref] : 1U << 30;
}

xen_pfn_t conform_frame(const struct conform *c, enum conform_frame frame)
{
	switch (frame) {
	case CONFORM_MEMORY:
		return xen_page_to_gfn(c->memory[0]);
	case CONFORM_FOREIGN:
		return xen_page_to_gfn(c->places[0]);
	default:
		return NO_FRAME;
	}
}

struct gnttab_map_grant_ref conform_map_op(const struct conform *c,
					   enum conform_ref ref, u32 flags)
{
	return (struct gnttab_map_grant_ref) {
		.host_addr = conform_address(c, CONFORM_PLACE),
		.flags = flags,
		.ref = conform_ref(c, ref),
		.dom = c->granter,
		.status = 1,
	};
}

int conform_map(struct gnttab_map_grant_ref *op)
{
	return HYPERVISOR_grant_table_op(GNTTABOP_map_grant_ref, op, 1) ?:
	       op->status;
}

int conform_unmap(u64 host_addr, u64 dev_bus_addr, grant_handle_t handle)
{
	struct gnttab_unmap_grant_ref op = {
		.host_addr = host_addr,
		.dev_bus_addr = dev_bus_addr,
		.handle = handle,
		.status = 1,
	};

	return HYPERVISOR_grant_table_op(GNTTABOP_unmap_grant_ref, &op, 1) ?:
	       op.status;
}

int conform_keep(struct conform *c)
{
	c->kept = conform_map_op(c, CONFORM_WRITABLE, GNTMAP_host_map);
	c->kept.host_addr = conform_place(c->places[CONFORM_PLACES - 1]);
	return conform_map(&c->kept);
}

int conform_let_go(struct conform *c)
{
	return conform_unmap(c->kept.host_addr, 0, c->kept.handle);
}

void conform_say(struct conform *c, const char *fmt, ...)
{
	va_list args;

	if (c->used && c->used < sizeof(c->text) - 1)
		c->text[c->used++] = ' ';
	va_start(args, fmt);
	c->used += vscnprintf(c->text + c->used, sizeof(c->text) - c->used,
			      fmt, args);
	va_end(args);
}

const char *conform_expected(const struct conform_row *row)
{
	const char *expected = row->pv;

	if (!xen_pv_domain() && row->translated)
		expected = row->translated;
	return *expected ? expected : NULL;
}

bool conform_run(struct conform *c, const struct conform_row *row)
{
	const char *expected = conform_expected(row);

	if (!expected)
		return true;
	memset(c->text, 0, sizeof(c->text));
	c->used = 0;
	row->run(c, row);
	pr_info("%s %s: %s = %s\n", c->model_only ? "model" : "conform",
		xen_pv_domain() ? "pv" : "auto-translated", row->name,
		c->text);
	return !strcmp(c->text, expected);
}
