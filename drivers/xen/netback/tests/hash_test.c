// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>
#include <linux/slab.h>
#include <xen/interface/io/netif.h>

#include "../hash.h"

#define GOOD		XEN_NETIF_CTRL_STATUS_SUCCESS
#define UNSUPPORTED	XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED
#define INVALID		XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER
#define OVERFLOW	XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW

#define NONE		XEN_NETIF_CTRL_HASH_ALGORITHM_NONE
#define TOEPLITZ	XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ

/* The key and the values with which receive-side scaling is verified. */
static const u8 key[NETBACK_HASH_KEY_BYTES] = {
	0x6d, 0x5a, 0x56, 0xda, 0x25, 0x5b, 0x0e, 0xc2, 0x41, 0x67,
	0x25, 0x3d, 0x43, 0xa3, 0x8f, 0xb0, 0xd0, 0xca, 0x2b, 0xcb,
	0xae, 0x7b, 0x30, 0xb4, 0x77, 0xcb, 0x2d, 0xa3, 0x80, 0x30,
	0xf2, 0x0c, 0x6a, 0x42, 0xb7, 0x3b, 0xbe, 0xac, 0x01, 0xfa,
};

struct vector {
	const char *name;
	u8 input[NETBACK_HASH_INPUT_BYTES];
	unsigned int addresses;		/* bytes */
	u32 without_ports;
	u32 with_ports;
};

static const struct vector vectors[] = {
	{ "66.9.149.187:2794 to 161.142.100.80:1766",
	  { 66, 9, 149, 187, 161, 142, 100, 80, 0x0a, 0xea, 0x06, 0xe6 }, 8,
	  0x323e8fc2, 0x51ccc178 },
	{ "199.92.111.2:14230 to 65.69.140.83:4739",
	  { 199, 92, 111, 2, 65, 69, 140, 83, 0x37, 0x96, 0x12, 0x83 }, 8,
	  0xd718262a, 0xc626b0ea },
	{ "24.19.198.95:12898 to 12.22.207.184:38024",
	  { 24, 19, 198, 95, 12, 22, 207, 184, 0x32, 0x62, 0x94, 0x88 }, 8,
	  0xd2d0a5de, 0x5c2b394a },
	{ "38.27.205.30:48228 to 209.142.163.6:2217",
	  { 38, 27, 205, 30, 209, 142, 163, 6, 0xbc, 0x64, 0x08, 0xa9 }, 8,
	  0x82989176, 0xafc7327f },
	{ "153.39.163.191:44251 to 202.188.127.2:1303",
	  { 153, 39, 163, 191, 202, 188, 127, 2, 0xac, 0xdb, 0x05, 0x17 }, 8,
	  0x5d1809c5, 0x10e828a2 },
	{ "3ffe:2501:200:1fff::7 to 3ffe:2501:200:3::1",
	  { 0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x1f, 0xff, [15] = 0x07,
	    0x3f, 0xfe, 0x25, 0x01, 0x02, 0x00, 0x00, 0x03, [31] = 0x01,
	    0x0a, 0xea, 0x06, 0xe6 }, 32, 0x2cc18cd5, 0x40207d3d },
};

KUNIT_ARRAY_PARAM_DESC(vector, vectors, name);

static void netback_hash_test_vector(struct kunit *test)
{
	const struct vector *vector = test->param_value;
	struct netback_hash hash = {};

	netback_hash_set_key(&hash, key, sizeof(key));
	KUNIT_EXPECT_EQ(test, vector->without_ports,
			netback_hash_value(&hash, vector->input,
					   vector->addresses));
	KUNIT_EXPECT_EQ(test, vector->with_ports,
			netback_hash_value(&hash, vector->input,
					   vector->addresses + 4));
}

