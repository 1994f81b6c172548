/* SPDX-License-Identifier: GPL-2.0 */
/* How the data of large packets gets from the guest to the network stack. */
#ifndef XEN_NETBACK_TXMODE_H
#define XEN_NETBACK_TXMODE_H

/**
 * enum netback_txmode - a way for the data
 * @NETBACK_TXMODE_AUTO: what costs least: up to now always copying
 * @NETBACK_TXMODE_COPY: Xen copies all of it
 * @NETBACK_TXMODE_MAP: of large packets, the guest's pages themselves
 * @NETBACK_TXMODES: how many there are
 */
enum netback_txmode {
	NETBACK_TXMODE_AUTO,
	NETBACK_TXMODE_COPY,
	NETBACK_TXMODE_MAP,
	NETBACK_TXMODES
};

/**
 * netback_txmode_name() - a way's name in sysfs and debugfs
 * @mode: below NETBACK_TXMODES
 *
 * Return: a constant string.
 */
const char *netback_txmode_name(enum netback_txmode mode);

/**
 * netback_txmode_parse() - the way that somebody wrote into sysfs
 * @text: its name, perhaps with a newline behind it
 *
 * Return: enum netback_txmode, -EINVAL, or -EOPNOTSUPP if this domain cannot do
 * that.
 */
int netback_txmode_parse(const char *text);

/**
 * netback_txmode_default() - of new interfaces
 *
 * Return: the module parameter ``tx_mode``.
 */
enum netback_txmode netback_txmode_default(void);

#endif
