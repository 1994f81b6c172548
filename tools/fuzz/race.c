// SPDX-License-Identifier: GPL-2.0
/*
 * An honest frontend, our taking side and our answering side, each a thread of
 * its own on a small ring that is always full: no request may be lost, seen
 * too early or taken for a crime. ring.c is built in here, with accesses that
 * give way to the other threads now and then, so that each order is met.
 */
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "shim.h"

static __thread u32 pause_state = 1;

static void pause_sometimes(void)
{
	pause_state = pause_state * 1664525 + 1013904223;
	if (pause_state >> 28 == 0)
		sched_yield();
}

#undef READ_ONCE
#define READ_ONCE(x) ({							\
	pause_sometimes();						\
	__atomic_load_n(&(x), __ATOMIC_RELAXED); })

#undef WRITE_ONCE
#define WRITE_ONCE(x, value) do {					\
	pause_sometimes();						\
	__atomic_store_n(&(x), value, __ATOMIC_RELAXED);		\
} while (0)

#include "ring.c"

/* The indices at the beginning of the shared pages. */
enum { REQ_PROD, REQ_EVENT, RSP_PROD, RSP_EVENT };

#define START 0xffff0000U

static u32 pages[64 / sizeof(u32) + 2 * BLKBACK_REQUEST_BYTES_MAX / sizeof(u32)];
static const struct blkback_layout *layout;
static struct blkback_ring ring;
static u32 requests, taken, wrong;

static u8 *guest_slot(u32 index)
{
	return (u8 *)pages + 64 + (index & 1) * layout->request_bytes;
}

static void *frontend(void *unused)
{
	u32 produced = 0, seen = 0;

	while (seen < requests) {
		u32 responses = __atomic_load_n(&pages[RSP_PROD], __ATOMIC_ACQUIRE) - START;

		while (seen != responses) {
			wrong += blkback_layout_get_u64(guest_slot(START + seen), 0) != seen;
			seen++;
		}
		while (produced < requests && produced - seen < 2) {
			memset(guest_slot(START + produced), 0, layout->request_bytes);
			blkback_layout_put_u64(guest_slot(START + produced), layout->id, produced);
			produced++;
			__atomic_store_n(&pages[REQ_PROD], START + produced, __ATOMIC_RELEASE);
		}
		/* With fewer processors than threads. */
		if (produced - seen == 2)
			sched_yield();
	}
	return NULL;
}

static void *taking_side(void *unused)
{
	u8 raw[BLKBACK_REQUEST_BYTES_MAX];
	u32 id = 0;

	while (id < requests) {
		int result = blkback_ring_take(&ring, raw);

		if (result < 0) {
			fprintf(stderr, "an honest frontend is called broken at %u\n", id);
			exit(1);
		}
		if (!result) {
			sched_yield();
			continue;
		}
		wrong += blkback_layout_get_u64(raw, layout->id) != id;
		__atomic_store_n(&taken, ++id, __ATOMIC_RELEASE);
	}
	return NULL;
}

static void *answering_side(void *unused)
{
	u32 id = 0;

	while (id < requests) {
		if (id == __atomic_load_n(&taken, __ATOMIC_ACQUIRE)) {
			sched_yield();
			continue;
		}
		wrong += blkback_ring_respond(&ring, id, 0, 0) != 0;
		blkback_ring_push(&ring);
		id++;
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static void *(*const sides[])(void *unused) = { frontend, taking_side, answering_side };
	pthread_t threads[ARRAY_SIZE(sides)];
	unsigned int i;

	requests = argc > 1 ? strtoul(argv[1], NULL, 0) : 20000;
	layout = blkback_layout_native();
	pages[REQ_PROD] = START;
	pages[RSP_PROD] = START;
	if (blkback_ring_attach(&ring, pages, sizeof(pages), layout) || ring.size != 2)
		return 1;
	for (i = 0; i < ARRAY_SIZE(sides); i++)
		if (pthread_create(&threads[i], NULL, sides[i], NULL))
			return 1;
	for (i = 0; i < ARRAY_SIZE(sides); i++)
		pthread_join(threads[i], NULL);
	printf("# %u requests through a ring of two, %u wrong\n", requests, wrong);
	return wrong != 0;
}
