// SPDX-License-Identifier: GPL-2.0
#include "ctrlcodec.h"

#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/stddef.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

/* An entry of a list of grants, as the protocol lays it out. */
struct gref_entry {
	u32 ref;
	u16 flags;
	u16 status;
};

static_assert(sizeof(struct gref_entry) == NETBACK_CTRL_GREF_BYTES);
static_assert(XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM + 1 ==
	      NETBACK_CTRL_GET_GREF_MAPPING_SIZE);

static const char * const type_names[] = {
	[XEN_NETIF_CTRL_TYPE_INVALID] = "unknown",
	[XEN_NETIF_CTRL_TYPE_GET_HASH_FLAGS] = "get_hash_flags",
	[XEN_NETIF_CTRL_TYPE_SET_HASH_FLAGS] = "set_hash_flags",
	[XEN_NETIF_CTRL_TYPE_SET_HASH_KEY] = "set_hash_key",
	[XEN_NETIF_CTRL_TYPE_GET_HASH_MAPPING_SIZE] = "get_hash_mapping_size",
	[XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING_SIZE] = "set_hash_mapping_size",
	[XEN_NETIF_CTRL_TYPE_SET_HASH_MAPPING] = "set_hash_mapping",
	[XEN_NETIF_CTRL_TYPE_SET_HASH_ALGORITHM] = "set_hash_algorithm",
	[NETBACK_CTRL_GET_GREF_MAPPING_SIZE] = "get_gref_mapping_size",
	[NETBACK_CTRL_ADD_GREF_MAPPING] = "add_gref_mapping",
	[NETBACK_CTRL_DEL_GREF_MAPPING] = "del_gref_mapping",
};

const char *netback_ctrl_type_name(u16 type)
{
	if (type >= ARRAY_SIZE(type_names))
		type = XEN_NETIF_CTRL_TYPE_INVALID;
	return type_names[type];
}

void netback_ctrl_decode(struct netback_ctrl_request *request, const void *raw)
{
	struct xen_netif_ctrl_request copy;

	memcpy(&copy, raw, sizeof(copy));
	request->id = copy.id;
	request->type = copy.type;
	memcpy(request->data, copy.data, sizeof(request->data));
}

unsigned int netback_ctrl_response(void *raw,
				   const struct netback_ctrl_request *request,
				   u32 status, u32 data)
{
	struct xen_netif_ctrl_response response = {
		.id = request->id,
		.type = request->type,
		.status = status,
		.data = data,
	};

	memcpy(raw, &response, sizeof(response));
	return sizeof(response);
}

static void *gref_at(const void *list, unsigned int index)
{
	return (u8 *)list + index * NETBACK_CTRL_GREF_BYTES;
}

int netback_ctrl_gref_decode(struct netback_ctrl_gref *gref, const void *list,
			     unsigned int index)
{
	struct gref_entry entry;

	memcpy(&entry, gref_at(list, index), sizeof(entry));
	gref->ref = entry.ref;
	gref->readonly = entry.flags & NETBACK_CTRL_GREF_READONLY;
	return entry.flags & ~NETBACK_CTRL_GREF_READONLY ? -EINVAL : 0;
}

void netback_ctrl_gref_answer(void *list, unsigned int index, u16 status)
{
	memcpy(gref_at(list, index) + offsetof(struct gref_entry, status),
	       &status, sizeof(status));
}
