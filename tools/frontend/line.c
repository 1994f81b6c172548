// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include <xen/interface/io/blkif.h>

#include "line.h"
#include "memory.h"
#include "odd.h"
#include "../../drivers/xen/blkback/tests/raw.h"

/* A page holds so many segments. */
#define PER_PAGE	(PAGE_SIZE / BLKBACK_SEGMENT_BYTES)

/**
 * struct request_line - what the words of a line have said so far
 * @layout: of the slot
 * @slot: where the request goes
 * @raw: the fields
 * @nr: segments given
 * @pages: indirect pages named
 * @refs: their references
 * @counted: how many segments there are was said
 * @fill: what is no field
 */
struct request_line {
	const struct blkback_layout *layout;
	u8 *slot;
	struct raw_request raw;
	unsigned int nr;
	unsigned int pages;
	u32 refs[MEMORY_INDIRECT];
	bool counted;
	u8 fill;
};

/* The @index-th page from the one that is named, or an odd one. */
static int parse_page(const char *text, unsigned int index, u32 *ref)
{
	unsigned int page;

	if (odd_ref(text, ref))
		return 0;
	if (kstrtouint(text, 0, &page))
		return -EINVAL;
	*ref = memory_data_ref(page + index);
	return 0;
}

/* Segments of a line are written at once, wherever they belong. */
static int add_segment(struct request_line *line, u32 ref, u8 first, u8 last)
{
	unsigned int at = line->nr++;

	if (line->raw.operation == BLKIF_OP_INDIRECT) {
		if (at >= MEMORY_INDIRECT * PER_PAGE)
			return -EINVAL;
		raw_write_segment(memory_indirect(at / PER_PAGE), at % PER_PAGE,
				  ref, first, last);
		return 0;
	}
	if (at >= BLKIF_MAX_SEGMENTS_PER_REQUEST)
		return -EINVAL;
	raw_write_segment(line->slot + line->layout->segments, at, ref, first,
			  last);
	return 0;
}

static int parse_segments(struct request_line *line, char *text)
{
	char *page = strsep(&text, ":");
	unsigned int first, last, count = 1, i;
	int error = 0;
	u32 ref;

	if (!text || sscanf(text, "%u-%u*%u", &first, &last, &count) < 2)
		return -EINVAL;
	for (i = 0; i < count && !error; i++) {
		error = parse_page(page, i, &ref);
		if (!error)
			error = add_segment(line, ref, first, last);
	}
	return error;
}

static int parse_indirect_page(struct request_line *line, const char *text)
{
	if (line->pages >= MEMORY_INDIRECT)
		return -EINVAL;
	return parse_page(text, 0, &line->refs[line->pages++]);
}

static int parse_number(struct request_line *line, const char *name, u64 value)
{
	struct raw_request *raw = &line->raw;

	if (!strcmp(name, "id"))
		raw->id = value;
	else if (!strcmp(name, "sector"))
		raw->sector = value;
	else if (!strcmp(name, "inner"))
		raw->inner = value;
	else if (!strcmp(name, "discard"))
		raw->discard_sectors = value;
	else if (!strcmp(name, "flags"))
		raw->discard_flags = value;
	else if (!strcmp(name, "nr"))
		raw->nr_segments = value;
	else
		return -EINVAL;
	line->counted |= !strcmp(name, "nr");
	return 0;
}

/* Segments and pages are not fields. */
static int parse_field(struct request_line *line, const char *name, char *value)
{
	u64 number;

	if (!strcmp(name, "seg") || !strcmp(name, "page"))
		return 0;
	if (kstrtou64(value, 0, &number))
		return -EINVAL;
	if (!strcmp(name, "op"))
		line->raw.operation = number;
	else if (!strcmp(name, "fill"))
		line->fill = number;
	else
		return parse_number(line, name, number);
	return 0;
}

static int parse_list(struct request_line *line, const char *name, char *value)
{
	if (!strcmp(name, "seg"))
		return parse_segments(line, value);
	if (!strcmp(name, "page"))
		return parse_indirect_page(line, value);
	return 0;
}

/* @text is left as it was. */
static int each_word(struct request_line *line, const char *text,
		     int (*parse)(struct request_line *line, const char *name,
				  char *value))
{
	char *copy = kstrdup(text, GFP_KERNEL), *rest = copy, *word, *name;
	int error = copy ? 0 : -ENOMEM;

	while (!error && (word = strsep(&rest, "\n "))) {
		if (!*word)
			continue;
		name = strsep(&word, "=");
		error = word ? parse(line, name, word) : -EINVAL;
	}
	kfree(copy);
	return error;
}

static void write_indirect_pages(struct request_line *line)
{
	unsigned int i;

	for (i = 0; i < MEMORY_INDIRECT; i++)
		raw_write_indirect_gref(line->layout, line->slot, i,
					i < line->pages ? line->refs[i] :
							  memory_indirect_ref(i));
}

int line_write(const struct blkback_layout *layout, void *slot, char *text)
{
	struct request_line line = {
		.layout = layout,
		.slot = slot,
		.fill = 0xee,
	};
	int error;

	/* The operation decides where the segments go. */
	error = each_word(&line, text, parse_field);
	if (error)
		return error;
	raw_write(layout, slot, &line.raw, line.fill);
	error = each_word(&line, text, parse_list);
	if (error)
		return error;
	if (line.raw.operation == BLKIF_OP_INDIRECT)
		write_indirect_pages(&line);
	if (!line.counted && line.nr && line.raw.operation == BLKIF_OP_INDIRECT)
		blkback_layout_put_u16(slot, layout->indirect_nr_segments, line.nr);
	else if (!line.counted && line.nr)
		blkback_layout_put_u8(slot, layout->nr_segments, line.nr);
	return 0;
}
