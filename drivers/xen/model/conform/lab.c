// SPDX-License-Identifier: GPL-2.0
/*
 * The table on real Xen: loaded in dom0, with the granter's references.
 *
 * Runs when it is loaded and keeps a mapping; writes to "full" and "dying" run
 * the rest.
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <xen/xen.h>
#include "conform.h"

static unsigned int granter;
module_param(granter, uint, 0444);
MODULE_PARM_DESC(granter, "the domain whose grants are used (default 0)");

static unsigned int refs[CONFORM_NR_REFS];
static unsigned int nr_refs;
module_param_array(refs, uint, &nr_refs, 0444);
MODULE_PARM_DESC(refs, "its references, as its modules show them");

/* The reserved numbers begin at 0x7ff0, the toolstack counts from 1. */
#define NOBODY 0x7fe1

static struct conform run;
static unsigned int wrong;
module_param(wrong, uint, 0444);
MODULE_PARM_DESC(wrong, "answers that were not as expected (default 0)");

static void run_rows(const struct conform_row *rows, unsigned int nr)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		if (conform_run(&run, &rows[i]))
			continue;
		pr_err("%s: expected %s\n", rows[i].name,
		       conform_expected(&rows[i]));
		wrong++;
	}
}

static int full_set(const char *value, const struct kernel_param *param)
{
	run_rows(conform_full_rows, conform_nr_full_rows);
	return 0;
}

static const struct kernel_param_ops full_ops = { .set = full_set };
module_param_cb(full, &full_ops, NULL, 0200);
MODULE_PARM_DESC(full, "write when the granter may have no more memory");

static int dying_set(const char *value, const struct kernel_param *param)
{
	run_rows(conform_dying_rows, conform_nr_dying_rows);
	return 0;
}

static const struct kernel_param_ops dying_ops = { .set = dying_set };
module_param_cb(dying, &dying_ops, NULL, 0200);
MODULE_PARM_DESC(dying, "write when the granter was destroyed");

static int __init conform_lab_init(void)
{
	unsigned int i;
	int ret;

	if (!xen_initial_domain() || nr_refs != CONFORM_NR_REFS)
		return -EINVAL;
	run.granter = granter;
	run.nobody = NOBODY;
	for (i = 0; i < CONFORM_NR_REFS; i++)
		run.refs[i] = refs[i];
	ret = conform_begin(&run);
	if (ret)
		return ret;
	run_rows(conform_rows, conform_nr_rows);
	if (conform_keep(&run))
		wrong++;
	return 0;
}

static void __exit conform_lab_exit(void)
{
	conform_end(&run);
}

module_init(conform_lab_init);
module_exit(conform_lab_exit);

MODULE_DESCRIPTION("Compares the model of Xen with Xen");
MODULE_LICENSE("GPL");
