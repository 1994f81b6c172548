// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <xen/interface/io/netif.h>

#include "../txcodec.h"

#define BLANK	XEN_NETTXF_csum_blank
#define VALID	XEN_NETTXF_data_validated
#define MORE	XEN_NETTXF_more_data
#define EXTRA	XEN_NETTXF_extra_info

#define DATA(bytes, at, bits) { .size = bytes, .offset = at, .flags = bits }
#define INFO(kind, bits) { .extra = true, .type = kind, .flags = bits }
#define GSO(kind, bytes) { .extra = true, .type = XEN_NETIF_EXTRA_TYPE_GSO, \
			   .gso_type = kind, .size = bytes }
#define MORE_INFO XEN_NETIF_EXTRA_FLAG_MORE

struct slot {
	bool extra;
	u8 type;
	u8 gso_type;
	u16 flags;
	u16 size;
	u16 offset;
};

struct row {
	const char *name;
	struct slot slots[8];
	unsigned int nr;
	enum netback_tx_reason reason;
	unsigned int first;	/* bytes in the first slot */
	unsigned int used;	/* slots looked at, if fewer than there are */
};

static const struct row rows[] = {
	{ "one slot", { DATA(60, 0, 0) }, 1, NETBACK_TX_GOOD, 60 },
	{ "one full page", { DATA(4096, 0, 0) }, 1, NETBACK_TX_GOOD, 4096 },
	{ "up to the end of the page", { DATA(96, 4000, 0) }, 1,
	  NETBACK_TX_GOOD, 96 },
	{ "smallest", { DATA(14, 5, 0) }, 1, NETBACK_TX_GOOD, 14 },
	{ "too short", { DATA(13, 0, 0) }, 1, NETBACK_TX_SHORT },
	{ "nothing", { DATA(0, 0, 0) }, 1, NETBACK_TX_SHORT },
	{ "one byte too far", { DATA(97, 4000, 0) }, 1, NETBACK_TX_CROSSES },
	{ "larger than a page", { DATA(4097, 0, 0) }, 1, NETBACK_TX_CROSSES },
	{ "largest numbers", { DATA(65535, 65535, 0) }, 1,
	  NETBACK_TX_CROSSES },
	{ "two slots", { DATA(100, 0, MORE), DATA(40, 9, 0) }, 2,
	  NETBACK_TX_GOOD, 60 },
	{ "headers split", { DATA(60, 0, MORE), DATA(59, 9, 0) }, 2,
	  NETBACK_TX_GOOD, 1 },
	{ "three slots",
	  { DATA(9000, 0, MORE), DATA(4096, 0, MORE), DATA(4096, 0, 0) }, 3,
	  NETBACK_TX_GOOD, 808 },
	{ "nothing left for the first", { DATA(40, 0, MORE), DATA(40, 9, 0) },
	  2, NETBACK_TX_SUM },
	{ "sum too large", { DATA(40, 0, MORE), DATA(41, 9, 0) }, 2,
	  NETBACK_TX_SUM },
	{ "sum wraps in 16 bits",
	  { DATA(100, 0, MORE), DATA(40000, 0, MORE), DATA(25600, 0, 0) }, 3,
	  NETBACK_TX_SUM },
	{ "first left with too much", { DATA(5000, 0, MORE), DATA(40, 0, 0) },
	  2, NETBACK_TX_CROSSES },
	{ "second crosses", { DATA(200, 0, MORE), DATA(40, 4060, 0) }, 2,
	  NETBACK_TX_CROSSES },
	{ "empty slot", { DATA(60, 0, MORE), DATA(0, 0, 0) }, 2,
	  NETBACK_TX_EMPTY },
	{ "empty slot between",
	  { DATA(60, 0, MORE), DATA(0, 0, MORE), DATA(9, 0, 0) }, 3,
	  NETBACK_TX_EMPTY },
	{ "gso",
	  { DATA(6000, 0, MORE | EXTRA | BLANK),
	    GSO(XEN_NETIF_GSO_TYPE_TCPV4, 1448), DATA(4096, 0, 0) }, 3,
	  NETBACK_TX_GOOD, 1904 },
	{ "gso of size 0", { DATA(60, 0, EXTRA),
			     GSO(XEN_NETIF_GSO_TYPE_TCPV4, 0) }, 2,
	  NETBACK_TX_GSO },
	{ "gso of size 7", { DATA(60, 0, EXTRA),
			     GSO(XEN_NETIF_GSO_TYPE_TCPV6, 7) }, 2,
	  NETBACK_TX_GSO },
	{ "gso of no type", { DATA(60, 0, EXTRA),
			      GSO(XEN_NETIF_GSO_TYPE_NONE, 1000) }, 2,
	  NETBACK_TX_GSO },
	{ "gso of unknown type", { DATA(60, 0, EXTRA), GSO(3, 1000) }, 2,
	  NETBACK_TX_GSO },
	{ "multicast", { DATA(60, 0, EXTRA),
			 INFO(XEN_NETIF_EXTRA_TYPE_MCAST_ADD, 0) }, 2,
	  NETBACK_TX_GOOD, 60 },
	{ "no multicast, in an empty request",
	  { DATA(0, 5000, EXTRA), INFO(XEN_NETIF_EXTRA_TYPE_MCAST_DEL, 0) }, 2,
	  NETBACK_TX_GOOD },
	{ "multicast with data",
	  { DATA(60, 0, EXTRA | MORE), INFO(XEN_NETIF_EXTRA_TYPE_MCAST_ADD, 0),
	    DATA(20, 0, 0) }, 3, NETBACK_TX_MULTICAST },
	{ "multicast and no multicast",
	  { DATA(60, 0, EXTRA),
	    INFO(XEN_NETIF_EXTRA_TYPE_MCAST_ADD, MORE_INFO),
	    INFO(XEN_NETIF_EXTRA_TYPE_MCAST_DEL, 0) }, 3,
	  NETBACK_TX_MULTICAST },
	{ "hash, of no interest", { DATA(60, 0, EXTRA),
				    INFO(XEN_NETIF_EXTRA_TYPE_HASH, 0) }, 2,
	  NETBACK_TX_GOOD, 60 },
	{ "two extras", { DATA(60, 0, EXTRA),
			  INFO(XEN_NETIF_EXTRA_TYPE_HASH, MORE_INFO),
			  GSO(XEN_NETIF_GSO_TYPE_TCPV6, 1000) }, 3,
	  NETBACK_TX_GOOD, 60 },
	{ "extra of type 0", { DATA(60, 0, EXTRA), INFO(0, 0) }, 2,
	  NETBACK_TX_EXTRA_TYPE },
	{ "extra of the type after the last",
	  { DATA(60, 0, EXTRA), INFO(XEN_NETIF_EXTRA_TYPE_MAX, 0) }, 2,
	  NETBACK_TX_EXTRA_TYPE },
	{ "extra of type 255", { DATA(60, 0, EXTRA), INFO(255, 0) }, 2,
	  NETBACK_TX_EXTRA_TYPE },
	{ "extra twice", { DATA(60, 0, EXTRA),
			   INFO(XEN_NETIF_EXTRA_TYPE_HASH, MORE_INFO),
			   INFO(XEN_NETIF_EXTRA_TYPE_HASH, MORE_INFO),
			   DATA(60, 0, 0) }, 4,
	  NETBACK_TX_EXTRA_TWICE, 0, 3 },
	{ "extra unfinished",
	  { DATA(60, 0, EXTRA), INFO(XEN_NETIF_EXTRA_TYPE_HASH, MORE_INFO) },
	  2, NETBACK_TX_UNFINISHED },
	{ "extra missing", { DATA(60, 0, EXTRA) }, 1,
	  NETBACK_TX_UNFINISHED },
	{ "data missing", { DATA(60, 0, MORE) }, 1, NETBACK_TX_UNFINISHED },
	{ "data missing after a refused slot",
	  { DATA(5, 0, MORE), DATA(0, 0, MORE) }, 2, NETBACK_TX_UNFINISHED },
	{ "extra flag in the second slot is nothing",
	  { DATA(60, 0, MORE), DATA(9, 0, EXTRA) }, 2, NETBACK_TX_GOOD, 51 },
	{ "only this packet", { DATA(60, 0, 0), DATA(70, 0, 0) }, 2,
	  NETBACK_TX_GOOD, 60, 1 },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

static void make_raw(void *raw, const struct slot *slot, unsigned int index)
{
	struct xen_netif_tx_request request = {
		.gref = 1000 + index,
		.offset = slot->offset,
		.flags = slot->flags,
		.id = 2000 + index,
		.size = slot->size,
	};
	struct xen_netif_extra_info extra = {
		.type = slot->type,
		.flags = slot->flags,
	};

	memcpy(raw, &request, sizeof(request));
	if (!slot->extra)
		return;
	if (slot->type == XEN_NETIF_EXTRA_TYPE_GSO) {
		extra.u.gso.type = slot->gso_type;
		extra.u.gso.size = slot->size;
	}
	memcpy(raw, &extra, sizeof(extra));
}

static unsigned int feed(struct netback_tx_packet *packet,
			 const struct slot *slots, unsigned int nr)
{
	u8 raw[12] __aligned(4);
	bool more = true;
	unsigned int i;

	netback_tx_begin(packet, 20);
	for (i = 0; i < nr && more; i++) {
		make_raw(raw, &slots[i], i);
		more = netback_tx_feed(packet, raw);
	}
	if (more)
		netback_tx_truncate(packet);
	return i;
}

static struct netback_tx_packet *new_packet(struct kunit *test)
{
	struct netback_tx_packet *packet;

	packet = kunit_kzalloc(test, sizeof(*packet), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, packet);
	memset(packet, 0x5a, sizeof(*packet));
	return packet;
}

static void netback_txcodec_test_rows(struct kunit *test)
{
	const struct row *row = test->param_value;
	struct netback_tx_packet *packet = new_packet(test);
	unsigned int i, sum = 0;

	KUNIT_EXPECT_EQ(test, row->used ?: row->nr,
			feed(packet, row->slots, row->nr));
	KUNIT_EXPECT_EQ(test, (int)row->reason, packet->reason);
	if (row->reason >= NETBACK_TX_FATAL)
		return;
	/* Every slot gets its response, good or not. */
	KUNIT_EXPECT_EQ(test, row->used ?: row->nr,
			(unsigned int)packet->nr_ids + packet->nr_extras);
	KUNIT_EXPECT_EQ(test, 2000, packet->ids[0]);
	if (row->reason != NETBACK_TX_GOOD)
		return;
	for (i = 0; i < packet->nr_slots; i++)
		sum += packet->slots[i].size;
	KUNIT_EXPECT_EQ(test, sum, (unsigned int)packet->size);
	KUNIT_EXPECT_EQ(test, row->first,
			(unsigned int)packet->slots[0].size);
	KUNIT_EXPECT_EQ(test, 1000U, packet->slots[0].gref);
}

static void netback_txcodec_test_flags(struct kunit *test)
{
	struct netback_tx_packet *packet = new_packet(test);
	const struct slot slots[] = {
		DATA(3000, 7, MORE | EXTRA | BLANK),
		GSO(XEN_NETIF_GSO_TYPE_TCPV6, 1428),
		DATA(1000, 8, VALID),
	};

	feed(packet, slots, ARRAY_SIZE(slots));
	KUNIT_EXPECT_EQ(test, (int)NETBACK_TX_GOOD, packet->reason);
	KUNIT_EXPECT_TRUE(test, packet->csum_blank);
	KUNIT_EXPECT_FALSE(test, packet->validated);
	KUNIT_EXPECT_EQ(test, (int)NETBACK_GSO_TCPV6, packet->gso);
	KUNIT_EXPECT_EQ(test, 1428, packet->gso_size);
	KUNIT_EXPECT_EQ(test, 2, packet->nr_slots);
	KUNIT_EXPECT_EQ(test, 1, packet->nr_extras);
	KUNIT_EXPECT_EQ(test, 2002, packet->ids[1]);
	KUNIT_EXPECT_EQ(test, 8, packet->slots[1].offset);
}

static void netback_txcodec_test_multicast(struct kunit *test)
{
	static const u8 address[ETH_ALEN] = { 0x33, 0x33, 1, 2, 3, 4 };
	struct netback_tx_packet *packet = new_packet(test);
	struct xen_netif_tx_request request = {
		.size = 65535,
		.offset = 4095,
		.flags = EXTRA,
	};
	struct xen_netif_extra_info extra = {
		.type = XEN_NETIF_EXTRA_TYPE_MCAST_ADD,
	};

	memcpy(extra.u.mcast.addr, address, ETH_ALEN);
	netback_tx_begin(packet, 20);
	KUNIT_EXPECT_TRUE(test, netback_tx_feed(packet, &request));
	KUNIT_EXPECT_FALSE(test, netback_tx_feed(packet, &extra));
	KUNIT_EXPECT_EQ(test, (int)NETBACK_TX_GOOD, packet->reason);
	KUNIT_EXPECT_EQ(test, (int)NETBACK_TX_LIST_ADD, packet->list);
	KUNIT_EXPECT_EQ(test, 0, memcmp(packet->address, address, ETH_ALEN));
	/* There is nothing to copy, and nothing to pay for. */
	KUNIT_EXPECT_EQ(test, 0, packet->nr_slots);
	KUNIT_EXPECT_EQ(test, 0, packet->size);

	extra.type = XEN_NETIF_EXTRA_TYPE_MCAST_DEL;
	netback_tx_begin(packet, 20);
	netback_tx_feed(packet, &request);
	netback_tx_feed(packet, &extra);
	KUNIT_EXPECT_EQ(test, (int)NETBACK_TX_LIST_REMOVE, packet->list);
}

struct chain_row {
	const char *name;
	unsigned int nr;
	enum netback_tx_reason reason;
	unsigned int used;
};

static const struct chain_row chain_rows[] = {
	{ "as many as allowed", 18, NETBACK_TX_GOOD, 18 },
	{ "one more", 19, NETBACK_TX_SLOTS, 19 },
	{ "as many as are put up with", 20, NETBACK_TX_SLOTS, 20 },
	{ "more than that", 21, NETBACK_TX_ENDLESS, 20 },
	{ "a whole ring", 256, NETBACK_TX_ENDLESS, 20 },
};

KUNIT_ARRAY_PARAM_DESC(chain, chain_rows, name);

static void netback_txcodec_test_chain(struct kunit *test)
{
	const struct chain_row *row = test->param_value;
	struct netback_tx_packet *packet = new_packet(test);
	struct slot *slots;
	unsigned int i;

	slots = kunit_kzalloc(test, row->nr * sizeof(*slots), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, slots);
	for (i = 0; i < row->nr; i++)
		slots[i] = (struct slot)DATA(i ? 10 : 50000, 0, MORE);
	slots[0].size = 10 * row->nr + 90;
	slots[row->nr - 1].flags = 0;
	KUNIT_EXPECT_EQ(test, row->used, feed(packet, slots, row->nr));
	KUNIT_EXPECT_EQ(test, (int)row->reason, packet->reason);
}

/* The administrator's limit cannot make the codec write beyond its arrays. */
static void netback_txcodec_test_largest_limit(struct kunit *test)
{
	struct netback_tx_packet *packet = new_packet(test);
	const struct slot slot = DATA(10, 0, MORE);
	u8 raw[12] __aligned(4);
	unsigned int nr = 1;

	make_raw(raw, &slot, 0);
	netback_tx_begin(packet, 1000);
	while (netback_tx_feed(packet, raw) && nr < 1000)
		nr++;
	KUNIT_EXPECT_EQ(test, (unsigned int)NETBACK_TX_FATAL_MAX, nr);
	KUNIT_EXPECT_EQ(test, (int)NETBACK_TX_ENDLESS, packet->reason);
}

static void netback_txcodec_test_response(struct kunit *test)
{
	union xen_netif_tx_sring_entry entry;
	unsigned int rest = sizeof(entry.rsp);

	memset(&entry, 0xa5, sizeof(entry));
	KUNIT_EXPECT_EQ(test, (unsigned int)sizeof(entry),
			netback_tx_response(&entry, 0xabcd,
					    XEN_NETIF_RSP_ERROR));
	KUNIT_EXPECT_EQ(test, 0xabcd, entry.rsp.id);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, entry.rsp.status);
	/* Nothing of ours goes to the guest. */
	KUNIT_EXPECT_NULL(test, memchr_inv((u8 *)&entry + rest, 0,
					   sizeof(entry) - rest));
}

static void netback_txcodec_test_reasons_have_names(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < NETBACK_TX_REASONS; i++)
		KUNIT_EXPECT_NOT_NULL(test, netback_tx_reason_name(i));
}

static struct kunit_case netback_txcodec_cases[] = {
	KUNIT_CASE_PARAM(netback_txcodec_test_rows, row_gen_params),
	KUNIT_CASE(netback_txcodec_test_flags),
	KUNIT_CASE(netback_txcodec_test_multicast),
	KUNIT_CASE_PARAM(netback_txcodec_test_chain, chain_gen_params),
	KUNIT_CASE(netback_txcodec_test_largest_limit),
	KUNIT_CASE(netback_txcodec_test_response),
	KUNIT_CASE(netback_txcodec_test_reasons_have_names),
	{}
};

static struct kunit_suite netback_txcodec_suite = {
	.name = "netback_txcodec",
	.test_cases = netback_txcodec_cases,
};

kunit_test_suite(netback_txcodec_suite);
