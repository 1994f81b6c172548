/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What Xen answers: one table of grant operations and of the answers that are
 * expected, run by the same code over the model (KUnit) and on real Xen (a
 * module in dom0).
 */
#ifndef _XENMODEL_CONFORM_H
#define _XENMODEL_CONFORM_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct page;

/**
 * enum conform_ref - the grants that the granter has ready
 * @CONFORM_WRITABLE: to us
 * @CONFORM_READONLY: to us, not to be written
 * @CONFORM_ELSEWHERE: to a domain that is not us
 * @CONFORM_UNUSED: an entry of the table that grants nothing to anybody
 * @CONFORM_SPARE: to us, used by no row before the granter dies
 * @CONFORM_NR_GRANTS: how many of these there are
 * @CONFORM_OFFERED: a place for a page of ours
 * @CONFORM_OFFERED_SECOND: another
 * @CONFORM_OFFERED_THIRD: and another
 * @CONFORM_OFFERED_LAST: one that nothing ever comes to
 * @CONFORM_OFFERED_ELSEWHERE: a place for a page of a domain that is not us
 * @CONFORM_NR_REFS: how many grants and offers there are
 * @CONFORM_BEYOND: a reference behind the end of the table
 */
enum conform_ref {
	CONFORM_WRITABLE,
	CONFORM_READONLY,
	CONFORM_ELSEWHERE,
	CONFORM_UNUSED,
	CONFORM_SPARE,
	CONFORM_NR_GRANTS,
	CONFORM_OFFERED = CONFORM_NR_GRANTS,
	CONFORM_OFFERED_SECOND,
	CONFORM_OFFERED_THIRD,
	CONFORM_OFFERED_LAST,
	CONFORM_OFFERED_ELSEWHERE,
	CONFORM_NR_REFS,
	CONFORM_BEYOND = CONFORM_NR_REFS,
};

#define CONFORM_NR_OFFERS	(CONFORM_NR_REFS - CONFORM_NR_GRANTS)

/* Of another guest, which need not exist. */
#define CONFORM_ELSEWHERE_DOMID	0x7fe0

/* What a granted page is filled with; anybody can see from it which it is. */
#define CONFORM_PATTERN(ref)	(0xc0 + (ref))

/**
 * enum conform_dom - whom an operation names
 * @CONFORM_GRANTER: the granter
 * @CONFORM_NOBODY: a number that is no domain's
 * @CONFORM_SELF: DOMID_SELF
 * @CONFORM_OWN_NUMBER: us, by our number
 */
enum conform_dom {
	CONFORM_GRANTER,
	CONFORM_NOBODY,
	CONFORM_SELF,
	CONFORM_OWN_NUMBER,
};

/**
 * enum conform_at - where a map or unmap operation says that it is mapped
 * @CONFORM_PLACE: at the page for it
 * @CONFORM_UNALIGNED: eight bytes behind the page's begin
 * @CONFORM_OTHER_PLACE: at another such page
 * @CONFORM_ZERO: at address 0, which is no address
 * @CONFORM_NOWHERE: at an address that our page tables do not know
 */
enum conform_at {
	CONFORM_PLACE,
	CONFORM_UNALIGNED,
	CONFORM_OTHER_PLACE,
	CONFORM_ZERO,
	CONFORM_NOWHERE,
};

/**
 * enum conform_frame - a frame that a copy or transfer operation names
 * @CONFORM_BY_GRANT: none, but a reference
 * @CONFORM_MEMORY: of ordinary memory
 * @CONFORM_FOREIGN: of another domain, mapped by a grant
 * @CONFORM_NO_FRAME: of no memory at all
 */
enum conform_frame {
	CONFORM_BY_GRANT,
	CONFORM_MEMORY,
	CONFORM_FOREIGN,
	CONFORM_NO_FRAME,
};

/* More mappings than one grant can have, and more than Xen has handles for. */
#define CONFORM_PLACES	260

/*
 * A frame of Xen's has room for 256 handles, of which it keeps one. Xen has to
 * be started with gnttab_max_maptrack_frames=1.
 */
#define CONFORM_HANDLES	255

/**
 * struct conform - a run
 * @granter: its domain number
 * @nobody: a number that is no domain's
 * @own: ours
 * @refs: the granter's grants
 * @places: pages for mapping
 * @memory: two pages of ordinary memory
 * @kept: a mapping that outlives the granter
 * @model_only: real Xen is not asked, and no line of it is compared
 * @text: the answer of the row that is run
 * @used: how long that is
 */
struct conform {
	domid_t granter;
	domid_t nobody;
	domid_t own;
	grant_ref_t refs[CONFORM_NR_REFS];
	struct page *places[CONFORM_PLACES];
	struct page *memory[2];
	struct gnttab_map_grant_ref kept;
	bool model_only;
	char text[160];
	unsigned int used;
};

