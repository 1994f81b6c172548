// SPDX-License-Identifier: GPL-2.0
#include "txcodec.h"

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/if_ether.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

static const char * const reason_names[NETBACK_TX_REASONS] = {
	[NETBACK_TX_GOOD] = "none",
	[NETBACK_TX_SHORT] = "short",
	[NETBACK_TX_SLOTS] = "slots",
	[NETBACK_TX_SUM] = "sum",
	[NETBACK_TX_EMPTY] = "empty",
	[NETBACK_TX_CROSSES] = "crosses",
	[NETBACK_TX_GSO] = "gso",
	[NETBACK_TX_MULTICAST] = "multicast",
	[NETBACK_TX_EXTRA_TYPE] = "extra_type",
	[NETBACK_TX_EXTRA_TWICE] = "extra_twice",
	[NETBACK_TX_ENDLESS] = "endless",
	[NETBACK_TX_UNFINISHED] = "unfinished",
};

const char *netback_tx_reason_name(unsigned int reason)
{
	return reason_names[reason];
}

void netback_tx_begin(struct netback_tx_packet *packet,
		      unsigned int fatal_slots)
{
	/* The arrays are filled as far as the counts say. */
	memset(packet, 0, offsetof(struct netback_tx_packet, ids));
	packet->rest = 0;
	packet->extras_seen = 0;
	packet->fatal_slots = min_t(unsigned int, fatal_slots,
				    NETBACK_TX_FATAL_MAX);
	packet->more_extras = false;
	packet->more_data = true;
}

/* The first thing that is wrong counts, but what is fatal counts more. */
static void refuse(struct netback_tx_packet *packet,
		   enum netback_tx_reason reason)
{
	if (packet->reason == NETBACK_TX_GOOD || reason >= NETBACK_TX_FATAL)
		packet->reason = reason;
}

static void read_gso(struct netback_tx_packet *packet,
		     const struct xen_netif_extra_info *extra)
{
	if (extra->u.gso.size < NETBACK_GSO_SIZE_MIN)
		refuse(packet, NETBACK_TX_GSO);
	packet->gso_size = extra->u.gso.size;
	switch (extra->u.gso.type) {
	case XEN_NETIF_GSO_TYPE_TCPV4:
		packet->gso = NETBACK_GSO_TCPV4;
		break;
	case XEN_NETIF_GSO_TYPE_TCPV6:
		packet->gso = NETBACK_GSO_TCPV6;
		break;
	default:
		refuse(packet, NETBACK_TX_GSO);
	}
}

/* The request that it comes with is no packet. */
static void read_multicast(struct netback_tx_packet *packet,
			   const struct xen_netif_extra_info *extra)
{
	if (packet->list != NETBACK_TX_LIST_KEEP)
		refuse(packet, NETBACK_TX_MULTICAST);
	packet->list = extra->type == XEN_NETIF_EXTRA_TYPE_MCAST_ADD ?
		       NETBACK_TX_LIST_ADD : NETBACK_TX_LIST_REMOVE;
	memcpy(packet->address, extra->u.mcast.addr, sizeof(packet->address));
}

