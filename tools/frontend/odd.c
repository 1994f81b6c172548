// SPDX-License-Identifier: GPL-2.0
#include <linux/kernel.h>
#include <linux/string.h>

#include "granted.h"
#include "odd.h"

/* Of another guest, which need not exist. */
#define ELSEWHERE	0x7fe0

/* No table gets so long. */
#define BEYOND		0xfffffff0

/* In the order in which they are granted; the last is not. */
static const char * const names[] = {
	"readonly", "elsewhere", "unused", "beyond",
};

static struct granted odd;

int odd_create(u16 backend)
{
	int ret = granted_add(&odd, backend, true);

	if (!ret)
		ret = granted_add(&odd, ELSEWHERE, false);
	return ret ?: granted_add_unused(&odd);
}

void odd_destroy(void)
{
	granted_give_back(&odd);
}

bool odd_ref(const char *name, u32 *ref)
{
	int index = match_string(names, ARRAY_SIZE(names), name);

	if (index < 0)
		return false;
	*ref = index < odd.nr ? odd.refs[index] : BEYOND;
	return true;
}

void *odd_readonly(void)
{
	return granted_address(&odd, 0);
}
