/* SPDX-License-Identifier: GPL-2.0 OR MIT */
/*
 * The way back: from machine frames to pages, and from pages to grants.
 */
#ifndef _XEN_GNTTAB_M2P_H
#define _XEN_GNTTAB_M2P_H

#include <linux/mm.h>
#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct xengnt_client;

/**
 * DOC: Example of the way back
 *
 * Whose page is it that a driver further down has been handed::
 *
 *	void example_whose(const struct page *page)
 *	{
 *		struct xengnt_mapping mapping;
 *
 *		if (xengnt_m2p_mapping(page, &mapping))
 *			pr_info("reference %u of domain %u\n", mapping.ref,
 *				mapping.domid);
 *	}
 */

/**
 * struct xengnt_mapping - a grant that is mapped here
 * @frame: the granter's frame, as xengnt_p2m_lookup() has it
 * @ref: the granter's reference
 * @handle: what Xen calls the mapping
 * @domid: the granter
 * @readonly: mapped without the right to write
 */
struct xengnt_mapping {
	unsigned long frame;
	grant_ref_t ref;
	grant_handle_t handle;
	domid_t domid;
	bool readonly;
};

/**
 * xengnt_m2p_track() - remember what a client maps, for the lookups below
 * @client: one that has not mapped anything yet
 *
 * From here on every mapping of the client is remembered from
 * xengnt_map_batch_run() until it is unmapped. Clients for which this is not
 * called cost nothing, and their mappings are not found. The module parameter
 * ``track_mappings`` does it for every new client.
 *
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int xengnt_m2p_track(struct xengnt_client *client);

/**
 * xengnt_m2p_page() - the page that shows a machine frame
 * @frame: as xengnt_p2m_lookup() has it
 *
 * Frames of other domains that are mapped here come first, and of several
 * mappings the last one; then this domain's own memory. The page is not held:
 * the caller knows why it stays mapped.
 *
 * Context: any, hard interrupt included.
 * Return: the page, or NULL.
 */
struct page *xengnt_m2p_page(unsigned long frame);

/**
 * xengnt_m2p_mapping() - which grant is mapped in a page
 * @page: any page
 * @mapping: filled in if there is one
 *
 * With the answer, the page can be granted on or copied by reference by someone
 * who has only the page.
 *
 * Context: any, hard interrupt included.
 * Return: true if a grant is mapped there that is being tracked.
 */
bool xengnt_m2p_mapping(const struct page *page,
			struct xengnt_mapping *mapping);

/**
 * xengnt_m2p_mapping_at() - which grant is mapped at an address
 * @vaddr: kernel virtual address of the linear mapping
 * @mapping: filled in if there is one
 *
 * Context: any, hard interrupt included.
 * Return: as xengnt_m2p_mapping().
 */
static inline bool xengnt_m2p_mapping_at(const void *vaddr,
					 struct xengnt_mapping *mapping)
{
	return xengnt_m2p_mapping(virt_to_page(vaddr), mapping);
}

#endif /* _XEN_GNTTAB_M2P_H */
