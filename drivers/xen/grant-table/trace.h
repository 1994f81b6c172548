/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints of the library: one event a hypercall.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xengnt

#if !defined(_XENGNT_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _XENGNT_TRACE_H

#include <linux/tracepoint.h>
#include "client.h"

TRACE_EVENT(xengnt_map,
	TP_PROTO(const struct xengnt_client *client, unsigned int nr,
		 unsigned int failed, unsigned int exhausted),
	TP_ARGS(client, nr, failed, exhausted),
	TP_STRUCT__entry(
		__string(client, client->name)
		__field(unsigned int, nr)
		__field(unsigned int, failed)
		__field(unsigned int, exhausted)
	),
	TP_fast_assign(
		compat_assign_str(client, client->name);
		__entry->nr = nr;
		__entry->failed = failed;
		__entry->exhausted = exhausted;
	),
	TP_printk("client=%s nr=%u failed=%u exhausted=%u",
		  __get_str(client), __entry->nr, __entry->failed,
		  __entry->exhausted)
);

TRACE_EVENT(xengnt_copy,
	TP_PROTO(const struct xengnt_client *client, unsigned int nr,
		 u64 bytes, unsigned int failed),
	TP_ARGS(client, nr, bytes, failed),
	TP_STRUCT__entry(
		__string(client, client->name)
		__field(unsigned int, nr)
		__field(u64, bytes)
		__field(unsigned int, failed)
	),
	TP_fast_assign(
		compat_assign_str(client, client->name);
		__entry->nr = nr;
		__entry->bytes = bytes;
		__entry->failed = failed;
	),
	TP_printk("client=%s nr=%u bytes=%llu failed=%u",
		  __get_str(client), __entry->nr, __entry->bytes,
		  __entry->failed)
);

TRACE_EVENT(xengnt_unmap,
	TP_PROTO(unsigned int nr, unsigned int touched, const char *reason),
	TP_ARGS(nr, touched, reason),
	TP_STRUCT__entry(
		__field(unsigned int, nr)
		__field(unsigned int, touched)
		__string(reason, reason)
	),
	TP_fast_assign(
		__entry->nr = nr;
		__entry->touched = touched;
		compat_assign_str(reason, reason);
	),
	TP_printk("nr=%u touched=%u reason=%s", __entry->nr,
		  __entry->touched, __get_str(reason))
);

TRACE_EVENT(xengnt_replace,
	TP_PROTO(const struct xengnt_client *client, int error),
	TP_ARGS(client, error),
	TP_STRUCT__entry(
		__string(client, client->name)
		__field(int, error)
	),
	TP_fast_assign(
		compat_assign_str(client, client->name);
		__entry->error = error;
	),
	TP_printk("client=%s error=%d", __get_str(client), __entry->error)
);

TRACE_EVENT(xengnt_send,
	TP_PROTO(const struct xengnt_client *client, unsigned int nr,
		 unsigned int failed),
	TP_ARGS(client, nr, failed),
	TP_STRUCT__entry(
		__string(client, client->name)
		__field(unsigned int, nr)
		__field(unsigned int, failed)
	),
	TP_fast_assign(
		compat_assign_str(client, client->name);
		__entry->nr = nr;
		__entry->failed = failed;
	),
	TP_printk("client=%s nr=%u failed=%u", __get_str(client),
		  __entry->nr, __entry->failed)
);

#endif /* _XENGNT_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
