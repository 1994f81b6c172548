// SPDX-License-Identifier: GPL-2.0
/* What libFuzzer calls, and the driver that stands in for it. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const u8 *bytes, size_t size)
{
	static void (*const targets[])(struct fuzz_input *input) = {
		fuzz_codec, fuzz_ring, fuzz_keys,
		fuzz_net_slots, fuzz_net_keys, fuzz_net_control,
	};
	struct fuzz_input input = { bytes, size };

	targets[fuzz_u8(&input) % ARRAY_SIZE(targets)](&input);
	return 0;
}
