// SPDX-License-Identifier: GPL-2.0
#include <kunit/test.h>

#include "../keys.h"

#define MAX_QUEUES 4

struct row {
	const char *name;
	const char *keys;	/* "KEY=VALUE KEY=VALUE" */
	int result;
	const char *explained;	/* a word of the explanation */
	bool flip;		/* it was offered pages */
};

#define COPY		"request-rx-copy=1 "
#define RINGS		COPY "tx-ring-ref=8 rx-ring-ref=9 "
#define FLIP		"request-rx-copy=0 tx-ring-ref=8 rx-ring-ref=9 "
#define OLDEST		"tx-ring-ref=8 rx-ring-ref=9 "
#define ONE_PORT	"event-channel=5 "
#define TWO		COPY "multi-queue-num-queues=2 "
#define FIRST		"queue-0/tx-ring-ref=1 queue-0/rx-ring-ref=2 " \
			"queue-0/event-channel=3 "
#define SECOND		"queue-1/tx-ring-ref=4 queue-1/rx-ring-ref=5 " \
			"queue-1/event-channel=6 "

static const struct row rows[] = {
	{ "the least", RINGS ONE_PORT, 0 },
	{ "no copying", "request-rx-copy=0", -EOPNOTSUPP, "request-rx-copy" },
	{ "pages", FLIP ONE_PORT, 0, .flip = true },
	{ "pages, though they were not offered", FLIP ONE_PORT, -EOPNOTSUPP,
	  "request-rx-copy" },
	{ "pages, or it does not know better", OLDEST ONE_PORT, 0,
	  .flip = true },
	{ "copies, though pages were offered", RINGS ONE_PORT, 0,
	  .flip = true },
	{ "no keys", "", -EOPNOTSUPP, "request-rx-copy" },
	{ "copying is no number", "request-rx-copy=yes", -EINVAL,
	  "request-rx-copy" },
	{ "no queue", RINGS "multi-queue-num-queues=0", -EINVAL,
	  "multi-queue-num-queues" },
	{ "too many queues", RINGS "multi-queue-num-queues=5", -EINVAL,
	  "multi-queue-num-queues" },
	{ "negative queues", RINGS "multi-queue-num-queues=-1", -EINVAL,
	  "multi-queue-num-queues" },
	{ "huge queues", RINGS "multi-queue-num-queues=99999999999999999999999",
	  -EINVAL, "multi-queue-num-queues" },
	{ "2^32 + 1 queues", RINGS "multi-queue-num-queues=4294967297",
	  -EINVAL, "multi-queue-num-queues" },
	{ "empty number", RINGS "feature-sg=", -EINVAL, "feature-sg" },
	{ "text behind", RINGS "feature-sg=1x", -EINVAL, "feature-sg" },
	{ "no transmit ring", COPY ONE_PORT, -ENOENT, "tx-ring-ref" },
	{ "no receive ring", COPY "tx-ring-ref=1", -ENOENT, "rx-ring-ref" },
	{ "no port", RINGS, -ENOENT, "event-channel" },
	{ "port 0", RINGS "event-channel=0", -EINVAL, "event-channel" },
	{ "split, port 0", RINGS "event-channel-tx=0", -EINVAL,
	  "event-channel-tx" },
	{ "half split", RINGS "event-channel-tx=3 " ONE_PORT, -ENOENT,
	  "event-channel-rx" },
	{ "two queues, keys of one",
	  RINGS ONE_PORT "multi-queue-num-queues=2", -ENOENT,
	  "queue-0/tx-ring-ref" },
	{ "rings on one page", COPY "tx-ring-ref=8 rx-ring-ref=8 " ONE_PORT,
	  -EINVAL, "same page" },
	{ "two queues", TWO FIRST SECOND, 0 },
	{ "a page of two queues",
	  TWO FIRST "queue-1/rx-ring-ref=1 " SECOND, -EINVAL, "share" },
	{ "a port of two queues",
	  TWO FIRST "queue-1/event-channel=3 " SECOND, -EINVAL, "share" },
	{ "a control ring", RINGS ONE_PORT
	  "ctrl-ring-ref=7 event-channel-ctrl=6", 0 },
	{ "a control ring without a port", RINGS ONE_PORT "ctrl-ring-ref=7",
	  -ENOENT, "event-channel-ctrl" },
	{ "a control ring with port 0", RINGS ONE_PORT
	  "ctrl-ring-ref=7 event-channel-ctrl=0", -EINVAL,
	  "event-channel-ctrl" },
	{ "a control ring that is no number", RINGS ONE_PORT
	  "ctrl-ring-ref=-7 event-channel-ctrl=6", -EINVAL, "ctrl-ring-ref" },
	{ "a control ring that is another ring", RINGS ONE_PORT
	  "ctrl-ring-ref=8 event-channel-ctrl=6", -EINVAL, "control ring" },
	{ "a control ring with another ring's port", RINGS ONE_PORT
	  "ctrl-ring-ref=7 event-channel-ctrl=5", -EINVAL, "control ring" },
	{ "a queue missing", TWO FIRST, -ENOENT, "queue-1/tx-ring-ref" },
	{ "only the first is split",
	  TWO FIRST SECOND
	  "queue-0/event-channel-tx=7 queue-0/event-channel-rx=8", -ENOENT,
	  "queue-1/event-channel-tx" },
};

