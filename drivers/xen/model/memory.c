// SPDX-License-Identifier: GPL-2.0
/*
 * The memory of the domain that this kernel runs in: which frame is behind
 * which page.
 *
 * A frame that is taken out of the linear mapping takes its content along, and
 * the page becomes a hole. When a frame is mapped at a hole, the page's own
 * memory shows again, filled with that frame's content. So a page that uses
 * memory it has not got faults, and one that is given the wrong frame holds the
 * wrong content.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/xarray.h>
#include <xen/interface/xen.h>
#include <xen/interface/memory.h>
#include <xen/mem-reservation.h>
#include <xen/page.h>
#include <asm/xen/hypercall.h>
#include "flavour.h"
#include "hole.h"
#include "knob.h"
#include "memory.h"
#include "p2m.h"
#include "table.h"
#include "tlb.h"

/*
 * Machine frames of a PV guest are other numbers than its own: whoever takes
 * one for the other shall find out.
 */
#define PV_FRAME_OFFSET 0x5a00000UL

/* Frames that come later have numbers above all these. */
#define FIRST_FRESH_FRAME 0x6000000UL

/* Changed by hypercalls too, which interrupts make. */
static DEFINE_XARRAY_FLAGS(frames, XA_FLAGS_LOCK_IRQ);
static unsigned long next_frame = FIRST_FRESH_FRAME;
static long room;
static bool m2p_forgets;

/*
 * Pages that have got the frame of another one in the place of a grant, and the
 * frame that is theirs when they are freed.
 */
static DEFINE_XARRAY_FLAGS(moved, XA_FLAGS_LOCK_IRQ);

struct move {
	unsigned long mfn;
	unsigned long own;
};

void xenmodel_memory_exit(void)
{
	struct xenmodel_frame *frame;
	unsigned long mfn;

	xa_for_each(&frames, mfn, frame) {
		kfree(frame->content);
		kfree(frame);
	}
	xa_destroy(&frames);
	xa_destroy(&moved);
}

long xenmodel_room(void)
{
	return READ_ONCE(room);
}
EXPORT_SYMBOL_GPL(xenmodel_room);

void xenmodel_room_add(long n)
{
	room += n;
}
EXPORT_SYMBOL_GPL(xenmodel_room_add);

unsigned int xenmodel_pages_missing(void)
{
	return abs(room);
}

void xenmodel_m2p_forgets(bool forgets)
{
	m2p_forgets = forgets;
}
EXPORT_SYMBOL_GPL(xenmodel_m2p_forgets);

unsigned long xenmodel_first_frame(unsigned long pfn)
{
	return pfn + PV_FRAME_OFFSET;
}

unsigned long xenmodel_pfn_to_gfn(unsigned long pfn)
{
	if (!xenmodel_is_pv())
		return pfn;
	if (pfn >= xen_p2m_size || xen_p2m_addr[pfn] == INVALID_P2M_ENTRY)
		return INVALID_P2M_ENTRY;
	return xen_p2m_addr[pfn] & ~(FOREIGN_FRAME_BIT | IDENTITY_FRAME_BIT);
}
EXPORT_SYMBOL_GPL(xenmodel_pfn_to_gfn);

unsigned long xenmodel_m2p(unsigned long mfn)
{
	struct xenmodel_frame *frame = xa_load(&frames, mfn);

	if (frame)
		return frame->pfn;
	return mfn - PV_FRAME_OFFSET < xen_p2m_size ? mfn - PV_FRAME_OFFSET :
						      ~0UL;
}
EXPORT_SYMBOL_GPL(xenmodel_m2p);

/* Both ways have to agree, or it is not a frame of this domain's. */
unsigned long xenmodel_gfn_to_pfn(unsigned long gfn)
{
	unsigned long pfn = gfn;

	if (!xenmodel_is_pv())
		return gfn;
	pfn = xenmodel_m2p(gfn);
	return pfn < xen_p2m_size && xen_p2m_addr[pfn] == gfn ? pfn : ~0UL;
}
EXPORT_SYMBOL_GPL(xenmodel_gfn_to_pfn);

/*
 * Xen needs no memory of the guest's: failures that a test wants in its own
 * allocations do not happen in the model's.
 */