/* A hint: one of a kind that we do not know is as good as none. */
static void read_hash(struct netback_tx_packet *packet,
		      const struct xen_netif_extra_info *extra)
{
	if (extra->u.hash.algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
		return;
	if (extra->u.hash.type > _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)
		return;
	packet->hashed = true;
	packet->hash_l4 = extra->u.hash.type ==
			  _XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP ||
			  extra->u.hash.type ==
			  _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP;
	packet->hash = extra->u.hash.value[0] |
		       extra->u.hash.value[1] << 8 |
		       extra->u.hash.value[2] << 16 |
		       (u32)extra->u.hash.value[3] << 24;
}

static void read_extra(struct netback_tx_packet *packet, const void *raw)
{
	struct xen_netif_extra_info extra;

	memcpy(&extra, raw, sizeof(extra));
	if (!extra.type || extra.type >= XEN_NETIF_EXTRA_TYPE_MAX) {
		refuse(packet, NETBACK_TX_EXTRA_TYPE);
		return;
	}
	/* Also the bound of their number. */
	if (packet->extras_seen & BIT(extra.type)) {
		refuse(packet, NETBACK_TX_EXTRA_TWICE);
		return;
	}
	packet->extras_seen |= BIT(extra.type);
	packet->nr_extras++;
	packet->more_extras = extra.flags & XEN_NETIF_EXTRA_FLAG_MORE;

	if (extra.type == XEN_NETIF_EXTRA_TYPE_GSO)
		read_gso(packet, &extra);
	else if (extra.type == XEN_NETIF_EXTRA_TYPE_MCAST_ADD ||
		 extra.type == XEN_NETIF_EXTRA_TYPE_MCAST_DEL)
		read_multicast(packet, &extra);
	else if (extra.type == XEN_NETIF_EXTRA_TYPE_HASH)
		read_hash(packet, &extra);
}

static void read_first(struct netback_tx_packet *packet,
		       const struct xen_netif_tx_request *request)
{
	packet->csum_blank = request->flags & XEN_NETTXF_csum_blank;
	packet->validated = request->flags & XEN_NETTXF_data_validated;
	packet->more_extras = request->flags & XEN_NETTXF_extra_info;
	packet->size = request->size;
	packet->rest = request->size;
}

static void read_data(struct netback_tx_packet *packet, const void *raw)
{
	struct xen_netif_tx_request request;

	memcpy(&request, raw, sizeof(request));
	packet->more_data = request.flags & XEN_NETTXF_more_data;
	packet->ids[packet->nr_ids++] = request.id;
	if (packet->nr_ids == 1) {
		read_first(packet, &request);
	} else {
		packet->rest -= request.size;
		if (!request.size)
			refuse(packet, NETBACK_TX_EMPTY);
	}
	if (packet->nr_ids > NETBACK_TX_SLOTS_MAX) {
		refuse(packet, NETBACK_TX_SLOTS);
	} else {
		packet->slots[packet->nr_slots++] = (struct netback_tx_slot) {
			.gref = request.gref,
			.offset = request.offset,
			.size = request.size,
		};
	}
	if (packet->more_data && packet->nr_ids >= packet->fatal_slots)
		refuse(packet, NETBACK_TX_ENDLESS);
}

/* What can only be seen when all slots are there. */
static void finish(struct netback_tx_packet *packet)
{
	unsigned int i;

	if (packet->reason != NETBACK_TX_GOOD)
		return;
	if (packet->list != NETBACK_TX_LIST_KEEP) {
		if (packet->nr_slots > 1)
			refuse(packet, NETBACK_TX_MULTICAST);
		packet->size = 0;
		packet->nr_slots = 0;
		return;
	}
	if (packet->size < ETH_HLEN) {
		refuse(packet, NETBACK_TX_SHORT);
		return;
	}
	if (packet->rest <= 0) {
		refuse(packet, NETBACK_TX_SUM);
		return;
	}
	packet->slots[0].size = packet->rest;
	for (i = 0; i < packet->nr_slots; i++)
		if (packet->slots[i].offset + packet->slots[i].size >
		    NETBACK_GRANT_BYTES)
			refuse(packet, NETBACK_TX_CROSSES);
}

bool netback_tx_feed(struct netback_tx_packet *packet, const void *raw)
{
	static_assert(XEN_NETIF_EXTRA_TYPE_MAX <=
		      BITS_PER_BYTE * sizeof(packet->extras_seen));

	if (packet->more_extras)
		read_extra(packet, raw);
	else
		read_data(packet, raw);
	if (packet->reason >= NETBACK_TX_FATAL)
		return false;
	if (packet->more_extras || packet->more_data)
		return true;
	finish(packet);
	return false;
}

void netback_tx_truncate(struct netback_tx_packet *packet)
{
	refuse(packet, NETBACK_TX_UNFINISHED);
}
