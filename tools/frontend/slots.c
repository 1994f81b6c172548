// SPDX-License-Identifier: GPL-2.0
#include "slots.h"

/* Where things lie in a ring, from the backend's own pure parts. */
#include "../../drivers/xen/blkback/codec.c"
#include "../../drivers/xen/blkback/layout.c"

int slots_create(struct slots *slots, const char *protocol, unsigned int order,
		 u16 backend)
{
	slots->layout = blkback_layout_by_protocol(protocol);
	if (!slots->layout)
		return -EINVAL;
	return ring_create(&slots->ring, slots->layout->request_bytes, order,
			   backend);
}

void slots_destroy(struct slots *slots)
{
	ring_destroy(&slots->ring);
}

/* Every byte of a response that no field of it is. */
static bool is_padded(const struct blkback_layout *layout, const u8 *raw)
{
	unsigned int i;

	for (i = layout->response_operation + 1; i < layout->response_status; i++)
		if (raw[i])
			return true;
	for (i = layout->response_status + 2; i < layout->response_bytes; i++)
		if (raw[i])
			return true;
	return false;
}

bool slots_answer(struct slots *slots, struct slots_answer *answer,
		  unsigned int ms)
{
	const struct blkback_layout *layout = slots->layout;
	const u8 *raw = ring_answer(&slots->ring, ms);

	if (!raw)
		return false;
	answer->id = blkback_layout_get_u64(raw, layout->response_id);
	answer->operation = blkback_layout_get_u8(raw, layout->response_operation);
	answer->status = blkback_layout_get_u16(raw, layout->response_status);
	answer->padded = is_padded(layout, raw);
	return true;
}
