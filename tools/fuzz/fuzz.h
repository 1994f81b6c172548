/* SPDX-License-Identifier: GPL-2.0 */
/* What the targets share: an input that is used up piece by piece. */
#ifndef XEN_BACKENDS_FUZZ_FUZZ_H
#define XEN_BACKENDS_FUZZ_FUZZ_H

#include <stdlib.h>

#include "shim.h"

struct fuzz_input {
	const u8 *bytes;
	size_t left;
};

/* After the end of the input everything is 0. */
static inline u8 fuzz_u8(struct fuzz_input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->bytes++;
}

static inline u32 fuzz_u32(struct fuzz_input *input)
{
	u32 value = fuzz_u8(input);

	value |= (u32)fuzz_u8(input) << 8;
	value |= (u32)fuzz_u8(input) << 16;
	value |= (u32)fuzz_u8(input) << 24;
	return value;
}

/* Memory of exactly this size, so that the sanitizer sees each byte too far. */
static inline void *fuzz_copy(struct fuzz_input *input, size_t bytes)
{
	size_t have = bytes < input->left ? bytes : input->left;
	u8 *copy = calloc(1, bytes ? bytes : 1);

	memcpy(copy, input->bytes, have);
	input->bytes += have;
	input->left -= have;
	return copy;
}

/* A folder of xenstore in which there is something else whenever it is read. */
struct fuzz_folder {
	struct fuzz_input *input;
	char *value;
};

/* Unlike assert(): also there if somebody compiles with NDEBUG. */
#define FUZZ_CHECK(holds) do {						\
	if (!(holds)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds); \
		abort();						\
	}								\
} while (0)

/* The next text of the input, which ends at a 0 or with the input. */
static inline const char *fuzz_text(struct fuzz_folder *folder)
{
	const u8 *end = memchr(folder->input->bytes, 0, folder->input->left);
	size_t length = end ? (size_t)(end - folder->input->bytes) : folder->input->left;

	free(folder->value);
	folder->value = calloc(1, length + 1);
	memcpy(folder->value, folder->input->bytes, length);
	length += !!end;
	folder->input->bytes += length;
	folder->input->left -= length;
	return folder->value;
}

/* A text that begins with a ~ stands for a key that is missing. */
static inline const char *fuzz_key(void *context, const char *key)
{
	struct fuzz_folder *folder = context;
	const char *text;

	FUZZ_CHECK(strlen(key) < 40);
	if (!folder->input->left)
		return NULL;
	text = fuzz_text(folder);
	return *text == '~' ? NULL : text;
}

void fuzz_codec(struct fuzz_input *input);
void fuzz_ring(struct fuzz_input *input);
void fuzz_keys(struct fuzz_input *input);
void fuzz_net_slots(struct fuzz_input *input);
void fuzz_net_keys(struct fuzz_input *input);
void fuzz_net_control(struct fuzz_input *input);

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size);

#endif
