/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _XENGNT_TRANSFER_RECEIVE_H
#define _XENGNT_TRANSFER_RECEIVE_H

#include <xen/gnttab/transfer.h>

void xengnt_receive_exit(void);

#endif /* _XENGNT_TRANSFER_RECEIVE_H */