/* What is not given of a key is zero, also if there was something before. */
static void netback_hash_test_key(struct kunit *test)
{
	const u8 *input = vectors[0].input;
	struct netback_hash hash = {}, whole = {};
	u8 zeroed[NETBACK_HASH_KEY_BYTES] = {};

	KUNIT_EXPECT_EQ(test, 0U, netback_hash_value(&hash, input, 12));
	netback_hash_set_key(&hash, key, sizeof(key));
	netback_hash_set_key(&hash, key, 7);
	memcpy(zeroed, key, 7);
	netback_hash_set_key(&whole, zeroed, sizeof(zeroed));
	KUNIT_EXPECT_NE(test, 0U, netback_hash_value(&hash, input, 12));
	KUNIT_EXPECT_EQ(test, netback_hash_value(&whole, input, 12),
			netback_hash_value(&hash, input, 12));
	netback_hash_set_key(&hash, key, 0);
	KUNIT_EXPECT_EQ(test, 0U, netback_hash_value(&hash, input, 12));

	KUNIT_EXPECT_EQ(test, GOOD, (int)netback_hash_check_key(0));
	KUNIT_EXPECT_EQ(test, GOOD, (int)netback_hash_check_key(40));
	KUNIT_EXPECT_EQ(test, OVERFLOW, (int)netback_hash_check_key(41));
	KUNIT_EXPECT_EQ(test, OVERFLOW, (int)netback_hash_check_key(U32_MAX));
}

static void netback_hash_test_algorithm(struct kunit *test)
{
	struct netback_hash hash = {};
	u32 flags = 99;

	/* Nothing works before one is chosen. */
	KUNIT_EXPECT_FALSE(test, netback_hash_active(&hash));
	KUNIT_EXPECT_EQ(test, UNSUPPORTED,
			(int)netback_hash_get_flags(&hash, &flags));
	KUNIT_EXPECT_EQ(test, 99U, flags);
	KUNIT_EXPECT_EQ(test, UNSUPPORTED,
			(int)netback_hash_set_flags(&hash, 1));
	KUNIT_EXPECT_EQ(test, INVALID,
			(int)netback_hash_set_algorithm(&hash, 2));
	KUNIT_EXPECT_EQ(test, INVALID,
			(int)netback_hash_set_algorithm(&hash, 257));

	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_algorithm(&hash, TOEPLITZ));
	KUNIT_EXPECT_FALSE(test, netback_hash_active(&hash));
	KUNIT_EXPECT_EQ(test, GOOD, (int)netback_hash_get_flags(&hash, &flags));
	KUNIT_EXPECT_EQ(test, 15U, flags);
	KUNIT_EXPECT_EQ(test, INVALID, (int)netback_hash_set_flags(&hash, 16));
	KUNIT_EXPECT_EQ(test, INVALID,
			(int)netback_hash_set_flags(&hash, 0x101));
	KUNIT_EXPECT_FALSE(test, netback_hash_active(&hash));
	KUNIT_EXPECT_EQ(test, GOOD, (int)netback_hash_set_flags(&hash, 1));
	KUNIT_EXPECT_TRUE(test, netback_hash_active(&hash));
	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_algorithm(&hash, NONE));
	KUNIT_EXPECT_FALSE(test, netback_hash_active(&hash));
}

struct type_row {
	const char *name;
	u32 flags;
	bool ipv6;
	bool tcp;
	unsigned int type;
};

static const struct type_row type_rows[] = {
	{ "all, IPv4", 15, false, false, 0 },
	{ "all, IPv4 TCP", 15, false, true, 1 },
	{ "all, IPv6", 15, true, false, 2 },
	{ "all, IPv6 TCP", 15, true, true, 3 },
	{ "addresses only, IPv4 TCP", 5, false, true, 0 },
	{ "addresses only, IPv6 TCP", 5, true, true, 2 },
	{ "TCP only, IPv4", 10, false, false, NETBACK_HASH_NONE },
	{ "TCP only, IPv6 TCP", 10, true, true, 3 },
	{ "IPv4 only, IPv6 TCP", 3, true, true, NETBACK_HASH_NONE },
	{ "IPv6 only, IPv4 TCP", 12, false, true, NETBACK_HASH_NONE },
	{ "none", 0, false, true, NETBACK_HASH_NONE },
};

KUNIT_ARRAY_PARAM_DESC(type, type_rows, name);

static void netback_hash_test_type(struct kunit *test)
{
	const struct type_row *row = test->param_value;
	struct netback_hash hash = { .algorithm = TOEPLITZ };

	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_flags(&hash, row->flags));
	KUNIT_EXPECT_EQ(test, row->type,
			netback_hash_type(&hash, row->ipv6, row->tcp));
}

