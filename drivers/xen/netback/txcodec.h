/* SPDX-License-Identifier: GPL-2.0 */
/* The transmit codec: slots of the transmit ring in, a checked packet out. Pure. */
#ifndef XEN_NETBACK_TXCODEC_H
#define XEN_NETBACK_TXCODEC_H

#include <linux/if_ether.h>
#include <linux/string.h>
#include <linux/types.h>
#include <xen/interface/io/netif.h>

/* The most slots with data that a packet may have. */
#define NETBACK_TX_SLOTS_MAX	18

/* The most slots with data that are ever looked at for one packet. */
#define NETBACK_TX_FATAL_MAX	64

/* A granted page holds this much, whatever the size of ours. */
#define NETBACK_GRANT_BYTES	4096

/* The smallest segment that TCP can be asked for: a small MSS, all options. */
#define NETBACK_GSO_SIZE_MIN	8

/**
 * enum netback_tx_reason - what is wrong with a packet
 * @NETBACK_TX_GOOD: nothing
 * @NETBACK_TX_SHORT: not even an Ethernet header
 * @NETBACK_TX_SLOTS: more slots than a packet may have
 * @NETBACK_TX_SUM: the slots have more data than the first one says
 * @NETBACK_TX_EMPTY: a slot without data
 * @NETBACK_TX_CROSSES: data beyond the end of a granted page
 * @NETBACK_TX_GSO: a segment size or type that is not offered
 * @NETBACK_TX_MULTICAST: a change of the multicast list with data, or two at once
 * @NETBACK_TX_FATAL: first of those after which the ring cannot be trusted
 * @NETBACK_TX_EXTRA_TYPE: extra information of an unknown type
 * @NETBACK_TX_EXTRA_TWICE: extra information of one type twice
 * @NETBACK_TX_ENDLESS: more slots than any packet could ever have
 * @NETBACK_TX_UNFINISHED: the ring ends in the middle of a packet
 * @NETBACK_TX_REASONS: how many there are
 */
enum netback_tx_reason {
	NETBACK_TX_GOOD,
	NETBACK_TX_SHORT,
	NETBACK_TX_SLOTS,
	NETBACK_TX_SUM,
	NETBACK_TX_EMPTY,
	NETBACK_TX_CROSSES,
	NETBACK_TX_GSO,
	NETBACK_TX_MULTICAST,
	NETBACK_TX_FATAL,
	NETBACK_TX_EXTRA_TYPE = NETBACK_TX_FATAL,
	NETBACK_TX_EXTRA_TWICE,
	NETBACK_TX_ENDLESS,
	NETBACK_TX_UNFINISHED,
	NETBACK_TX_REASONS
};

/* How a packet is to be cut into segments. */
enum netback_gso {
	NETBACK_GSO_NONE,
	NETBACK_GSO_TCPV4,
	NETBACK_GSO_TCPV6,
};

/* What is to become of the multicast list. */
enum netback_tx_list {
	NETBACK_TX_LIST_KEEP,
	NETBACK_TX_LIST_ADD,
	NETBACK_TX_LIST_REMOVE,
};

/**
 * struct netback_tx_slot - where a piece of a packet is
 * @gref: the grant of its page
 * @offset: into the page
 * @size: never 0, and never beyond the end of the page
 */
struct netback_tx_slot {
	u32 gref;
	u16 offset;
	u16 size;
};

/**
 * struct netback_tx_packet - a packet, while it is read and afterwards
 * @reason: enum netback_tx_reason
 * @gso: enum netback_gso
 * @gso_size: of each segment
 * @list: enum netback_tx_list; if not KEEP this is no packet, and has no slots
 * @address: for the multicast list
 * @hashed: it comes with a Toeplitz hash, @hash
 * @hash_l4: of ports, too
 * @hash: whatever the guest says that it is
 * @csum_blank: the checksum is left to us
 * @validated: the data can be trusted not to be damaged
 * @nr_extras: slots with extra information, right behind the first slot
 * @nr_ids: slots with data, also of a packet that is refused
 * @nr_slots: entries of @slots
 * @size: bytes in all
 * @ids: of the slots, for the responses
 * @slots: the pieces
 * @rest: private: what the slots after the first leave to it
 * @extras_seen: private: a bit for each type
 * @fatal_slots: private: the limit
 * @more_extras: private: the next slot has extra information
 * @more_data: private: one of the next slots has data
 */
struct netback_tx_packet {
	u8 reason;
	u8 gso;
	u16 gso_size;
	u8 list;
	u8 address[ETH_ALEN];
	bool hashed;
	bool hash_l4;
	u32 hash;
	bool csum_blank;
	bool validated;
	u8 nr_extras;
	u8 nr_ids;
	u8 nr_slots;
	u16 size;
	u16 ids[NETBACK_TX_FATAL_MAX];
	struct netback_tx_slot slots[NETBACK_TX_SLOTS_MAX];
	s32 rest;
	u8 extras_seen;
	u8 fatal_slots;
	bool more_extras;
	bool more_data;
};

/**
 * netback_tx_begin() - begin to read a packet
 * @packet: to be filled in
 * @fatal_slots: slots with data after which the frontend is taken for
 *	malicious, at most %NETBACK_TX_FATAL_MAX
 */
void netback_tx_begin(struct netback_tx_packet *packet,
		      unsigned int fatal_slots);

/**
 * netback_tx_feed() - read one more slot
 * @packet: being read
 * @raw: a copy of the next slot of the ring
 *
 * Return: true if the packet wants another slot. Whether it is good is in
 * @packet->reason after the last one.
 */
bool netback_tx_feed(struct netback_tx_packet *packet, const void *raw);

/**
 * netback_tx_truncate() - there is no further slot
 * @packet: that wants one
 */
void netback_tx_truncate(struct netback_tx_packet *packet);

/**
 * netback_tx_response() - a response
 * @raw: gets it: a whole slot, zeroed behind the response
 * @id: of the request
 * @status: XEN_NETIF_RSP_...
 *
 * Return: the size of a slot in bytes.
 */
static inline unsigned int netback_tx_response(void *raw, u16 id, s16 status)
{
	union xen_netif_tx_sring_entry entry = {};

	/* As large as a request, so that the ring copies both alike. */
	entry.rsp.id = id;
	entry.rsp.status = status;
	memcpy(raw, &entry, sizeof(entry));
	return sizeof(entry);
}

/**
 * netback_tx_reason_name() - a reason, for debugfs and the log
 * @reason: below NETBACK_TX_REASONS
 *
 * Return: a constant string.
 */
const char *netback_tx_reason_name(unsigned int reason);

#endif
