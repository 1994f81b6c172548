/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How much of Xen's tables and of memory a number of guests needs.
 */
#ifndef XENBACK_SIZING_H
#define XENBACK_SIZING_H

#include <stdbool.h>
#include <stdint.h>

/* What Xen gives a domain if nobody says otherwise. */
#define SIZING_DEFAULT_GRANT_FRAMES	64
#define SIZING_DEFAULT_MAPTRACK_FRAMES	1024

/**
 * struct sizing_plan - what shall be served
 * @guests: how many, all alike
 * @disks: of each guest
 * @vifs: network interfaces of each guest
 * @queues: of each disk and of each interface
 * @ring_order: pages of a disk's ring, as a power of two
 * @segments: most pages of a disk's request
 * @page_size: of Xen, in bytes
 * @grant_version: of the guests' tables, 1 or 2
 * @copy: data is copied, and only rings are mapped
 * @queue_pages: most pages that the requests of a disk's queue hold at once
 * @vcpus: of the backend's domain
 */
struct sizing_plan {
	unsigned int guests;
	unsigned int disks;
	unsigned int vifs;
	unsigned int queues;
	unsigned int ring_order;
	unsigned int segments;
	unsigned int page_size;
	unsigned int grant_version;
	bool copy;
	unsigned int queue_pages;
	unsigned int vcpus;
};

/**
 * struct sizing - what that takes at the most
 * @disk_slots: requests of a disk's ring
 * @guest_grants: entries in use in the table of one guest
 * @guest_grant_frames: pages of that table
 * @grant_frames: of the tables of all guests
 * @handles: mappings that the backend's domain holds
 * @maptrack_frames: pages of Xen's list of them
 * @ring_pages: of all guests
 * @data_pages: that the backends hold for data on its way
 * @xen_bytes: memory of Xen's: both tables
 * @guest_bytes: memory of the guests': rings
 * @backend_bytes: memory of the backend's domain: data that is copied
 */
struct sizing {
	uint64_t disk_slots;
	uint64_t guest_grants;
	uint64_t guest_grant_frames;
	uint64_t grant_frames;
	uint64_t handles;
	uint64_t maptrack_frames;
	uint64_t ring_pages;
	uint64_t data_pages;
	uint64_t xen_bytes;
	uint64_t guest_bytes;
	uint64_t backend_bytes;
};

/**
 * sizing_refuse() - is something wrong with a plan?
 * @plan: what somebody asked for
 *
 * Return: a sentence that says what, or NULL.
 */
const char *sizing_refuse(const struct sizing_plan *plan);

/**
 * sizing_compute() - add up
 * @plan: one that is not refused
 * @sizing: filled in
 */
void sizing_compute(const struct sizing_plan *plan, struct sizing *sizing);

#endif
