// SPDX-License-Identifier: GPL-2.0
#include <linux/in.h>
#include <linux/skbuff.h>
#include <linux/string.h>
#include <net/flow_dissector.h>
#include <xen/interface/io/netif.h>

#include "steer.h"

/* Addresses, then ports if the type wants them: how many bytes. */
static unsigned int steer_input(const struct flow_keys *keys, unsigned int type,
				u8 *input)
{
	bool ipv6 = type == _XEN_NETIF_CTRL_HASH_TYPE_IPV6 ||
		    type == _XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP;
	unsigned int len = ipv6 ? sizeof(keys->addrs.v6addrs) :
				  sizeof(keys->addrs.v4addrs);

	memcpy(input, &keys->addrs, len);
	if (type == _XEN_NETIF_CTRL_HASH_TYPE_IPV4 ||
	    type == _XEN_NETIF_CTRL_HASH_TYPE_IPV6)
		return len;
	memcpy(input + len, &keys->ports.ports, sizeof(keys->ports.ports));
	return len + sizeof(keys->ports.ports);
}

struct netback_steered netback_steer_chosen(const struct netback_hash *hash,
					    const struct sk_buff *skb)
{
	struct netback_steered steered = { .type = NETBACK_HASH_NONE };
	u8 input[NETBACK_HASH_INPUT_BYTES];
	struct flow_keys keys;
	bool tcp;

	memset(&keys, 0, sizeof(keys));
	/* What is inside of a tunnel is not what the guest's side hashes. */
	if (!skb_flow_dissect_flow_keys(skb, &keys,
					FLOW_DISSECTOR_F_STOP_AT_ENCAP))
		return steered;
	if (keys.control.addr_type != FLOW_DISSECTOR_KEY_IPV4_ADDRS &&
	    keys.control.addr_type != FLOW_DISSECTOR_KEY_IPV6_ADDRS)
		return steered;
	tcp = keys.basic.ip_proto == IPPROTO_TCP &&
	      !(keys.control.flags & FLOW_DIS_IS_FRAGMENT);
	steered.type = netback_hash_type(hash, keys.control.addr_type ==
					 FLOW_DISSECTOR_KEY_IPV6_ADDRS, tcp);
	if (steered.type != NETBACK_HASH_NONE)
		steered.value = netback_hash_value(hash, input,
						   steer_input(&keys,
							       steered.type,
							       input));
	return steered;
}
