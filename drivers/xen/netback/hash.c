// SPDX-License-Identifier: GPL-2.0
#include "hash.h"

#include <asm/byteorder.h>
#include <linux/build_bug.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <xen/interface/io/netif.h>

#define ALL_TYPES (XEN_NETIF_CTRL_HASH_TYPE_IPV4 | \
		   XEN_NETIF_CTRL_HASH_TYPE_IPV4_TCP | \
		   XEN_NETIF_CTRL_HASH_TYPE_IPV6 | \
		   XEN_NETIF_CTRL_HASH_TYPE_IPV6_TCP)

/* The window of 32 bits moves over the whole input. */
static_assert(NETBACK_HASH_INPUT_BYTES + sizeof(u32) <= NETBACK_HASH_KEY_BYTES);
static_assert(U8_MAX >= NETBACK_HASH_MAPPING_MAX);

bool netback_hash_active(const struct netback_hash *hash)
{
	return hash->algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_NONE &&
	       hash->flags;
}

u32 netback_hash_set_algorithm(struct netback_hash *hash, u32 algorithm)
{
	if (algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_NONE &&
	    algorithm != XEN_NETIF_CTRL_HASH_ALGORITHM_TOEPLITZ)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	hash->algorithm = algorithm;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

u32 netback_hash_get_flags(const struct netback_hash *hash, u32 *flags)
{
	if (hash->algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED;
	*flags = ALL_TYPES;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

u32 netback_hash_set_flags(struct netback_hash *hash, u32 flags)
{
	if (hash->algorithm == XEN_NETIF_CTRL_HASH_ALGORITHM_NONE)
		return XEN_NETIF_CTRL_STATUS_NOT_SUPPORTED;
	if (flags & ~ALL_TYPES)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	hash->flags = flags;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

u32 netback_hash_check_key(u32 len)
{
	return len > NETBACK_HASH_KEY_BYTES ?
	       XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW :
	       XEN_NETIF_CTRL_STATUS_SUCCESS;
}

void netback_hash_set_key(struct netback_hash *hash, const u8 *key,
			  unsigned int len)
{
	memset(hash->key, 0, sizeof(hash->key));
	memcpy(hash->key, key, len);
}

u32 netback_hash_set_mapping_size(struct netback_hash *hash, u32 nr)
{
	if (nr > NETBACK_HASH_MAPPING_MAX)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	hash->nr_mapping = nr;
	memset(hash->mapping, 0, sizeof(hash->mapping));
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

u32 netback_hash_check_mapping(const struct netback_hash *hash, u32 nr,
			       u32 first)
{
	if (nr > NETBACK_HASH_MAPPING_MAX)
		return XEN_NETIF_CTRL_STATUS_BUFFER_OVERFLOW;
	if (first > hash->nr_mapping || nr > hash->nr_mapping - first)
		return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

u32 netback_hash_set_mapping(struct netback_hash *hash, const u32 *queues,
			     unsigned int nr, unsigned int first,
			     unsigned int nr_queues)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (queues[i] >= nr_queues)
			return XEN_NETIF_CTRL_STATUS_INVALID_PARAMETER;
	for (i = 0; i < nr; i++)
		hash->mapping[first + i] = queues[i];
	return XEN_NETIF_CTRL_STATUS_SUCCESS;
}

unsigned int netback_hash_type(const struct netback_hash *hash, bool ipv6,
			       bool tcp)
{
	unsigned int type = ipv6 ? _XEN_NETIF_CTRL_HASH_TYPE_IPV6 :
				   _XEN_NETIF_CTRL_HASH_TYPE_IPV4;

	/* That with the ports is the next one, in both cases. */
	if (tcp && hash->flags & 2 << type)
		return type + 1;
	return hash->flags & 1 << type ? type : NETBACK_HASH_NONE;
}

/*
 * For each bit of the input that is set: the 32 bits of the key that begin at
 * the same place. The upper half of @window holds those for the bit in hand.
 */
u32 netback_hash_value(const struct netback_hash *hash, const u8 *input,
		       unsigned int len)
{
	unsigned int i, bit;
	u32 value = 0;
	__be32 begin;
	u64 window;

	memcpy(&begin, hash->key, sizeof(begin));
	window = (u64)be32_to_cpu(begin) << 32;
	for (i = 0; i < len; i++) {
		window |= (u64)hash->key[i + sizeof(u32)] << 24;
		for (bit = 0x80; bit; bit >>= 1, window <<= 1)
			if (input[i] & bit)
				value ^= window >> 32;
	}
	return value;
}

unsigned int netback_hash_queue(const struct netback_hash *hash, u32 value,
				unsigned int nr_queues)
{
	if (!hash->nr_mapping)
		return value % nr_queues;
	return hash->mapping[value % hash->nr_mapping] % nr_queues;
}
