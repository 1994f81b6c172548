/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transfer between domains on real Xen, and what it is compared with, at the
 * word of a shell script.
 */
#ifndef _XENGNT_LAB_TRANSFER_H
#define _XENGNT_LAB_TRANSFER_H

#include <linux/types.h>
#include <xen/interface/xen.h>
#include <xen/interface/grant_table.h>

struct page;
struct seq_file;

/* References, as many as one can name at a time. */
#define LAB_MAX 4096

/**
 * struct lab - what the commands work on
 * @refs: references, offered here or heard of from the other side
 * @nr_refs: how many
 * @log: what the last command has to say
 */
struct lab {
	grant_ref_t refs[LAB_MAX];
	unsigned int nr_refs;
	char log[512];
};

void __printf(2, 3) lab_say(struct lab *lab, const char *fmt, ...);

/*
 * Commands: their arguments are numbers. 0 or a negative errno.
 */

/* Offer places to a domain: DOMID NR KEEP. */
int lab_offer(struct lab *lab, const unsigned int *args);
/* Wait for them all: MILLISECONDS. */
int lab_wait(struct lab *lab, const unsigned int *args);
/* End the offers and look at what has come: SEED. */
int lab_end(struct lab *lab, const unsigned int *args);
/* Send a page to each reference: DOMID SEED BATCH PAUSE, in microseconds. */
int lab_send(struct lab *lab, const unsigned int *args);
/* The same with pages that are in use. */
int lab_send_busy(struct lab *lab, const unsigned int *args);
/* How many pages has a domain? DOMID, or 32752 for this one. */
int lab_pages(struct lab *lab, const unsigned int *args);
/* Take all memory that the domain may have, and give it back: no arguments. */
int lab_eat(struct lab *lab, const unsigned int *args);
int lab_spit(struct lab *lab, const unsigned int *args);
/* Grant pages, with contents of seed 0: DOMID NR; and take them back. */
int lab_grant(struct lab *lab, const unsigned int *args);
int lab_revoke(struct lab *lab, const unsigned int *args);
/* Map the page of the first reference: DOMID TRACKED; and unmap it. */
int lab_borrow(struct lab *lab, const unsigned int *args);
int lab_give_back(struct lab *lab, const unsigned int *args);
/* Send a part of it: ADDRESS PORT OFFSET LENGTH. Says how much, and its CRC. */
int lab_forward(struct lab *lab, const unsigned int *args);
/* Between two marks, for tools/bench: NUMBER DOMID PAGES ROUNDS. */
int lab_bench_map_kernel(struct lab *lab, const unsigned int *args);
int lab_bench_map(struct lab *lab, const unsigned int *args);
int lab_bench_map_queued(struct lab *lab, const unsigned int *args);
int lab_bench_copy_kernel(struct lab *lab, const unsigned int *args);
int lab_bench_copy(struct lab *lab, const unsigned int *args);
int lab_bench_transfer(struct lab *lab, const unsigned int *args);

/* Contents that tell pages apart, and whether a page has them. */
void lab_fill(struct page *page, unsigned int seed, unsigned int index);
bool lab_matches(struct page *page, unsigned int seed, unsigned int index);

#endif /* _XENGNT_LAB_TRANSFER_H */