static unsigned int failures_stop(void)
{
	unsigned int n = current->fail_nth;

	current->fail_nth = 0;
	return n;
}

static void failures_go_on(unsigned int n)
{
	current->fail_nth = n;
}

static struct xenmodel_frame *frame_add(unsigned long mfn, unsigned long pfn)
{
	struct xenmodel_frame *frame = xa_load(&frames, mfn);
	gfp_t gfp = GFP_ATOMIC | __GFP_NOFAIL;
	unsigned long flags;

	if (!frame) {
		frame = kzalloc(sizeof(*frame), gfp);
		frame->mfn = mfn;
		frame->pfn = pfn;
		xa_lock_irqsave(&frames, flags);
		__xa_store(&frames, mfn, frame, gfp);
		xa_unlock_irqrestore(&frames, flags);
	}
	frame->content = kmalloc(PAGE_SIZE, gfp);
	return frame;
}

struct xenmodel_frame *xenmodel_frame_find(unsigned long mfn)
{
	struct xenmodel_frame *frame = xa_load(&frames, mfn);

	return frame && frame->content ? frame : NULL;
}

void xenmodel_frame_leave(struct xenmodel_frame *frame)
{
	unsigned long flags;

	if (frame->pfn < xen_p2m_size &&
	    xen_p2m_addr[frame->pfn] == frame->mfn)
		xenmodel_violation("the P2M names frame %lx, which leaves",
				   frame->mfn);
	xa_lock_irqsave(&frames, flags);
	__xa_erase(&frames, frame->mfn);
	xa_unlock_irqrestore(&frames, flags);
	kfree(frame->content);
	kfree(frame);
	room++;
}

/* What fresh memory holds: nobody may rely on it. */
static void content_fill(void *to, const void *from)
{
	if (from)
		memcpy(to, from, PAGE_SIZE);
	else
		memset(to, 0xf5, PAGE_SIZE);
}

unsigned long xenmodel_frame_arrive(unsigned long pfn, const void *content)
{
	struct xenmodel_frame *frame = frame_add(next_frame++, pfn);

	if (content && m2p_forgets)
		frame->pfn = ~0UL;
	content_fill(frame->content, content);
	room--;
	return frame->mfn;
}

int xenmodel_page_hide(unsigned long pfn)
{
	if (!pfn_valid(pfn) || xenmodel_hole_find(pfn))
		return -EINVAL;
	if (memchr_inv(page_address(pfn_to_page(pfn)), 0, PAGE_SIZE))
		xenmodel_violation("page %lx is given up with what it held",
				   pfn);
	room++;
	return xenmodel_hole_create(pfn_to_page(pfn));
}

int xenmodel_page_show(unsigned long pfn, const void *content)
{
	int ret;

	if (!pfn_valid(pfn) || !xenmodel_hole_find(pfn)) {
		xenmodel_violation("memory is put at %lx, where some is", pfn);
		return -EINVAL;
	}
	ret = xenmodel_hole_destroy(pfn_to_page(pfn));
	if (ret)
		return ret;
	content_fill(page_address(pfn_to_page(pfn)), content);
	room--;
	return 0;
}

/* The hypercalls, as the kernel's mem-reservation.c makes them. */

static int populate_one(xen_pfn_t *frame)
{
	int ret = xenmodel_injected(XENMODEL_OP_POPULATE);

	if (ret || room <= 0)
		return ret ?: -ENOMEM;
	if (!xenmodel_is_pv())
		return xenmodel_page_show(*frame, NULL);
	if (xenmodel_pfn_to_gfn(*frame) != INVALID_P2M_ENTRY)
		xenmodel_violation("page %lx gets memory and has some",
				   (unsigned long)*frame);
	*frame = xenmodel_frame_arrive(*frame, NULL);
	return 0;
}

static int release_one(xen_pfn_t gfn)
{
	struct xenmodel_frame *frame;
	int ret = xenmodel_injected(XENMODEL_OP_RELEASE);

	if (ret)
		return ret;
	if (!xenmodel_is_pv())
		return xenmodel_page_hide(gfn);
	frame = xenmodel_frame_find(gfn);
	if (!frame) {
		xenmodel_violation("frame %lx is given up while mapped",
				   (unsigned long)gfn);
		return -EINVAL;
	}
	if (frame->used && memchr_inv(frame->content, 0, PAGE_SIZE))
		xenmodel_violation("frame %lx is given up with what it held",
				   (unsigned long)gfn);
	xenmodel_tlb_check_mfn(frame->mfn);
	xenmodel_frame_leave(frame);
	return 0;
}

