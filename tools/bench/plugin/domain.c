// SPDX-License-Identifier: GPL-2.0
#include <stdint.h>
#include <stdio.h>

#include "domain.h"
#include "vcpu.h"

/* Where Xen 4.17 has the domain of a struct vcpu; its id comes first in it. */
#define VCPU_DOMAIN	0x10
#define DOMID_IDLE	0x7fff
#define DOMID_UNKNOWN	0xffff

struct slot {
	uint16_t domid;
	char name[12];
};

static struct slot slots[DOMAIN_SLOTS] = {
	{ .domid = DOMID_UNKNOWN, .name = "unknown" },
};
static unsigned int nr_slots = 1;

unsigned int domain_running;

static uint16_t vcpu_domid(uint64_t vcpu)
{
	uint64_t domain;
	uint16_t domid;

	if (!vcpu_read(vcpu + VCPU_DOMAIN, &domain, sizeof(domain)) ||
	    !vcpu_read(domain, &domid, sizeof(domid)))
		return DOMID_UNKNOWN;
	return domid;
}

static unsigned int slot_of(uint16_t domid)
{
	unsigned int i;

	for (i = 0; i < nr_slots; i++)
		if (slots[i].domid == domid)
			return i;
	if (nr_slots == DOMAIN_SLOTS)
		return 0;
	slots[i].domid = domid;
	if (domid == DOMID_IDLE)
		snprintf(slots[i].name, sizeof(slots[i].name), "idle");
	else
		snprintf(slots[i].name, sizeof(slots[i].name), "%u", domid);
	return nr_slots++;
}

void domain_switch(unsigned int vcpu, void *data)
{
	/* context_switch(prev, next) */
	domain_running = slot_of(vcpu_domid(vcpu_register(VCPU_RSI)));
}

const char *domain_name(unsigned int slot)
{
	return slot < nr_slots ? slots[slot].name : NULL;
}
