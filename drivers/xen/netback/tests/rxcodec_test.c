// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <xen/interface/io/netif.h>

#include "../rxcodec.h"

struct row {
	const char *name;
	u16 len[NETBACK_RX_PIECES_MAX];
	unsigned int nr;
	unsigned int slots;
	unsigned int ops;
	unsigned int headroom;
};

static const struct row rows[] = {
	{ "one byte", { 1 }, 1, 1, 1 },
	{ "one page", { 4096 }, 1, 1, 1 },
	{ "two small ones share", { 66, 1000 }, 2, 1, 2 },
	{ "they just fit", { 96, 4000 }, 2, 1, 2 },
	{ "they just do not", { 97, 4000 }, 2, 2, 2 },
	{ "headers, then pages", { 66, 4096, 4096 }, 3, 3, 3 },
	{ "pages not aligned", { 66, 1000, 4096, 4096, 3096 }, 5, 4, 5 },
	{ "64 KiB with headers", { 66, [1 ... 16] = 4096 }, 17, 17, 17 },
	{ "64 KiB, headers and two ends",
	  { 66, 4090, [2 ... 16] = 4096, 6 },
	  18, 18, 18 },
	{ "as many slots as there may be", { 66, [1 ... 17] = 4096 }, 18,
	  18, 18 },
	{ "filled to the brim, as it is too large otherwise",
	  { 66, [1 ... 20] = 3000 }, 21,
	  15, 35 },
	{ "many small ones", { [0 ... 23] = 100 }, 24, 1, 24 },
	{ "nothing", { }, 0, 0, 0 },
	{ "one page too many", { 66, [1 ... 18] = 4096 }, 19, 0, 0 },
	{ "too many pieces", { }, NETBACK_RX_PIECES_MAX + 1, 0, 0 },
	{ "headroom and the rest of a slot", { 3840 }, 1, 1, 1, 256 },
	{ "headroom, and one byte too many", { 3841 }, 1, 2, 2, 256 },
	{ "headroom and a page", { 4096 }, 1, 2, 2, 256 },
	{ "headroom of one byte and a page", { 4096 }, 1, 2, 2, 1 },
	{ "two small ones share with headroom", { 66, 3774 }, 2, 1, 2, 256 },
	{ "they just do not, with headroom", { 66, 3775 }, 2, 2, 2, 256 },
	{ "headers with headroom, then pages", { 66, 4096, 4096 }, 3, 3, 3,
	  256 },
	{ "64 KiB with headers and headroom", { 66, [1 ... 16] = 4096 }, 17,
	  17, 17, 256 },
	{ "headroom and as many bytes as there may be",
	  { [0 ... 16] = 4096, 3840 },
	  18, 18, 35, 256 },
	{ "headroom, and one byte more than there may be",
	  { [0 ... 16] = 4096, 3841 },
	  18, 0, 0, 256 },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

/* Every byte of every piece goes somewhere, in order, and none twice. */
static void check_plan(struct kunit *test, const struct netback_rx_plan *plan,
		       const u16 *len, unsigned int nr, unsigned int headroom)
{
	unsigned int slot = 0, filled = 0, piece = 0, done = 0, i;

	KUNIT_EXPECT_EQ(test, headroom, (unsigned int)plan->headroom);
	for (i = 0; i < plan->nr_ops; i++) {
		const struct netback_rx_op *op = &plan->ops[i];

		if (op->slot != slot) {
			KUNIT_EXPECT_EQ(test, filled,
					(unsigned int)plan->slot_len[slot]);
			slot++;
			filled = 0;
			headroom = 0;
		}
		KUNIT_EXPECT_EQ(test, slot, (unsigned int)op->slot);
		KUNIT_EXPECT_EQ(test, headroom + filled,
				(unsigned int)op->slot_offset);
		KUNIT_EXPECT_EQ(test, piece, (unsigned int)op->piece);
		KUNIT_EXPECT_EQ(test, done, (unsigned int)op->piece_offset);
		KUNIT_EXPECT_GT(test, (unsigned int)op->len, 0U);
		filled += op->len;
		done += op->len;
		KUNIT_EXPECT_LE(test, headroom + filled, 4096U);
		KUNIT_ASSERT_LE(test, done, (unsigned int)len[piece]);
		if (done == len[piece]) {
			piece++;
			done = 0;
		}
	}
	KUNIT_EXPECT_EQ(test, nr, piece);
	KUNIT_EXPECT_EQ(test, (unsigned int)plan->nr_slots, slot + 1);
	KUNIT_EXPECT_EQ(test, filled, (unsigned int)plan->slot_len[slot]);
}

static void netback_rxcodec_test_rows(struct kunit *test)
{
	const struct row *row = test->param_value;
	struct netback_rx_plan *plan;
	int ret;

	plan = kunit_kzalloc(test, sizeof(*plan), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, plan);
	memset(plan, 0x5a, sizeof(*plan));
	ret = netback_rx_plan(plan, row->len, row->nr, row->headroom);
	KUNIT_EXPECT_EQ(test, row->slots ? 0 : -EMSGSIZE, ret);
	if (ret)
		return;
	KUNIT_EXPECT_EQ(test, row->slots, (unsigned int)plan->nr_slots);
	KUNIT_EXPECT_EQ(test, row->ops, (unsigned int)plan->nr_ops);
	check_plan(test, plan, row->len, row->nr, row->headroom);
}

/* All sizes of two pieces around the end of a slot, and some of more. */
static void netback_rxcodec_test_sweep(struct kunit *test)
{
	struct netback_rx_plan *plan;
	unsigned int a, b, i, nr, headroom;
	u16 len[NETBACK_RX_PIECES_MAX];

	plan = kunit_kzalloc(test, sizeof(*plan), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, plan);
	for (a = 1; a <= 4096; a += 91) {
		for (b = 4096 - 200; b <= 4096; b += 13) {
			for (nr = 2; nr <= NETBACK_RX_PIECES_MAX; nr += 7) {
				for (i = 0; i < nr; i++)
					len[i] = i % 3 ? a : b;
				headroom = (a + b + nr) % 257;
				if (netback_rx_plan(plan, len, nr, headroom))
					break;
				check_plan(test, plan, len, nr, headroom);
			}
		}
	}
}

/* No more than a frontend may ask for; none in pages that are given away. */
static void netback_rxcodec_test_headroom(struct kunit *test)
{
	struct netback_rx_plan *plan;
	u16 len = 100;

	plan = kunit_kzalloc(test, sizeof(*plan), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, plan);
	KUNIT_EXPECT_EQ(test, 0, netback_rx_plan(plan, &len, 1, 70000));
	KUNIT_EXPECT_EQ(test, 256, (int)plan->headroom);
	KUNIT_EXPECT_EQ(test, 256, (int)plan->ops[0].slot_offset);
	KUNIT_EXPECT_EQ(test, 0, netback_rx_plan_pages(plan, len, 0));
	KUNIT_EXPECT_EQ(test, 0, (int)plan->headroom);
}

struct pages_row {
	const char *name;
	unsigned int len;
	unsigned int head;
	unsigned int slots;
	unsigned int last;
	unsigned int first;	/* if not full */
};

static const struct pages_row pages_rows[] = {
	{ "one byte", 1, 0, 1, 1, 1 },
	{ "one page", 4096, 0, 1, 4096 },
	{ "one more byte", 4097, 0, 2, 1 },
	{ "a large frame", 9014, 0, 3, 822 },
	{ "64 KiB with headers", 65602, 0, 17, 66 },
	{ "as many as there may be", 18 * 4096, 0, 18, 4096 },
	{ "one byte too many", 18 * 4096 + 1, 0, 0 },
	{ "far too many", 0xffffffff, 0, 0 },
	{ "nothing", 0, 0, 0 },
	{ "headers apart", 66 + 8192, 66, 3, 4096, 66 },
	{ "a page of headers", 4096 + 100, 4096, 2, 100 },
	{ "all are headers", 100, 100, 1, 100, 100 },
	{ "64 KiB, headers apart", 66 + 65536, 66, 17, 4096, 66 },
	{ "headers apart, as many as there may be", 66 + 17 * 4096, 66, 18,
	  4096, 66 },
	{ "not apart, as it is too large", 66 + 17 * 4096 + 4000, 66, 18,
	  4066 },
	{ "too large either way", 66 + 18 * 4096, 66, 0 },
};

KUNIT_ARRAY_PARAM_DESC(pages, pages_rows, name);

static void netback_rxcodec_test_pages(struct kunit *test)
{
	const struct pages_row *row = test->param_value;
	struct netback_rx_plan *plan;
	unsigned int i;
	int ret;

	plan = kunit_kzalloc(test, sizeof(*plan), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, plan);
	memset(plan, 0x5a, sizeof(*plan));
	ret = netback_rx_plan_pages(plan, row->len, row->head);
	KUNIT_EXPECT_EQ(test, row->slots ? 0 : -EMSGSIZE, ret);
	if (ret)
		return;
	KUNIT_ASSERT_EQ(test, row->slots, (unsigned int)plan->nr_slots);
	KUNIT_EXPECT_EQ(test, 0U, (unsigned int)plan->nr_ops);
	for (i = 0; i < row->slots - 1; i++)
		KUNIT_EXPECT_EQ(test, i || !row->first ? 4096U : row->first,
				(unsigned int)plan->slot_len[i]);
	KUNIT_EXPECT_EQ(test, row->last, (unsigned int)plan->slot_len[i]);
}

static void netback_rxcodec_test_request(struct kunit *test)
{
	const struct xen_netif_rx_request raw = {
		.id = 0xfedc, .pad = 0xffff, .gref = 0x12345678,
	};
	struct netback_rx_request request;

	netback_rx_decode(&request, &raw);
	KUNIT_EXPECT_EQ(test, 0xfedc, request.id);
	KUNIT_EXPECT_EQ(test, 0x12345678U, request.gref);
}

static void netback_rxcodec_test_response(struct kunit *test)
{
	struct xen_netif_rx_response response;

	memset(&response, 0xa5, sizeof(response));
	KUNIT_EXPECT_EQ(test, 8U,
			netback_rx_response(&response, 7, 200,
					    XEN_NETRXF_more_data, 3800));
	KUNIT_EXPECT_EQ(test, 7, response.id);
	KUNIT_EXPECT_EQ(test, 200, response.offset);
	KUNIT_EXPECT_EQ(test, XEN_NETRXF_more_data, response.flags);
	KUNIT_EXPECT_EQ(test, 3800, response.status);
}

static void netback_rxcodec_test_extra(struct kunit *test)
{
	struct xen_netif_extra_info extra;

	memset(&extra, 0xa5, sizeof(extra));
	KUNIT_EXPECT_EQ(test, 8U,
			netback_rx_extra_gso(&extra, NETBACK_GSO_TCPV6, 1428,
					     false));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_TYPE_GSO, extra.type);
	KUNIT_EXPECT_EQ(test, 0, extra.flags);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_GSO_TYPE_TCPV6, extra.u.gso.type);
	KUNIT_EXPECT_EQ(test, 1428, extra.u.gso.size);
	KUNIT_EXPECT_EQ(test, 0, extra.u.gso.features);
	KUNIT_EXPECT_EQ(test, 0, extra.u.gso.pad);
	netback_rx_extra_gso(&extra, NETBACK_GSO_TCPV4, 1, true);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_GSO_TYPE_TCPV4, extra.u.gso.type);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_EXTRA_FLAG_MORE, (int)extra.flags);
}

