// SPDX-License-Identifier: GPL-2.0
/*
 * There is no call from the block layer to the user of a block device whose
 * size has changed. But the kernel announces each change to user space with a
 * uevent, and those can be listened to by anybody, us included. Drivers that
 * set a new size silently leave it to the administrator to announce it, with
 * "echo change > /sys/block/NAME/uevent".
 *
 * Nothing is believed but that somebody should look: what is announced falsely
 * costs that look.
 */
#include <linux/err.h>
#include <linux/mutex.h>
#include <linux/net.h>
#include <linux/netlink.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/uio.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>
#include <net/sock.h>

#include "uevent.h"

/* The multicast group that the kernel itself sends to. */
#define KERNEL_GROUP	1

/* So many announcements are read before others have their turn. */
#define BURST		64

static DEFINE_MUTEX(lock);	/* the socket */
static struct socket *uevents;
static void (*uevent_changed)(void);

/*
 * The first string of an announcement is ACTION@PATH. Of a very long one only
 * the beginning is read: then it might be a block device's.
 */
static bool block_device_changed(const char *text, int length)
{
	static const char action[] = "change@";

	if (strncmp(text, action, strlen(action)))
		return false;
	return strnlen(text, length) == length || strstr(text, "/block/");
}

/* True if a block device has changed, or may have: announcements were lost. */
static bool uevent_read(int *result)
{
	char text[256];
	struct kvec vec = { .iov_base = text, .iov_len = sizeof(text) - 1 };
	struct msghdr message = {};

	*result = kernel_recvmsg(uevents, &message, &vec, 1, vec.iov_len,
				 MSG_DONTWAIT);
	if (*result < 0)
		return *result == -ENOBUFS;
	text[*result] = '\0';
	return block_device_changed(text, *result);
}

static void uevent_work(struct work_struct *work)
{
	bool changed = false, more = true;
	unsigned int i;
	int result;

	mutex_lock(&lock);
	for (i = 0; uevents && more && i < BURST; i++) {
		changed |= uevent_read(&result);
		more = result >= 0 || result == -ENOBUFS;
	}
	if (uevents && more)
		queue_work(system_unbound_wq, work);
	if (changed)
		uevent_changed();
	mutex_unlock(&lock);
}

static DECLARE_WORK(uevent_worker, uevent_work);

/* Whoever has changed the block device waits for this. */
static void uevent_ready(struct sock *sk)
{
	queue_work(system_unbound_wq, &uevent_worker);
}

static int uevent_listen(struct socket *sock)
{
	struct sockaddr_nl address = {
		.nl_family = AF_NETLINK,
		.nl_groups = KERNEL_GROUP,
	};

	sock->sk->sk_data_ready = uevent_ready;
	return kernel_bind(sock, (struct sockaddr *)&address, sizeof(address));
}

void blkback_uevent_init(void (*changed)(void))
{
	struct socket *sock;
	int error;

	error = sock_create_kern(&init_net, PF_NETLINK, SOCK_RAW,
				 NETLINK_KOBJECT_UEVENT, &sock);
	if (!error) {
		uevent_changed = changed;
		uevents = sock;
		error = uevent_listen(sock);
	}
	if (error)
		pr_warn("guests will not see that a disk grows: error %d\n",
			error);
}

void blkback_uevent_exit(void)
{
	struct socket *sock;

	mutex_lock(&lock);
	sock = uevents;
	uevents = NULL;
	mutex_unlock(&lock);
	/* Waits for those who are about to call us. */
	if (sock)
		sock_release(sock);
	cancel_work_sync(&uevent_worker);
}