static void netback_hash_test_mapping(struct kunit *test)
{
	static const u32 queues[] = { 3, 2, 1, 0, 3 };
	static const u32 too_large[] = { 1, 4 };
	struct netback_hash hash = {};
	unsigned int i;

	/* Without a table the remainder decides. */
	KUNIT_EXPECT_EQ(test, 2U, netback_hash_queue(&hash, 10, 4));
	KUNIT_EXPECT_EQ(test, INVALID,
			(int)netback_hash_check_mapping(&hash, 1, 0));
	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_mapping_size(&hash, 5));
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, 0U, netback_hash_queue(&hash, i, 4));
	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_mapping(&hash, queues, 5, 0, 4));
	for (i = 0; i < 5; i++)
		KUNIT_EXPECT_EQ(test, queues[i],
				netback_hash_queue(&hash, 5 + i, 4));

	/* A part of it; and nothing at all if any of it is bad. */
	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_mapping(&hash, queues, 1, 3, 4));
	KUNIT_EXPECT_EQ(test, INVALID,
			(int)netback_hash_set_mapping(&hash, too_large, 2, 0,
						      4));
	KUNIT_EXPECT_EQ(test, 3U, netback_hash_queue(&hash, 0, 4));
	KUNIT_EXPECT_EQ(test, 3U, netback_hash_queue(&hash, 3, 4));
	KUNIT_EXPECT_EQ(test, 3U, netback_hash_queue(&hash, 4, 4));
	/* Another size is another table. */
	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_mapping_size(&hash, 128));
	KUNIT_EXPECT_EQ(test, 0U, netback_hash_queue(&hash, 0, 4));
}

struct bounds_row {
	const char *name;
	u32 size;
	u32 nr;
	u32 first;
	u32 status;
};

static const struct bounds_row bounds_rows[] = {
	{ "all", 128, 128, 0, GOOD },
	{ "nothing", 128, 0, 0, GOOD },
	{ "nothing, at the end", 128, 0, 128, GOOD },
	{ "nothing, behind the end", 128, 0, 129, INVALID },
	{ "the last", 128, 1, 127, GOOD },
	{ "one beyond", 128, 1, 128, INVALID },
	{ "over the end", 128, 2, 127, INVALID },
	{ "a table that is too small", 64, 65, 0, INVALID },
	{ "more than any table", 128, 129, 0, OVERFLOW },
	{ "a sum that wraps", 128, 2, U32_MAX, INVALID },
	{ "the largest number", 128, U32_MAX, 1, OVERFLOW },
	{ "bytes that wrap", 128, 0x40000001, 0, OVERFLOW },
};

KUNIT_ARRAY_PARAM_DESC(bounds, bounds_rows, name);

static void netback_hash_test_bounds(struct kunit *test)
{
	const struct bounds_row *row = test->param_value;
	struct netback_hash hash = {};

	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_mapping_size(&hash, row->size));
	KUNIT_EXPECT_EQ(test, row->status,
			netback_hash_check_mapping(&hash, row->nr,
						   row->first));
}

static void netback_hash_test_mapping_size(struct kunit *test)
{
	struct netback_hash hash = {};

	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_mapping_size(&hash, 64));
	KUNIT_EXPECT_EQ(test, INVALID,
			(int)netback_hash_set_mapping_size(&hash, 129));
	KUNIT_EXPECT_EQ(test, INVALID,
			(int)netback_hash_set_mapping_size(&hash, 256 + 8));
	/* What was refused has changed nothing. */
	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_check_mapping(&hash, 64, 0));
	KUNIT_EXPECT_EQ(test, GOOD,
			(int)netback_hash_set_mapping_size(&hash, 0));
	KUNIT_EXPECT_EQ(test, 1U, netback_hash_queue(&hash, 9, 4));
}

static struct kunit_case netback_hash_cases[] = {
	KUNIT_CASE_PARAM(netback_hash_test_vector, vector_gen_params),
	KUNIT_CASE(netback_hash_test_key),
	KUNIT_CASE(netback_hash_test_algorithm),
	KUNIT_CASE_PARAM(netback_hash_test_type, type_gen_params),
	KUNIT_CASE(netback_hash_test_mapping),
	KUNIT_CASE_PARAM(netback_hash_test_bounds, bounds_gen_params),
	KUNIT_CASE(netback_hash_test_mapping_size),
	{}
};

static struct kunit_suite netback_hash_suite = {
	.name = "netback_hash",
	.test_cases = netback_hash_cases,
};

kunit_test_suite(netback_hash_suite);
