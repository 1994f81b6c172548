// SPDX-License-Identifier: GPL-2.0
/* Any slots, any keys and any messages: what is accepted has to be harmless. */
#include "fuzz.h"

#include "../../drivers/xen/netback/ctrlcodec.h"
#include "../../drivers/xen/netback/keys.h"
#include "../../drivers/xen/netback/txcodec.h"

#define SLOT_BYTES 12
#define MESSAGE_BYTES 16
#define EXTRA_TYPES 5
#define MAX_QUEUES 4
#define MAX_HEADROOM 256

static void check_slots(const struct netback_tx_packet *packet)
{
	unsigned int i, bytes = 0;

	FUZZ_CHECK(packet->nr_slots && packet->nr_slots <= NETBACK_TX_SLOTS_MAX);
	FUZZ_CHECK(packet->nr_slots == packet->nr_ids);
	for (i = 0; i < packet->nr_slots; i++) {
		FUZZ_CHECK(packet->slots[i].size);
		FUZZ_CHECK(packet->slots[i].offset + packet->slots[i].size <= NETBACK_GRANT_BYTES);
		bytes += packet->slots[i].size;
	}
	FUZZ_CHECK(bytes == packet->size && bytes >= ETH_HLEN);
	FUZZ_CHECK(packet->gso == NETBACK_GSO_NONE || packet->gso_size >= NETBACK_GSO_SIZE_MIN);
}

static void check_packet(const struct netback_tx_packet *packet, unsigned int fatal_slots,
			 unsigned int slots)
{
	FUZZ_CHECK(packet->reason < NETBACK_TX_REASONS);
	FUZZ_CHECK(netback_tx_reason_name(packet->reason));
	FUZZ_CHECK(packet->nr_ids && packet->nr_ids <= fatal_slots);
	FUZZ_CHECK(packet->nr_extras <= EXTRA_TYPES);
	/* Each slot gets an answer, unless the ring is given up. */
	FUZZ_CHECK(packet->reason >= NETBACK_TX_FATAL ||
		   packet->nr_ids + packet->nr_extras == slots);
	if (packet->reason != NETBACK_TX_GOOD)
		return;
	if (packet->list == NETBACK_TX_LIST_KEEP)
		check_slots(packet);
	else
		FUZZ_CHECK(!packet->nr_slots && !packet->size && packet->nr_ids == 1);
}

void fuzz_net_slots(struct fuzz_input *input)
{
	unsigned int fatal_slots = NETBACK_TX_SLOTS_MAX +
		fuzz_u8(input) % (NETBACK_TX_FATAL_MAX - NETBACK_TX_SLOTS_MAX + 1);
	struct netback_tx_packet *packet = malloc(sizeof(*packet));
	unsigned int slots = 0;
	bool more = true;

	/* Of what was there before, nothing may be left. */
	memset(packet, 0xa5, sizeof(*packet));
	netback_tx_begin(packet, fatal_slots);
	while (more && input->left) {
		void *raw = fuzz_copy(input, SLOT_BYTES);

		more = netback_tx_feed(packet, raw);
		slots++;
		free(raw);
	}
	if (more)
		netback_tx_truncate(packet);
	if (slots)
		check_packet(packet, fatal_slots, slots);
	free(packet);
}

static void check_error(const struct netback_keys_error *error)
{
	size_t length = strnlen(error->text, sizeof(error->text)), i;

	FUZZ_CHECK(length && length < sizeof(error->text));
	for (i = 0; i < length; i++)
		FUZZ_CHECK(isprint(error->text[i]));
}