KUNIT_ARRAY_PARAM_DESC(row, rows, name);

/* What a key's value was last. */
static char value[32];

static const char *read_text(void *context, const char *key)
{
	const char *text = context;
	size_t len = strlen(key);

	for (; text; text = strchr(text, ' ')) {
		text += strspn(text, " ");
		if (strncmp(text, key, len) || text[len] != '=')
			continue;
		strscpy(value, text + len + 1, sizeof(value));
		value[strcspn(value, " ")] = '\0';
		return value;
	}
	return NULL;
}

static int read_all(const char *keys, bool flip,
		    struct netback_frontend_config *config,
		    struct netback_queue_config *queues,
		    struct netback_keys_error *error)
{
	const struct netback_keys_source source = {
		.read = read_text,
		.context = (void *)keys,
	};
	unsigned int i;
	int ret;

	ret = netback_keys_read_frontend(&source, MAX_QUEUES, flip, config,
					 error);
	for (i = 0; !ret && i < config->nr_queues; i++)
		ret = netback_keys_read_queue(&source, config, i, &queues[i],
					      error);
	if (!ret)
		ret = netback_keys_check_queues(config, queues, error);
	return ret;
}

static void netback_keys_test_rows(struct kunit *test)
{
	const struct row *row = test->param_value;
	struct netback_queue_config queues[MAX_QUEUES];
	struct netback_frontend_config config;
	struct netback_keys_error error = {};

	KUNIT_EXPECT_EQ(test, row->result,
			read_all(row->keys, row->flip, &config, queues,
				 &error));
	if (!row->result)
		KUNIT_EXPECT_EQ(test, config.flip,
				!strstr(row->keys, "request-rx-copy=1"));
	if (row->explained)
		KUNIT_EXPECT_NOT_NULL_MSG(test,
					  strstr(error.text, row->explained),
					  "%s", error.text);
}

#define EVERY_SWITCH	"feature-rx-notify=1 feature-sg=1 " \
			"feature-gso-tcpv4=1 feature-gso-tcpv6=1 " \
			"feature-no-csum-offload=1 " \
			"feature-ipv6-csum-offload=1 "
#define SPLIT		"event-channel-tx=5 event-channel-rx=6 "

static void netback_keys_test_everything(struct kunit *test)
{
	static const char * const keys = RINGS EVERY_SWITCH SPLIT ONE_PORT
					 " ctrl-ring-ref=10 event-channel-ctrl=11";
	struct netback_queue_config queue;
	struct netback_frontend_config config;
	struct netback_keys_error error;

	KUNIT_ASSERT_EQ(test, 0, read_all(keys, false, &config, &queue,
					  &error));
	KUNIT_EXPECT_EQ(test, 1U, config.nr_queues);
	KUNIT_EXPECT_TRUE(test, config.rx_notify && config.sg);
	KUNIT_EXPECT_TRUE(test, config.gso_tcpv4 && config.gso_tcpv6);
	KUNIT_EXPECT_FALSE(test, config.ip_csum);
	KUNIT_EXPECT_TRUE(test, config.ipv6_csum);
	KUNIT_EXPECT_TRUE(test, config.split);
	KUNIT_EXPECT_EQ(test, 8U, queue.tx_ring_ref);
	KUNIT_EXPECT_EQ(test, 9U, queue.rx_ring_ref);
	KUNIT_EXPECT_EQ(test, 5U, queue.tx_port);
	KUNIT_EXPECT_EQ(test, 6U, queue.rx_port);
	KUNIT_EXPECT_TRUE(test, config.ctrl);
	KUNIT_EXPECT_EQ(test, 10U, config.ctrl_ring_ref);
	KUNIT_EXPECT_EQ(test, 11U, config.ctrl_port);
}

