/* SPDX-License-Identifier: GPL-2.0 */
#ifndef XENBACK_REPORT_H
#define XENBACK_REPORT_H

#include <stdio.h>

#include "sizing.h"

/* Both return 0, or -1 if it could not be written. */
int report_text(FILE *out, const struct sizing_plan *plan,
		const struct sizing *sizing);
int report_json(FILE *out, const struct sizing_plan *plan,
		const struct sizing *sizing);

#endif
