// SPDX-License-Identifier: GPL-2.0
/* Keys of a frontend that writes something else whenever it is asked. */
#include "fuzz.h"

#include "keys.h"

#define MAX_QUEUES 4
#define MAX_ORDER 3

static void check_error(const struct blkback_keys_error *error)
{
	size_t length = strnlen(error->text, sizeof(error->text)), i;

	FUZZ_CHECK(length && length < sizeof(error->text));
	for (i = 0; i < length; i++)
		FUZZ_CHECK(isprint(error->text[i]));
}

static void check_queue(const struct blkback_frontend_config *frontend,
			const struct blkback_queue_config *queue)
{
	unsigned int i, j;

	FUZZ_CHECK(queue->event_channel);
	FUZZ_CHECK(queue->nr_ring_refs == 1U << frontend->ring_page_order);
	for (i = 0; i < queue->nr_ring_refs; i++)
		for (j = 0; j < i; j++)
			FUZZ_CHECK(queue->ring_refs[i] != queue->ring_refs[j]);
}

static void read_everything(const struct blkback_keys_source *source)
{
	const struct blkback_keys_limits limits = {
		.max_queues = MAX_QUEUES, .max_ring_page_order = MAX_ORDER,
	};
	struct blkback_queue_config queues[MAX_QUEUES];
	struct blkback_frontend_config frontend;
	struct blkback_keys_error error;
	unsigned int i;

	memset(&error, 0xff, sizeof(error));
	if (blkback_keys_read_frontend(source, &limits, &frontend, &error)) {
		check_error(&error);
		return;
	}
	FUZZ_CHECK(frontend.layout);
	FUZZ_CHECK(frontend.nr_queues >= 1 && frontend.nr_queues <= MAX_QUEUES);
	FUZZ_CHECK(frontend.ring_page_order <= MAX_ORDER);

	for (i = 0; i < frontend.nr_queues; i++) {
		if (blkback_keys_read_queue(source, &frontend, i, &queues[i], &error)) {
			check_error(&error);
			return;
		}
		check_queue(&frontend, &queues[i]);
	}
	if (blkback_keys_check_queues(queues, frontend.nr_queues, &error))
		check_error(&error);
}

void fuzz_keys(struct fuzz_input *input)
{
	struct fuzz_folder folder = { .input = input };
	const struct blkback_keys_source source = { fuzz_key, &folder };
	u32 major, minor, number;
	bool read_only;

	if (!blkback_keys_parse_device(fuzz_key(&folder, ""), &major, &minor))
		FUZZ_CHECK(major < 1 << 12 && minor < 1 << 20 && (major || minor));
	blkback_keys_parse_mode(fuzz_key(&folder, ""), &read_only);
	blkback_keys_parse_number(fuzz_key(&folder, ""), &number);
	read_everything(&source);
	free(folder.value);
}
