// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "../keys.h"

/* A folder of xenstore that fits into a row of a table. */
struct pair {
	const char *key;
	const char *value;
};

#define MAX_PAIRS 12

struct folder {
	const struct pair *pairs;
	unsigned int reads;
	char value[64];
};

/* The value is in memory that the next call overwrites, as the header allows. */
static const char *read_folder(void *context, const char *key)
{
	struct folder *folder = context;
	unsigned int i;

	folder->reads++;
	for (i = 0; i < MAX_PAIRS && folder->pairs[i].key; i++) {
		if (strcmp(folder->pairs[i].key, key))
			continue;
		memset(folder->value, '#', sizeof(folder->value));
		strscpy(folder->value, folder->pairs[i].value, sizeof(folder->value));
		return folder->value;
	}
	return NULL;
}

static const struct blkback_keys_limits limits = { .max_queues = 4, .max_ring_page_order = 4,
						   .persistent = true };
static const struct blkback_keys_limits small_limits = { .max_queues = 1 };

struct number_row {
	const char *name;
	const char *text;
	int result;
	u32 number;
};

static const struct number_row number_rows[] = {
	{ "zero", "0", 0, 0 },
	{ "one digit", "7", 0, 7 },
	{ "zeros in front", "007", 0, 7 },
	{ "largest", "4294967295", 0, U32_MAX },
	{ "missing", NULL, -ENOENT },
	{ "empty", "", -EINVAL },
	{ "one too large", "4294967296", -ERANGE },
	{ "64 bits", "18446744073709551617", -ERANGE },
	{ "hundred digits", "1000000000000000000000000000000000000000000000000000", -ERANGE },
	{ "negative", "-1", -EINVAL },
	{ "plus", "+1", -EINVAL },
	{ "space in front", " 1", -EINVAL },
	{ "space behind", "1 ", -EINVAL },
	{ "newline behind", "1\n", -EINVAL },
	{ "hexadecimal", "0x10", -EINVAL },
	{ "fraction", "1.5", -EINVAL },
	{ "word", "one", -EINVAL },
	{ "digits, then letters", "12ab", -EINVAL },
	{ "not ASCII", "\xff\xfe", -EINVAL },
	{ "large and no number", "99999999999x", -ERANGE },
};

