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

/* Unlike assert(): also there if somebody compiles with NDEBUG. */
#define FUZZ_CHECK(holds) do {						\
	if (!(holds)) {							\
		fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__, #holds); \
		abort();						\
	}								\
} while (0)

void fuzz_codec(struct fuzz_input *input);
void fuzz_ring(struct fuzz_input *input);
void fuzz_keys(struct fuzz_input *input);

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size);

#endif
