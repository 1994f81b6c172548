// SPDX-License-Identifier: GPL-2.0
/*
 * The result, for people and for programs: one table of what there is to say.
 */
#include <inttypes.h>
#include <json-c/json.h>
#include <stddef.h>

#include "report.h"

static const struct row {
	const char *key;
	const char *text;
	size_t offset;
	bool bytes;
} rows[] = {
	{ "disk_slots", "requests of a disk's ring",
	  offsetof(struct sizing, disk_slots), false },
	{ "guest_grants", "grant entries of a guest",
	  offsetof(struct sizing, guest_grants), false },
	{ "guest_grant_frames", "grant frames of a guest",
	  offsetof(struct sizing, guest_grant_frames), false },
	{ "grant_frames", "grant frames of all guests",
	  offsetof(struct sizing, grant_frames), false },
	{ "handles", "mappings of the backend's domain",
	  offsetof(struct sizing, handles), false },
	{ "maptrack_frames", "maptrack frames of the backend's domain",
	  offsetof(struct sizing, maptrack_frames), false },
	{ "ring_pages", "ring pages",
	  offsetof(struct sizing, ring_pages), false },
	{ "data_pages", "pages for data on its way",
	  offsetof(struct sizing, data_pages), false },
	{ "xen_bytes", "memory of Xen's",
	  offsetof(struct sizing, xen_bytes), true },
	{ "guest_bytes", "memory of the guests'",
	  offsetof(struct sizing, guest_bytes), true },
	{ "backend_bytes", "memory of the backend's domain",
	  offsetof(struct sizing, backend_bytes), true },
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

static uint64_t value(const struct sizing *sizing, const struct row *row)
{
	return *(const uint64_t *)((const char *)sizing + row->offset);
}

static const struct limit {
	const char *key;
	const char *option;
	size_t offset;
	uint64_t normal;
} limits[] = {
	{ "gnttab_max_frames", "max_grant_frames of each guest",
	  offsetof(struct sizing, guest_grant_frames),
	  SIZING_DEFAULT_GRANT_FRAMES },
	{ "gnttab_max_maptrack_frames",
	  "max_maptrack_frames of the backend's domain",
	  offsetof(struct sizing, maptrack_frames),
	  SIZING_DEFAULT_MAPTRACK_FRAMES },
};

#define NR_LIMITS (sizeof(limits) / sizeof(limits[0]))

static uint64_t needed(const struct sizing *sizing, const struct limit *limit)
{
	return *(const uint64_t *)((const char *)sizing + limit->offset);
}

int report_text(FILE *out, const struct sizing_plan *plan,
		const struct sizing *sizing)
{
	size_t i;

	fprintf(out, "%u guests, each with %u disks and %u interfaces of %u queues; "
		"rings of order %u, pages of %u bytes, data is %s\n",
		plan->guests, plan->disks, plan->vifs, plan->queues,
		plan->ring_order, plan->page_size,
		plan->copy ? "copied" : "mapped");
	for (i = 0; i < NR_ROWS; i++)
		fprintf(out, "  %-40s %12" PRIu64 "%s\n", rows[i].text,
			rows[i].bytes ? (value(sizing, &rows[i]) + 1023) / 1024 :
					value(sizing, &rows[i]),
			rows[i].bytes ? " KiB" : "");
	for (i = 0; i < NR_LIMITS; i++)
		if (needed(sizing, &limits[i]) > limits[i].normal)
			fprintf(out, "Xen's default of %" PRIu64 " is too small: "
				"%s=%" PRIu64 " on its command line, or %s\n",
				limits[i].normal, limits[i].key,
				needed(sizing, &limits[i]), limits[i].option);
	return ferror(out) ? -1 : 0;
}

static int add(struct json_object *to, const char *key, uint64_t number)
{
	return json_object_object_add(to, key, json_object_new_uint64(number));
}

/* What has to be raised, and to what; empty if nothing has. */
static struct json_object *raised(const struct sizing *sizing)
{
	struct json_object *object = json_object_new_object();
	size_t i;

	for (i = 0; i < NR_LIMITS; i++)
		if (needed(sizing, &limits[i]) > limits[i].normal)
			add(object, limits[i].key, needed(sizing, &limits[i]));
	return object;
}

int report_json(FILE *out, const struct sizing_plan *plan,
		const struct sizing *sizing)
{
	struct json_object *object = json_object_new_object();
	int ret = 0;
	size_t i;

	add(object, "guests", plan->guests);
	for (i = 0; i < NR_ROWS; i++)
		add(object, rows[i].key, value(sizing, &rows[i]));
	json_object_object_add(object, "raise", raised(sizing));
	if (fprintf(out, "%s\n", json_object_to_json_string_ext(object,
				JSON_C_TO_STRING_PRETTY)) < 0)
		ret = -1;
	json_object_put(object);
	return ret;
}
