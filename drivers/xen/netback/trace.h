/* SPDX-License-Identifier: GPL-2.0 */
/* Tracepoints: a packet of either direction, a pass, a control message. */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM xen_netback

#if !defined(XEN_NETBACK_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define XEN_NETBACK_TRACE_H

#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include "ctrlcodec.h"
#include "queue.h"
#include "txcodec.h"

TRACE_EVENT(netback_transmit,
	TP_PROTO(const struct netback_queue *queue,
		 const struct netback_tx_packet *packet),
	TP_ARGS(queue, packet),
	TP_STRUCT__entry(
		__string(queue, queue->name)
		__field(u16, size)
		__field(u16, gso_size)
		__field(u8, slots)
		__field(u8, extras)
		__field(u8, reason)
		__field(bool, csum_blank)
	),
	TP_fast_assign(
		compat_assign_str(queue, queue->name);
		__entry->size = packet->size;
		__entry->gso_size = packet->gso_size;
		__entry->slots = packet->nr_ids;
		__entry->extras = packet->nr_extras;
		__entry->reason = packet->reason;
		__entry->csum_blank = packet->csum_blank;
	),
	TP_printk("queue=%s size=%u slots=%u extras=%u gso_size=%u csum_blank=%u refused=%s",
		  __get_str(queue), __entry->size, __entry->slots,
		  __entry->extras, __entry->gso_size, __entry->csum_blank,
		  netback_tx_reason_name(__entry->reason))
);

TRACE_EVENT(netback_receive,
	TP_PROTO(const struct netback_queue *queue, const struct sk_buff *skb,
		 unsigned int slots, unsigned int ops, bool copied),
	TP_ARGS(queue, skb, slots, ops, copied),
	TP_STRUCT__entry(
		__string(queue, queue->name)
		__field(unsigned int, size)
		__field(unsigned int, gso_size)
		__field(unsigned int, slots)
		__field(unsigned int, ops)
		__field(bool, copied)
	),
	TP_fast_assign(
		compat_assign_str(queue, queue->name);
		__entry->size = skb->len;
		__entry->gso_size = skb_shinfo(skb)->gso_size;
		__entry->slots = slots;
		__entry->ops = ops;
		__entry->copied = copied;
	),
	TP_printk("queue=%s size=%u slots=%u copy_ops=%u gso_size=%u copied=%u",
		  __get_str(queue), __entry->size, __entry->slots,
		  __entry->ops, __entry->gso_size, __entry->copied)
);

TRACE_EVENT(netback_flip,
	TP_PROTO(const struct netback_queue *queue, unsigned int pages,
		 unsigned int failed, unsigned int spare),
	TP_ARGS(queue, pages, failed, spare),
	TP_STRUCT__entry(
		__string(queue, queue->name)
		__field(unsigned int, pages)
		__field(unsigned int, failed)
		__field(unsigned int, spare)
	),
	TP_fast_assign(
		compat_assign_str(queue, queue->name);
		__entry->pages = pages;
		__entry->failed = failed;
		__entry->spare = spare;
	),
	TP_printk("queue=%s pages=%u failed=%u spare=%u", __get_str(queue),
		  __entry->pages, __entry->failed, __entry->spare)
);

TRACE_EVENT(netback_pass,
	TP_PROTO(const struct netback_queue *queue, const char *side,
		 unsigned int packets, unsigned int ops),
	TP_ARGS(queue, side, packets, ops),
	TP_STRUCT__entry(
		__string(queue, queue->name)
		__string(side, side)
		__field(unsigned int, packets)
		__field(unsigned int, ops)
	),
	TP_fast_assign(
		compat_assign_str(queue, queue->name);
		compat_assign_str(side, side);
		__entry->packets = packets;
		__entry->ops = ops;
	),
	TP_printk("queue=%s side=%s packets=%u copy_ops=%u", __get_str(queue),
		  __get_str(side), __entry->packets, __entry->ops)
);

TRACE_EVENT(netback_control,
	TP_PROTO(const struct net_device *dev,
		 const struct netback_ctrl_request *request, u32 status,
		 u32 answer),
	TP_ARGS(dev, request, status, answer),
	TP_STRUCT__entry(
		__string(interface, dev->name)
		__field(u16, type)
		__array(u32, data, 3)
		__field(u32, status)
		__field(u32, answer)
	),
	TP_fast_assign(
		compat_assign_str(interface, dev->name);
		__entry->type = request->type;
		memcpy(__entry->data, request->data, sizeof(__entry->data));
		__entry->status = status;
		__entry->answer = answer;
	),
	TP_printk("interface=%s type=%u (%s) data=%u,%u,%u status=%u answer=%u",
		  __get_str(interface), __entry->type,
		  netback_ctrl_type_name(__entry->type), __entry->data[0],
		  __entry->data[1], __entry->data[2], __entry->status,
		  __entry->answer)
);

#endif /* XEN_NETBACK_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>
