/* SPDX-License-Identifier: GPL-2.0 */
/* The hash that a guest may choose to have its packets spread over queues by. Pure. */
#ifndef XEN_NETBACK_HASH_H
#define XEN_NETBACK_HASH_H

#include <linux/types.h>

/* Longest key: for two IPv6 addresses and two ports, and 32 bits more. */
#define NETBACK_HASH_KEY_BYTES	40

/* The most entries of the table that leads from a hash to a queue. */
#define NETBACK_HASH_MAPPING_MAX	128

/* The most bytes of a packet that are hashed. */
#define NETBACK_HASH_INPUT_BYTES	36

/* No hash. */
#define NETBACK_HASH_NONE	0xff

/**
 * struct netback_hash - what the guest chose
 * @algorithm: XEN_NETIF_CTRL_HASH_ALGORITHM_...
 * @flags: for which packets: XEN_NETIF_CTRL_HASH_TYPE_...
 * @key: zeroes behind what was given
 * @nr_mapping: entries of @mapping; 0: the remainder decides
 * @mapping: queues
 *
 * Zeroed it means that nothing was chosen. It has no pointers: a copy is as
 * good as the original. All functions that change it give the status of a
 * control message, XEN_NETIF_CTRL_STATUS_..., and change nothing unless it is
 * SUCCESS.
 */
struct netback_hash {
	u8 algorithm;
	u8 flags;
	u8 key[NETBACK_HASH_KEY_BYTES];
	u8 nr_mapping;
	u8 mapping[NETBACK_HASH_MAPPING_MAX];
};

/* Is any packet hashed? */
bool netback_hash_active(const struct netback_hash *hash);

u32 netback_hash_set_algorithm(struct netback_hash *hash, u32 algorithm);

/**
 * netback_hash_get_flags() - the types of packets that can be hashed
 * @hash: what was chosen so far: an algorithm, or this is not supported
 * @flags: gets XEN_NETIF_CTRL_HASH_TYPE_...
 *
 * Return: a status.
 */
u32 netback_hash_get_flags(const struct netback_hash *hash, u32 *flags);

u32 netback_hash_set_flags(struct netback_hash *hash, u32 flags);

/**
 * netback_hash_check_key() - may a key be so long?
 * @len: in bytes
 *
 * Return: a status.
 */
u32 netback_hash_check_key(u32 len);

/**
 * netback_hash_set_key() - another key
 * @hash: to change
 * @key: the key
 * @len: as netback_hash_check_key() allows it
 */
void netback_hash_set_key(struct netback_hash *hash, const u8 *key,
			  unsigned int len);

/**
 * netback_hash_set_mapping_size() - an empty table
 * @hash: to change
 * @nr: entries, which all lead to queue 0
 *
 * Return: a status.
 */
u32 netback_hash_set_mapping_size(struct netback_hash *hash, u32 nr);

/**
 * netback_hash_check_mapping() - are these entries of the table?
 * @hash: with the table
 * @nr: so many
 * @first: from this one on
 *
 * Return: a status.
 */
u32 netback_hash_check_mapping(const struct netback_hash *hash, u32 nr,
			       u32 first);

/**
 * netback_hash_set_mapping() - change entries
 * @hash: to change
 * @queues: their new values
 * @nr: as netback_hash_check_mapping() allows it
 * @first: likewise
 * @nr_queues: every queue has to be less
 *
 * Return: a status.
 */
u32 netback_hash_set_mapping(struct netback_hash *hash, const u32 *queues,
			     unsigned int nr, unsigned int first,
			     unsigned int nr_queues);

/**
 * netback_hash_type() - how a packet is to be hashed
 * @hash: what was chosen
 * @ipv6: not IPv4
 * @tcp: it has a TCP header
 *
 * Return: the best of the types chosen, _XEN_NETIF_CTRL_HASH_TYPE_..., or
 * %NETBACK_HASH_NONE.
 */
unsigned int netback_hash_type(const struct netback_hash *hash, bool ipv6,
			       bool tcp);

/**
 * netback_hash_value() - the Toeplitz hash
 * @hash: with the key
 * @input: addresses and ports, as they follow each other in a packet
 * @len: at most %NETBACK_HASH_INPUT_BYTES
 *
 * Return: the hash.
 */
u32 netback_hash_value(const struct netback_hash *hash, const u8 *input,
		       unsigned int len);

/**
 * netback_hash_queue() - where a hash leads to
 * @hash: with the table
 * @value: of a packet
 * @nr_queues: that there are
 *
 * Return: less than @nr_queues.
 */
unsigned int netback_hash_queue(const struct netback_hash *hash, u32 value,
				unsigned int nr_queues);

#endif
