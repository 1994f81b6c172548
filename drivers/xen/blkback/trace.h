/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints: a request taken, a request answered, a pass. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xen_blkback

#if !defined(XEN_BLKBACK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XEN_BLKBACK_TRACE_H

#include <linux/tracepoint.h>

#include "io.h"
#include "queue.h"

TRACE_EVENT(blkback_take,
	TP_PROTO(const struct blkback_io *io),
	TP_ARGS(io),
	TP_STRUCT__entry(
		__string(queue, io->queue->name)
		__field(u64, id)
		__field(u64, sector)
		__field(u16, segments)
		__field(u8, operation)
		__field(u8, reason)
	),
	TP_fast_assign(
		compat_assign_str(queue, io->queue->name);
		__entry->id = io->request.id;
		__entry->sector = io->request.sector;
		__entry->segments = io->request.nr_segments;
		__entry->operation = io->request.operation;
		__entry->reason = io->request.reason;
	),
	TP_printk("queue=%s id=%llu op=%u sector=%llu segments=%u refused=%s",
		  __get_str(queue), __entry->id, __entry->operation,
		  __entry->sector, __entry->segments,
		  blkback_codec_reason_name(__entry->reason))
);

TRACE_EVENT(blkback_finish,
	TP_PROTO(const struct blkback_io *io),
	TP_ARGS(io),
	TP_STRUCT__entry(
		__string(queue, io->queue->name)
		__field(u64, id)
		__field(u8, operation)
		__field(int, error)
	),
	TP_fast_assign(
		compat_assign_str(queue, io->queue->name);
		__entry->id = io->request.id;
		__entry->operation = io->request.operation;
		__entry->error = io->error;
	),
	TP_printk("queue=%s id=%llu op=%u error=%d", __get_str(queue),
		  __entry->id, __entry->operation, __entry->error)
);

TRACE_EVENT(blkback_pass,
	TP_PROTO(const struct blkback_queue *queue, unsigned int taken,
		 unsigned int mapped, unsigned int copied),
	TP_ARGS(queue, taken, mapped, copied),
	TP_STRUCT__entry(
		__string(queue, queue->name)
		__field(unsigned int, taken)
		__field(unsigned int, mapped)
		__field(unsigned int, copied)
	),
	TP_fast_assign(
		compat_assign_str(queue, queue->name);
		__entry->taken = taken;
		__entry->mapped = mapped;
		__entry->copied = copied;
	),
	TP_printk("queue=%s taken=%u map_ops=%u copy_ops=%u",
		  __get_str(queue), __entry->taken, __entry->mapped,
		  __entry->copied)
);

#endif /* XEN_BLKBACK_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
