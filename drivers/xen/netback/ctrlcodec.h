/* SPDX-License-Identifier: GPL-2.0 */
/* The codec of control messages: bytes in, fields out, and back. Pure. */
#ifndef XEN_NETBACK_CTRLCODEC_H
#define XEN_NETBACK_CTRLCODEC_H

#include <linux/types.h>

/*
 * Messages about grants, and a flag in their lists, which the kernel's header
 * does not have: from xen/include/public/io/netif.h of Xen 4.17.
 */
#define NETBACK_CTRL_GET_GREF_MAPPING_SIZE	8
#define NETBACK_CTRL_ADD_GREF_MAPPING		9
#define NETBACK_CTRL_DEL_GREF_MAPPING		10
#define NETBACK_CTRL_GREF_READONLY		0x0001

/* An entry of a list of grants; a list is a page at most. */
#define NETBACK_CTRL_GREF_BYTES	8
#define NETBACK_CTRL_GREFS_MAX	(4096 / NETBACK_CTRL_GREF_BYTES)

/**
 * struct netback_ctrl_request - a message
 * @id: for the response
 * @type: XEN_NETIF_CTRL_TYPE_... or NETBACK_CTRL_...
 * @data: operands
 */
struct netback_ctrl_request {
	u16 id;
	u16 type;
	u32 data[3];
};

/**
 * netback_ctrl_decode() - read a message
 * @request: gets it
 * @raw: a copy of the slot
 */
void netback_ctrl_decode(struct netback_ctrl_request *request, const void *raw);

/**
 * netback_ctrl_response() - a response
 * @raw: gets it
 * @request: to what
 * @status: XEN_NETIF_CTRL_STATUS_...
 * @data: depends on the type
 *
 * Return: its size in bytes.
 */
unsigned int netback_ctrl_response(void *raw,
				   const struct netback_ctrl_request *request,
				   u32 status, u32 data);

/**
 * struct netback_ctrl_gref - an entry of a list of grants
 * @ref: the grant
 * @readonly: its page may only be read
 */
struct netback_ctrl_gref {
	u32 ref;
	bool readonly;
};

/**
 * netback_ctrl_gref_decode() - read an entry
 * @gref: gets it
 * @list: a copy of the list
 * @index: of the entry, below %NETBACK_CTRL_GREFS_MAX
 *
 * Return: 0, or -EINVAL if it has flags that there are not.
 */
int netback_ctrl_gref_decode(struct netback_ctrl_gref *gref, const void *list,
			     unsigned int index);

/**
 * netback_ctrl_gref_answer() - write the status of an entry
 * @list: our copy of the list
 * @index: of the entry, below %NETBACK_CTRL_GREFS_MAX
 * @status: XEN_NETIF_CTRL_STATUS_...
 */
void netback_ctrl_gref_answer(void *list, unsigned int index, u16 status);

/**
 * netback_ctrl_type_name() - what a message is about, for the trace
 * @type: of the message
 *
 * Return: a constant string.
 */
const char *netback_ctrl_type_name(u16 type);

#endif