/* What is not there is not offered, but for the oldest of all. */
static void netback_keys_test_defaults(struct kunit *test)
{
	struct netback_queue_config queue;
	struct netback_frontend_config config;
	struct netback_keys_error error;

	KUNIT_ASSERT_EQ(test, 0, read_all(RINGS ONE_PORT, false, &config,
					  &queue, &error));
	KUNIT_EXPECT_EQ(test, 1U, config.nr_queues);
	KUNIT_EXPECT_FALSE(test, config.split || config.rx_notify ||
			   config.sg || config.gso_tcpv4 || config.gso_tcpv6 ||
			   config.ipv6_csum);
	KUNIT_EXPECT_TRUE(test, config.ip_csum);
	KUNIT_EXPECT_FALSE(test, config.ctrl);
	KUNIT_EXPECT_EQ(test, 5U, queue.tx_port);
	KUNIT_EXPECT_EQ(test, 5U, queue.rx_port);
}

struct rate_row {
	const char *text;
	int result;
	u32 bytes;
	u32 usec;
};

static const struct rate_row rate_rows[] = {
	{ "1000,50000", 0, 1000, 50000 },
	{ "4294967295,1", 0, 4294967295, 1 },
	{ "4294967296,1", -EINVAL },
	{ "0,50000", -EINVAL },
	{ "1000,0", -EINVAL },
	{ "1000", -EINVAL },
	{ "1000,", -EINVAL },
	{ ",50000", -EINVAL },
	{ "1000,50000,", -EINVAL },
	{ "-1,50000", -EINVAL },
	{ " 1,2", -EINVAL },
	{ "", -EINVAL },
};

KUNIT_ARRAY_PARAM_DESC(rate, rate_rows, text);

static void netback_keys_test_rate(struct kunit *test)
{
	const struct rate_row *row = test->param_value;
	u32 bytes = 0, usec = 0;

	KUNIT_EXPECT_EQ(test, row->result,
			netback_keys_parse_rate(row->text, &bytes, &usec));
	KUNIT_EXPECT_EQ(test, row->bytes, bytes);
	KUNIT_EXPECT_EQ(test, row->usec, usec);
}

static void netback_keys_test_no_rate(struct kunit *test)
{
	u32 bytes, usec;

	KUNIT_EXPECT_EQ(test, -ENOENT,
			netback_keys_parse_rate(NULL, &bytes, &usec));
}

struct headroom_row {
	const char *text;
	u16 max;
	int result;
	u16 bytes;
};

static const struct headroom_row headroom_rows[] = {
	{ "0", 256, 0, 0 },
	{ "1", 256, 0, 1 },
	{ "256", 256, 0, 256 },
	{ "257", 256, -ERANGE, 256 },
	{ "32767", 256, -ERANGE, 256 },
	{ "65536", 256, -ERANGE, 256 },
	{ "4294967295", 256, -ERANGE, 256 },
	{ "4294967296", 256, -EINVAL, 0 },
	{ "0", 0, 0, 0 },
	{ "256", 0, -ERANGE, 0 },
	{ "-1", 256, -EINVAL, 0 },
	{ " 1", 256, -EINVAL, 0 },
	{ "256 ", 256, -EINVAL, 0 },
	{ "0x100", 256, -EINVAL, 0 },
	{ "", 256, -EINVAL, 0 },
	{ NULL, 256, 0, 0 },
};

static void headroom_name(const struct headroom_row *row, char *name)
{
	snprintf(name, KUNIT_PARAM_DESC_SIZE, "'%s' of %u", row->text ?: "none",
		 row->max);
}

KUNIT_ARRAY_PARAM(headroom, headroom_rows, headroom_name);

static void netback_keys_test_headroom(struct kunit *test)
{
	const struct headroom_row *row = test->param_value;
	u16 bytes = 77;

	KUNIT_EXPECT_EQ(test, row->result,
			netback_keys_parse_headroom(row->text, row->max,
						    &bytes));
	KUNIT_EXPECT_EQ(test, row->bytes, bytes);
}

static struct kunit_case netback_keys_cases[] = {
	KUNIT_CASE_PARAM(netback_keys_test_rows, row_gen_params),
	KUNIT_CASE(netback_keys_test_everything),
	KUNIT_CASE(netback_keys_test_defaults),
	KUNIT_CASE_PARAM(netback_keys_test_rate, rate_gen_params),
	KUNIT_CASE(netback_keys_test_no_rate),
	KUNIT_CASE_PARAM(netback_keys_test_headroom, headroom_gen_params),
	{}
};

static struct kunit_suite netback_keys_suite = {
	.name = "netback_keys",
	.test_cases = netback_keys_cases,
};

kunit_test_suite(netback_keys_suite);