int xenmem_reservation_increase(int count, xen_pfn_t *extents)
{
	unsigned int failures = failures_stop();
	int i;

	xenmodel_add(XENMODEL_POPULATE_CALLS, 1);
	for (i = 0; i < count; i++)
		if (populate_one(&extents[i]))
			break;
	failures_go_on(failures);
	return i;
}
EXPORT_SYMBOL_GPL(xenmem_reservation_increase);

int xenmem_reservation_decrease(int count, xen_pfn_t *extents)
{
	unsigned int failures = failures_stop();
	int i;

	xenmodel_add(XENMODEL_RELEASE_CALLS, 1);
	for (i = 0; i < count; i++)
		if (release_one(extents[i]))
			break;
	failures_go_on(failures);
	return i;
}
EXPORT_SYMBOL_GPL(xenmem_reservation_decrease);

/* Of all that Xen has here, nobody else needs more than a question. */
int HYPERVISOR_memory_op(unsigned int cmd, void *arg)
{
	const domid_t *domid = arg;

	if (cmd != XENMEM_current_reservation)
		return -ENOSYS;
	return *domid == DOMID_SELF ? totalram_pages() - room : -ESRCH;
}
EXPORT_SYMBOL_GPL(HYPERVISOR_memory_op);

/* Page tables of a PV guest: the linear mapping, a page at a time. */

static void move_store(unsigned long pfn, struct move *move)
{
	unsigned long flags;

	xa_lock_irqsave(&moved, flags);
	__xa_store(&moved, pfn, move, GFP_ATOMIC | __GFP_NOFAIL);
	xa_unlock_irqrestore(&moved, flags);
}

static void move_erase(unsigned long pfn)
{
	unsigned long flags;

	xa_lock_irqsave(&moved, flags);
	__xa_erase(&moved, pfn);
	xa_unlock_irqrestore(&moved, flags);
}

/* It has what @frame holds, and is a hole then. */
static int page_leave(struct page *page, struct xenmodel_frame *frame)
{
	frame->used = true;
	memcpy(frame->content, page_address(page), PAGE_SIZE);
	xenmodel_tlb_left(page_to_pfn(page), (struct xenmodel_translation) {
		.mfn = frame->mfn,
	});
	return xenmodel_hole_create(page);
}

/* A page with a frame that was moved there. */
static int moved_remove(struct page *page, struct move *move)
{
	int ret = page_leave(page, frame_add(move->mfn, page_to_pfn(page)));

	if (!ret)
		xenmodel_hole_find(page_to_pfn(page))->gfn = move->own;
	move_erase(page_to_pfn(page));
	kfree(move);
	return ret;
}

static int mapping_remove(struct page *page)
{
	unsigned long pfn = page_to_pfn(page);
	struct xenmodel_hole *hole = xenmodel_hole_find(pfn);
	struct move *move = xa_load(&moved, pfn);

	if (move)
		return moved_remove(page, move);
	if (hole && hole->frame)
		xenmodel_hole_empty(hole);
	if (hole)
		return 0;
	return page_leave(page, frame_add(xen_p2m_addr[pfn], pfn));
}

/* A frame shows at a hole: its page's own memory, with what the frame holds. */
static int hole_end(struct page *page, struct xenmodel_frame *frame)
{
	if (xenmodel_hole_destroy(page))
		return -EINVAL;
	xenmodel_pte_set(page, frame->mfn, false);
	memcpy(page_address(page), frame->content, PAGE_SIZE);
	kfree(frame->content);
	frame->content = NULL;
	return 0;
}