static void netback_rxcodec_test_extra_headroom(struct kunit *test)
{
	static const u8 expected[8] = { 5, 1, 0x34, 0x12 };
	u8 extra[8];

	memset(extra, 0xa5, sizeof(extra));
	KUNIT_EXPECT_EQ(test, 8U,
			netback_rx_extra_headroom(extra, 0x1234, true));
	KUNIT_EXPECT_EQ(test, 0, memcmp(extra, expected, sizeof(extra)));
	netback_rx_extra_headroom(extra, 256, false);
	KUNIT_EXPECT_EQ(test, 0, extra[1]);
}

static void netback_rxcodec_test_extra_hash(struct kunit *test)
{
	static const u8 expected[8] = { 4, 0, 3, 1, 0x12, 0x34, 0x56, 0xf8 };
	u8 extra[8];

	KUNIT_EXPECT_EQ(test, 8U,
			netback_rx_extra_hash(extra,
					      _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP,
					      0xf8563412));
	KUNIT_EXPECT_EQ(test, 0, memcmp(extra, expected, sizeof(extra)));
}

static struct kunit_case netback_rxcodec_cases[] = {
	KUNIT_CASE_PARAM(netback_rxcodec_test_rows, row_gen_params),
	KUNIT_CASE(netback_rxcodec_test_sweep),
	KUNIT_CASE(netback_rxcodec_test_headroom),
	KUNIT_CASE_PARAM(netback_rxcodec_test_pages, pages_gen_params),
	KUNIT_CASE(netback_rxcodec_test_request),
	KUNIT_CASE(netback_rxcodec_test_response),
	KUNIT_CASE(netback_rxcodec_test_extra),
	KUNIT_CASE(netback_rxcodec_test_extra_headroom),
	KUNIT_CASE(netback_rxcodec_test_extra_hash),
	{}
};

static struct kunit_suite netback_rxcodec_suite = {
	.name = "netback_rxcodec",
	.test_cases = netback_rxcodec_cases,
};

kunit_test_suite(netback_rxcodec_suite);