/* Half a copy operation. */
struct conform_side {
	enum conform_dom dom;
	enum conform_frame frame;
	enum conform_ref ref;
	u16 offset;
};

/**
 * struct conform_row - an operation, or a few
 * @name: what is tried
 * @run: how
 * @dom: whom a map or transfer operation names
 * @ref: which grant
 * @flags: of a map operation
 * @at: where a map or unmap operation says that it is
 * @dev_bus_addr: of an unmap operation
 * @cmd: of a hypercall
 * @count: operations in it, as Xen gets to hear
 * @source: of a copy operation; its frame is a transfer operation's, too
 * @dest: of a copy operation
 * @len: of a copy operation
 * @pv: what Xen answers to a PV guest
 * @translated: the same for an auto-translated one; NULL if there is no
 *	difference, "" if it is not to be tried there
 */
struct conform_row {
	const char *name;
	void (*run)(struct conform *c, const struct conform_row *row);
	enum conform_dom dom;
	enum conform_ref ref;
	u32 flags;
	enum conform_at at;
	u64 dev_bus_addr;
	unsigned int cmd;
	unsigned int count;
	struct conform_side source;
	struct conform_side dest;
	u16 len;
	const char *pv;
	const char *translated;
};

extern const struct conform_row conform_rows[];
extern const unsigned int conform_nr_rows;

/* The same for a granter that has been destroyed and is still mapped. */
extern const struct conform_row conform_dying_rows[];
extern const unsigned int conform_nr_dying_rows;

/* The same for a granter that has all the memory that it may have. */
extern const struct conform_row conform_full_rows[];
extern const unsigned int conform_nr_full_rows;

/*
 * The same for a granter whose pages are not in memory: only the model can be
 * brought to that.
 */
extern const struct conform_row conform_paged_rows[];
extern const unsigned int conform_nr_paged_rows;

/* @granter, @nobody, @own and @refs are filled in. 0 or -ENOMEM. May sleep. */
int conform_begin(struct conform *c);
void conform_end(struct conform *c);

/* Keep a mapping, so that the granter cannot go altogether. Its status. */
int conform_keep(struct conform *c);
int conform_let_go(struct conform *c);

/* The expected answer; NULL where the row is not to be tried. */
const char *conform_expected(const struct conform_row *row);

/* Run a row and print its line. True if the answer is the expected one. */
bool conform_run(struct conform *c, const struct conform_row *row);

/* For the rows. */
void __printf(2, 3) conform_say(struct conform *c, const char *fmt, ...);
u64 conform_place(struct page *page);
u64 conform_address(const struct conform *c, enum conform_at at);
domid_t conform_domid(const struct conform *c, enum conform_dom dom);
grant_ref_t conform_ref(const struct conform *c, enum conform_ref ref);
xen_pfn_t conform_frame(const struct conform *c, enum conform_frame frame);
struct gnttab_map_grant_ref conform_map_op(const struct conform *c,
					   enum conform_ref ref, u32 flags);
int conform_map(struct gnttab_map_grant_ref *op);
int conform_unmap(u64 host_addr, u64 dev_bus_addr, grant_handle_t handle);

void conform_row_map(struct conform *c, const struct conform_row *row);
void conform_row_map_again(struct conform *c, const struct conform_row *row);
void conform_row_map_often(struct conform *c, const struct conform_row *row);
void conform_row_map_batch(struct conform *c, const struct conform_row *row);
void conform_row_map_exhausted(struct conform *c,
			       const struct conform_row *row);
void conform_row_map_device(struct conform *c, const struct conform_row *row);
void conform_row_replace(struct conform *c, const struct conform_row *row);
void conform_row_replace_place(struct conform *c,
			       const struct conform_row *row);
void conform_row_replace_handle(struct conform *c,
				const struct conform_row *row);
void conform_row_unmap(struct conform *c, const struct conform_row *row);
void conform_row_unmap_twice(struct conform *c, const struct conform_row *row);
void conform_row_unmap_handle(struct conform *c,
			      const struct conform_row *row);
void conform_row_unmap_batch(struct conform *c, const struct conform_row *row);
void conform_row_copy(struct conform *c, const struct conform_row *row);
void conform_row_copy_batch(struct conform *c, const struct conform_row *row);
void conform_row_copy_sees_map(struct conform *c,
			       const struct conform_row *row);
void conform_row_send(struct conform *c, const struct conform_row *row);
void conform_row_send_twice(struct conform *c, const struct conform_row *row);
void conform_row_send_batch(struct conform *c, const struct conform_row *row);
void conform_row_send_frame(struct conform *c, const struct conform_row *row);
void conform_row_call(struct conform *c, const struct conform_row *row);
void conform_row_dying_unmap(struct conform *c, const struct conform_row *row);

#endif /* _XENMODEL_CONFORM_H */