static int page_move(unsigned long pfn, struct page *to)
{
	struct xenmodel_hole *hole = xenmodel_hole_find(page_to_pfn(to));
	unsigned long own = hole->gfn, mfn = xen_p2m_addr[pfn];
	struct move *move;

	if (mfn == INVALID_P2M_ENTRY || xenmodel_hole_find(pfn) ||
	    xa_load(&moved, pfn)) {
		xenmodel_violation("page %lx is to move, and has no memory",
				   pfn);
		return -EINVAL;
	}
	move = kmalloc(sizeof(*move), GFP_ATOMIC | __GFP_NOFAIL);
	*move = (struct move) { .mfn = mfn, .own = own };
	if (page_leave(pfn_to_page(pfn), frame_add(mfn, pfn)))
		return -EINVAL;
	xenmodel_hole_empty(hole);
	/* What was there and what is there now look the same to all. */
	xenmodel_tlb_flush_page(page_to_pfn(to));
	move_store(page_to_pfn(to), move);
	return hole_end(to, xenmodel_frame_find(mfn));
}

int xenmodel_page_move(unsigned long pfn, struct page *to)
{
	unsigned int failures = failures_stop();
	int ret = page_move(pfn, to);

	failures_go_on(failures);
	return ret;
}

/* Who uses the page by its number has to get what is behind its address. */
static void mapping_check(const struct xenmodel_frame *frame,
			  unsigned long pfn)
{
	if (frame->pfn != pfn)
		xenmodel_violation("frame %lx is mapped at page %lx, and the M2P says %lx",
				   frame->mfn, pfn, frame->pfn);
	if (xen_p2m_addr[pfn] != frame->mfn)
		xenmodel_violation("frame %lx is mapped at page %lx, and the P2M says %lx",
				   frame->mfn, pfn, xen_p2m_addr[pfn]);
}

static int mapping_add(struct page *page, unsigned long mfn)
{
	struct page *table = xenmodel_table_page(mfn);
	struct xenmodel_frame *frame = xenmodel_frame_find(mfn);
	struct xenmodel_hole *hole = xenmodel_hole_find(page_to_pfn(page));

	if (!hole && gfn_to_pfn(mfn) == page_to_pfn(page))
		return 0;
	if (!hole || hole->frame) {
		xenmodel_violation("frame %lx is mapped over another", mfn);
		return -EINVAL;
	}
	if (table)
		return xenmodel_hole_fill(hole, table, false);
	if (!frame)
		return -EINVAL;
	mapping_check(frame, page_to_pfn(page));
	xenmodel_tlb_check_page(page_to_pfn(page),
				(struct xenmodel_translation) { .mfn = mfn });
	return hole_end(page, frame);
}

int HYPERVISOR_update_va_mapping(unsigned long va, pte_t pte,
				 unsigned long flags)
{
	struct page *page = virt_to_page((void *)va);
	unsigned int failures = failures_stop();
	int ret = xenmodel_injected(XENMODEL_OP_MAPPING);

	if (!ret)
		ret = pte.pte ? mapping_add(page, pte.pte >> PAGE_SHIFT) :
				mapping_remove(page);
	/* Xen flushes even if it has changed nothing. */
	if (flags & UVMF_TLB_FLUSH)
		xenmodel_tlb_flush();
	else if (flags & UVMF_INVLPG)
		xenmodel_tlb_flush_page(page_to_pfn(page));
	failures_go_on(failures);
	return ret;
}
EXPORT_SYMBOL_GPL(HYPERVISOR_update_va_mapping);

int HYPERVISOR_multicall(void *calls, u32 nr)
{
	struct multicall_entry *entry = calls;
	u32 i;

	xenmodel_add(XENMODEL_MULTICALLS, 1);
	for (i = 0; i < nr; i++, entry++)
		entry->result = entry->op == __HYPERVISOR_update_va_mapping ?
			HYPERVISOR_update_va_mapping(entry->args[0],
						     (pte_t) { .pte = entry->args[1] },
						     entry->args[2]) :
			-ENOSYS;
	return 0;
}
EXPORT_SYMBOL_GPL(HYPERVISOR_multicall);

int HYPERVISOR_mmu_update(struct mmu_update *updates, unsigned int nr,
			  unsigned int *done, domid_t domid)
{
	struct xenmodel_frame *frame;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		frame = xa_load(&frames, updates[i].ptr >> PAGE_SHIFT);
		if ((updates[i].ptr & ~PAGE_MASK) != MMU_MACHPHYS_UPDATE ||
		    !frame)
			return -EINVAL;
		frame->pfn = updates[i].val;
	}
	return 0;
}
EXPORT_SYMBOL_GPL(HYPERVISOR_mmu_update);