/* No page and no event channel has two uses. */
static void check_queues(const struct netback_frontend_config *frontend,
			 const struct netback_queue_config *queues)
{
	u32 pages[2 * MAX_QUEUES + 1], nr = 0, i, j;

	for (i = 0; i < frontend->nr_queues; i++) {
		pages[nr++] = queues[i].tx_ring_ref;
		pages[nr++] = queues[i].rx_ring_ref;
		FUZZ_CHECK(queues[i].tx_port && queues[i].rx_port);
		FUZZ_CHECK(frontend->split || queues[i].tx_port == queues[i].rx_port);
		for (j = 0; j < i; j++)
			FUZZ_CHECK(queues[i].tx_port != queues[j].tx_port &&
				   queues[i].rx_port != queues[j].rx_port);
	}
	for (i = 0; i < frontend->nr_queues && frontend->ctrl; i++)
		FUZZ_CHECK(frontend->ctrl_port != queues[i].tx_port &&
			   frontend->ctrl_port != queues[i].rx_port);
	if (frontend->ctrl)
		pages[nr++] = frontend->ctrl_ring_ref;
	for (i = 0; i < nr; i++)
		for (j = 0; j < i; j++)
			FUZZ_CHECK(pages[i] != pages[j]);
}

static void read_everything(const struct netback_keys_source *source, bool flip)
{
	struct netback_queue_config queues[MAX_QUEUES];
	struct netback_frontend_config frontend;
	struct netback_keys_error error;
	unsigned int i;

	memset(&error, 0xff, sizeof(error));
	if (netback_keys_read_frontend(source, MAX_QUEUES, flip, &frontend, &error)) {
		check_error(&error);
		return;
	}
	FUZZ_CHECK(frontend.nr_queues >= 1 && frontend.nr_queues <= MAX_QUEUES);
	FUZZ_CHECK(flip || !frontend.flip);
	FUZZ_CHECK(!frontend.ctrl || frontend.ctrl_port);
	for (i = 0; i < frontend.nr_queues; i++) {
		if (netback_keys_read_queue(source, &frontend, i, &queues[i], &error)) {
			check_error(&error);
			return;
		}
	}
	if (netback_keys_check_queues(&frontend, queues, &error))
		check_error(&error);
	else
		check_queues(&frontend, queues);
}

void fuzz_net_keys(struct fuzz_input *input)
{
	struct fuzz_folder folder = { .input = input };
	const struct netback_keys_source source = { fuzz_key, &folder };
	bool flip = fuzz_u8(input) & 1;
	u32 bytes, usec;
	u16 headroom;

	if (!netback_keys_parse_rate(fuzz_key(&folder, ""), &bytes, &usec))
		FUZZ_CHECK(bytes && usec);
	netback_keys_parse_headroom(fuzz_key(&folder, ""), MAX_HEADROOM, &headroom);
	FUZZ_CHECK(headroom <= MAX_HEADROOM);
	read_everything(&source, flip);
	free(folder.value);
}

/* A message, and a list of grants, of which only the answers change. */
void fuzz_net_control(struct fuzz_input *input)
{
	u8 *raw = fuzz_copy(input, MESSAGE_BYTES), answer[MESSAGE_BYTES];
	unsigned int nr = fuzz_u8(input) + 1, i;
	u8 *list = fuzz_copy(input, nr * NETBACK_CTRL_GREF_BYTES);
	u8 *before = malloc(nr * NETBACK_CTRL_GREF_BYTES);
	struct netback_ctrl_request request;
	struct netback_ctrl_gref gref;

	netback_ctrl_decode(&request, raw);
	FUZZ_CHECK(strlen(netback_ctrl_type_name(request.type)));
	FUZZ_CHECK(netback_ctrl_response(answer, &request, 0, 0) <= sizeof(answer));
	FUZZ_CHECK(!memcmp(answer, raw, 4));
	memcpy(before, list, nr * NETBACK_CTRL_GREF_BYTES);
	for (i = 0; i < nr; i++) {
		int error = netback_ctrl_gref_decode(&gref, list, i);
		u8 *entry = list + i * NETBACK_CTRL_GREF_BYTES;

		FUZZ_CHECK(!error == !(entry[5] || entry[4] & ~NETBACK_CTRL_GREF_READONLY));
		FUZZ_CHECK(!memcmp(&gref.ref, entry, sizeof(gref.ref)));
		netback_ctrl_gref_answer(list, i, ~request.type);
		FUZZ_CHECK(!memcmp(entry, before + i * NETBACK_CTRL_GREF_BYTES, 6));
	}
	free(before);
	free(list);
	free(raw);
}