static void describe_number(const struct number_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(number, number_rows, describe_number);

static void blkback_keys_test_number(struct kunit *test)
{
	const struct number_row *row = test->param_value;
	u32 number = 0x5555;

	KUNIT_EXPECT_EQ(test, row->result, blkback_keys_parse_number(row->text, &number));
	KUNIT_EXPECT_EQ(test, number, row->result ? 0x5555 : row->number);
}

struct device_row {
	const char *name;
	const char *text;
	int result;
	u32 major, minor;
};

static const struct device_row device_rows[] = {
	{ "loop 0", "7:0", 0, 7, 0 },
	{ "hexadecimal", "fd:1A", 0, 0xfd, 0x1a },
	{ "minor only", "0:5", 0, 0, 5 },
	{ "largest", "fff:fffff", 0, 0xfff, 0xfffff },
	{ "missing", NULL, -ENOENT },
	{ "empty", "", -EINVAL },
	{ "colon", ":", -EINVAL },
	{ "no colon", "701", -EINVAL },
	{ "no major", ":1", -EINVAL },
	{ "no minor", "7:", -EINVAL },
	{ "no device", "0:0", -EINVAL },
	{ "major too large", "1000:0", -EINVAL },
	{ "minor too large", "7:100000", -EINVAL },
	{ "very large", "7:ffffffffffffffffffffffff", -EINVAL },
	{ "negative", "-7:1", -EINVAL },
	{ "prefix", "0x7:1", -EINVAL },
	{ "space", "7: 1", -EINVAL },
	{ "newline behind", "7:1\n", -EINVAL },
	{ "two colons", "7:1:2", -EINVAL },
	{ "path", "/dev/loop0", -EINVAL },
};

static void describe_device(const struct device_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(device, device_rows, describe_device);

static void blkback_keys_test_device(struct kunit *test)
{
	const struct device_row *row = test->param_value;
	u32 major = 0x5555, minor = 0x5555;

	KUNIT_EXPECT_EQ(test, row->result, blkback_keys_parse_device(row->text, &major, &minor));
	KUNIT_EXPECT_EQ(test, major, row->result ? 0x5555 : row->major);
	KUNIT_EXPECT_EQ(test, minor, row->result ? 0x5555 : row->minor);
}

struct mode_row {
	const char *name;
	const char *text;
	int result;
	bool read_only;
};

static const struct mode_row mode_rows[] = {
	{ "r", "r", 0, true },
	{ "ro", "ro", 0, true },
	{ "r!", "r!", 0, true },
	{ "w", "w", 0, false },
	{ "rw", "rw", 0, false },
	{ "w!", "w!", 0, false },
	{ "rw!", "rw!", 0, false },
	{ "missing", NULL, -ENOENT },
	{ "empty", "", -EINVAL },
	{ "word with a w", "unknown", -EINVAL },
	{ "space behind", "r ", -EINVAL },
	{ "upper case", "W", -EINVAL },
	{ "nothing but force", "!", -EINVAL },
};

static void describe_mode(const struct mode_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(mode, mode_rows, describe_mode);

static void blkback_keys_test_mode(struct kunit *test)
{
	const struct mode_row *row = test->param_value;
	bool read_only = !row->read_only;

	KUNIT_EXPECT_EQ(test, row->result, blkback_keys_parse_mode(row->text, &read_only));
	if (!row->result)
		KUNIT_EXPECT_EQ(test, read_only, row->read_only);
}

struct frontend_row {
	const char *name;
	const struct blkback_keys_limits *limits;
	struct pair pairs[MAX_PAIRS];
	const char *error;	/* NULL if the keys are good */

	const char *layout;
	unsigned int nr_queues, order;
	bool order_given, persistent;
};

static const struct frontend_row frontend_rows[] = {
	{ "no key at all", &limits, { { NULL } }, NULL, NULL, 1, 0, false },
	{ "Linux", &limits, { { "protocol", "x86_64-abi" }, { "multi-queue-num-queues", "4" },
	  { "ring-page-order", "4" } }, NULL, "x86_64-abi", 4, 4, true },
	{ "32-bit", &limits, { { "protocol", "x86_32-abi" } }, NULL, "x86_32-abi", 1, 0, false },
	{ "one queue, said so", &limits, { { "multi-queue-num-queues", "1" } }, NULL, NULL, 1, 0,
	  false },
	{ "order 0, said so", &limits, { { "ring-page-order", "0" } }, NULL, NULL, 1, 0, true },
	{ "persistent", &limits, { { "feature-persistent", "1" } }, NULL, NULL, 1, 0, false,
	  true },
	{ "not persistent", &limits, { { "feature-persistent", "0" } }, NULL, NULL, 1, 0, false },
	{ "persistent, not offered", &small_limits, { { "feature-persistent", "1" } }, NULL, NULL,
	  1, 0, false },
	{ "persistently nonsense", &limits, { { "feature-persistent", "yes" } }, NULL, NULL, 1, 0,
	  false },
	{ "no queue", &limits, { { "multi-queue-num-queues", "0" } },
	  "multi-queue-num-queues is \"0\", not between 1 and 4" },
	{ "a queue too many", &limits, { { "multi-queue-num-queues", "5" } },
	  "multi-queue-num-queues is \"5\", not between 1 and 4" },
	{ "huge number of queues", &limits, { { "multi-queue-num-queues", "4294967297" } },
	  "multi-queue-num-queues is \"4294967297\", not between 1 and 4" },
	{ "two queues, one offered", &small_limits, { { "multi-queue-num-queues", "2" } },
	  "multi-queue-num-queues is \"2\", not between 1 and 1" },
	{ "negative queues", &limits, { { "multi-queue-num-queues", "-1" } },
	  "multi-queue-num-queues is no number: \"-1\"" },
	{ "empty queues", &limits, { { "multi-queue-num-queues", "" } },
	  "multi-queue-num-queues is no number: \"\"" },
	{ "order too large", &limits, { { "ring-page-order", "5" } },
	  "ring-page-order is \"5\", not between 0 and 4" },
	{ "order of 32", &limits, { { "ring-page-order", "32" } },
	  "ring-page-order is \"32\", not between 0 and 4" },
	{ "order not offered", &small_limits, { { "ring-page-order", "1" } },
	  "ring-page-order is \"1\", not between 0 and 0" },
	{ "order is a word", &limits, { { "ring-page-order", "four" } },
	  "ring-page-order is no number: \"four\"" },
	{ "unknown protocol", &limits, { { "protocol", "z80-abi" } },
	  "protocol is not known: \"z80-abi\"" },
	{ "empty protocol", &limits, { { "protocol", "" } }, "protocol is not known: \"\"" },
	{ "protocol of many bytes", &limits,
	  { { "protocol", "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz" } },
	  "protocol is not known: \"abcdefghijklmnopqrst...\"" },
	{ "protocol for the terminal", &limits, { { "protocol", "\x1b[2J\x80%s\n" } },
	  "protocol is not known: \"?[2J?%s?\"" },
};

static void describe_frontend(const struct frontend_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(frontend, frontend_rows, describe_frontend);

static void blkback_keys_test_frontend(struct kunit *test)
{
	const struct frontend_row *row = test->param_value;
	struct folder folder = { .pairs = row->pairs };
	const struct blkback_keys_source source = { read_folder, &folder };
	struct blkback_frontend_config config;
	struct blkback_keys_error error = { "" };
	int result = blkback_keys_read_frontend(&source, row->limits, &config, &error);

	if (row->error) {
		KUNIT_EXPECT_EQ(test, result, -EINVAL);
		KUNIT_EXPECT_STREQ(test, error.text, row->error);
		return;
	}
	KUNIT_ASSERT_EQ(test, result, 0);
	KUNIT_EXPECT_STREQ(test, config.layout->name,
			   row->layout ? row->layout : blkback_layout_native()->name);
	KUNIT_EXPECT_EQ(test, config.nr_queues, row->nr_queues);
	KUNIT_EXPECT_EQ(test, config.ring_page_order, row->order);
	KUNIT_EXPECT_EQ(test, config.ring_page_order_given, row->order_given);
	KUNIT_EXPECT_EQ(test, config.persistent, row->persistent);
	/* Each key once: a second look could show something else. */
	KUNIT_EXPECT_EQ(test, folder.reads, 4);
}

struct queue_row {
	const char *name;
	struct blkback_frontend_config frontend;
	unsigned int index;
	struct pair pairs[MAX_PAIRS];
	int result;
	const char *error;

	u32 event_channel;
	u32 nr_ring_refs;
	u32 ring_refs[4];
};

#define SINGLE { .nr_queues = 1 }
#define ORDER(order, queues) \
	{ .nr_queues = queues, .ring_page_order = order, .ring_page_order_given = true }
#define PORT { "event-channel", "5" }

static const struct queue_row queue_rows[] = {
	{ "one page", SINGLE, 0, { PORT, { "ring-ref", "8" } }, 0, NULL, 5, 1, { 8 } },
	{ "largest numbers", SINGLE, 0,
	  { { "event-channel", "4294967295" }, { "ring-ref", "4294967295" } }, 0, NULL,
	  U32_MAX, 1, { U32_MAX } },
	{ "numbered refs without an order are left over", SINGLE, 0,
	  { PORT, { "ring-ref0", "9" }, { "ring-ref", "8" } }, 0, NULL, 5, 1, { 8 } },
	{ "order 0, numbered", ORDER(0, 1), 0, { PORT, { "ring-ref0", "9" } }, 0, NULL, 5, 1,
	  { 9 } },
	{ "order 0, not numbered", ORDER(0, 1), 0, { PORT, { "ring-ref", "8" } }, 0, NULL, 5, 1,
	  { 8 } },
	{ "order 0, both", ORDER(0, 1), 0, { PORT, { "ring-ref", "8" }, { "ring-ref0", "9" } },
	  0, NULL, 5, 1, { 9 } },
	{ "order 2", ORDER(2, 1), 0, { PORT, { "ring-ref0", "1" }, { "ring-ref1", "2" },
	  { "ring-ref2", "3" }, { "ring-ref3", "4" } }, 0, NULL, 5, 4, { 1, 2, 3, 4 } },
	{ "first of two queues", ORDER(0, 2), 0, { PORT, { "ring-ref0", "1" },
	  { "queue-0/event-channel", "6" }, { "queue-0/ring-ref0", "11" } }, 0, NULL, 6, 1,
	  { 11 } },
	{ "second of two queues", ORDER(1, 2), 1, { { "queue-1/event-channel", "6" },
	  { "queue-1/ring-ref0", "11" }, { "queue-1/ring-ref1", "12" } }, 0, NULL, 6, 2,
	  { 11, 12 } },
	{ "of several queues, one page", { .nr_queues = 3 }, 2,
	  { { "queue-2/event-channel", "7" }, { "queue-2/ring-ref", "13" } }, 0, NULL, 7, 1,
	  { 13 } },
	{ "no event channel", SINGLE, 0, { { "ring-ref", "8" } }, -ENOENT,
	  "event-channel is missing" },
	{ "event channel 0", SINGLE, 0, { { "event-channel", "0" }, { "ring-ref", "8" } }, -EINVAL,
	  "event-channel is \"0\", not between 1 and 4294967295" },
	{ "event channel too large", SINGLE, 0, { { "event-channel", "4294967296" } }, -EINVAL,
	  "event-channel is \"4294967296\", not between 1 and 4294967295" },
	{ "event channel is no number", SINGLE, 0, { { "event-channel", "x" } }, -EINVAL,
	  "event-channel is no number: \"x\"" },
	{ "no ref", SINGLE, 0, { PORT }, -ENOENT, "ring-ref is missing" },
	{ "negative ref", SINGLE, 0, { PORT, { "ring-ref", "-8" } }, -EINVAL,
	  "ring-ref is no number: \"-8\"" },
	{ "empty ref", SINGLE, 0, { PORT, { "ring-ref", "" } }, -EINVAL,
	  "ring-ref is no number: \"\"" },
	{ "last ref missing", ORDER(1, 1), 0, { PORT, { "ring-ref0", "1" } }, -ENOENT,
	  "ring-ref1 is missing" },
	{ "order 1, not numbered", ORDER(1, 1), 0, { PORT, { "ring-ref", "1" } }, -ENOENT,
	  "ring-ref0 is missing" },
	{ "order 0, numbered one bad", ORDER(0, 1), 0,
	  { PORT, { "ring-ref", "1" }, { "ring-ref0", "y" } }, -EINVAL,
	  "ring-ref0 is no number: \"y\"" },
	{ "same page twice", ORDER(1, 1), 0,
	  { PORT, { "ring-ref0", "1" }, { "ring-ref1", "1" } }, -EINVAL,
	  "ring-ref1 is the same page as ring-ref0" },
	{ "queue that does not exist", ORDER(0, 2), 1, { PORT, { "ring-ref0", "1" },
	  { "queue-0/event-channel", "6" } }, -ENOENT, "queue-1/event-channel is missing" },
};

static void describe_queue(const struct queue_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(queue, queue_rows, describe_queue);

static void blkback_keys_test_queue(struct kunit *test)
{
	const struct queue_row *row = test->param_value;
	struct folder folder = { .pairs = row->pairs };
	const struct blkback_keys_source source = { read_folder, &folder };
	struct blkback_queue_config config;
	struct blkback_keys_error error = { "" };
	unsigned int i;

	KUNIT_EXPECT_EQ(test, row->result, blkback_keys_read_queue(&source, &row->frontend,
								   row->index, &config, &error));
	if (row->result) {
		KUNIT_EXPECT_STREQ(test, error.text, row->error);
		return;
	}
	KUNIT_EXPECT_EQ(test, config.event_channel, row->event_channel);
	KUNIT_EXPECT_EQ(test, config.nr_ring_refs, row->nr_ring_refs);
	for (i = 0; i < row->nr_ring_refs; i++)
		KUNIT_EXPECT_EQ(test, config.ring_refs[i], row->ring_refs[i]);
}

/* The largest ring fits, to the last reference. */
static const char *read_largest(void *context, const char *key)
{
	static char value[16];
	const char *digits = key + strlen("ring-ref");

	if (!strcmp(key, "event-channel"))
		return "1";
	snprintf(value, sizeof(value), "%s00", digits);
	return value;
}

static void blkback_keys_test_largest_ring(struct kunit *test)
{
	const struct blkback_keys_source source = { read_largest, NULL };
	const struct blkback_frontend_config frontend = ORDER(BLKBACK_RING_PAGE_ORDER_MAX, 1);
	struct blkback_queue_config *config = kunit_kzalloc(test, sizeof(*config), GFP_KERNEL);
	struct blkback_keys_error error;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, config);
	KUNIT_ASSERT_EQ(test, 0, blkback_keys_read_queue(&source, &frontend, 0, config, &error));
	KUNIT_ASSERT_EQ(test, config->nr_ring_refs, 16);
	for (i = 0; i < 16; i++)
		KUNIT_EXPECT_EQ(test, config->ring_refs[i], i * 100);
}

struct queues_row {
	const char *name;
	struct blkback_queue_config queues[3];
	const char *error;
};

static const struct queues_row queues_rows[] = {
	{ "different", { { 1, 2, { 10, 11 } }, { 2, 2, { 12, 13 } }, { 3, 2, { 14, 15 } } } },
	{ "same port", { { 1, 1, { 10 } }, { 2, 1, { 11 } }, { 1, 1, { 12 } } },
	  "queue-0 and queue-2 have the same event-channel" },
	{ "same page", { { 1, 2, { 10, 11 } }, { 2, 2, { 12, 13 } }, { 3, 2, { 14, 13 } } },
	  "queue-1 and queue-2 share a ring page" },
	{ "page that is not used",
	  { { 1, 1, { 10, 12 } }, { 2, 1, { 12, 10 } }, { 3, 1, { 13 } } } },
};

static void describe_queues(const struct queues_row *row, char *description)
{
	strscpy(description, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(queues, queues_rows, describe_queues);

static void blkback_keys_test_queues(struct kunit *test)
{
	const struct queues_row *row = test->param_value;
	struct blkback_keys_error error = { "" };

	KUNIT_EXPECT_EQ(test, row->error ? -EINVAL : 0,
			blkback_keys_check_queues(row->queues, ARRAY_SIZE(row->queues), &error));
	KUNIT_EXPECT_STREQ(test, error.text, row->error ? row->error : "");
}

static struct kunit_case blkback_keys_cases[] = {
	KUNIT_CASE_PARAM(blkback_keys_test_number, number_gen_params),
	KUNIT_CASE_PARAM(blkback_keys_test_device, device_gen_params),
	KUNIT_CASE_PARAM(blkback_keys_test_mode, mode_gen_params),
	KUNIT_CASE_PARAM(blkback_keys_test_frontend, frontend_gen_params),
	KUNIT_CASE_PARAM(blkback_keys_test_queue, queue_gen_params),
	KUNIT_CASE(blkback_keys_test_largest_ring),
	KUNIT_CASE_PARAM(blkback_keys_test_queues, queues_gen_params),
	{}
};

static struct kunit_suite blkback_keys_suite = {
	.name = "blkback_keys",
	.test_cases = blkback_keys_cases,
};

kunit_test_suite(blkback_keys_suite);
