// SPDX-License-Identifier: GPL-2.0
#include "echo.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 7
#define SIZE_MAX_IP 65536
#define HEADER 8
/*
 * So much is on its way at a time. A host may drop answers to pings when it
 * has more than two of the largest to send.
 */
#define FLYING_BYTES 16384
#define FLYING_PACKETS 16
/* A busy emulator takes its time. What is lost is lost, however long we wait. */
#define PATIENCE_MS 30000
#define BUFFER_BYTES (8 << 20)

/*
 * A packet is known by its size: none is on its way twice.
 */
struct echo {
	int fd;
	int family;
	bool ping;
	uint16_t id;
	int packets;	/* on their way */
	int bytes;	/* in these */
	bool flying[SIZE_MAX_IP];
	uint8_t data[2 * SIZE_MAX_IP];
};

static struct echo echo;

static int complain(const char *what)
{
	fprintf(stderr, "# %s: %s\n", what, strerror(errno));
	return 1;
}

/* Data of every size begins somewhere else. */
static const uint8_t *data_of(int size)
{
	return echo.data + size % SIZE_MAX_IP;
}

static void fill_data(void)
{
	uint32_t x = 2463534242;

	for (size_t i = 0; i < sizeof(echo.data); i++) {
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
		echo.data[i] = x;
	}
}

static uint16_t checksum(const uint8_t *data, int len)
{
	uint32_t sum = 0;

	for (int i = 0; i < len; i++)
		sum += i % 2 ? data[i] : data[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons(~sum);
}

static int send_ping(int size)
{
	static uint8_t packet[HEADER + SIZE_MAX_IP];
	struct icmphdr header = {
		.type = echo.family == AF_INET ? ICMP_ECHO : ICMP6_ECHO_REQUEST,
		.un.echo.id = htons(echo.id),
		.un.echo.sequence = htons(size),
	};

	memcpy(packet, &header, HEADER);
	memcpy(packet + HEADER, data_of(size), size);
	/* The kernel does it for IPv6. */
	if (echo.family == AF_INET) {
		header.checksum = checksum(packet, HEADER + size);
		memcpy(packet, &header, HEADER);
	}
	return send(echo.fd, packet, HEADER + size, 0) == HEADER + size ? 0 : 1;
}

static int send_size(int size)
{
	if (echo.ping ? send_ping(size) :
			send(echo.fd, data_of(size), size, 0) != size)
		return complain("sending");
	echo.flying[size] = true;
	echo.packets++;
	echo.bytes += size;
	return 0;
}

/* Of what a raw socket has received: the data of an answer to us, or NULL. */
static const uint8_t *answer_data(const uint8_t *packet, int *len)
{
	int skip = echo.family == AF_INET ? (packet[0] & 15) * 4 : 0;
	int type = echo.family == AF_INET ? ICMP_ECHOREPLY : ICMP6_ECHO_REPLY;
	struct icmphdr header;

	if (*len < skip + HEADER)
		return NULL;
	memcpy(&header, packet + skip, HEADER);
	if (header.type != type || header.un.echo.id != htons(echo.id))
		return NULL;
	*len -= skip + HEADER;
	return packet + skip + HEADER;
}

static int report_missing(void)
{
	for (int size = 0; size < SIZE_MAX_IP; size++)
		if (echo.flying[size])
			fprintf(stderr, "# no answer to %d bytes\n", size);
	return 1;
}

/* The next answer. */
static int receive_one(void)
{
	static uint8_t packet[SIZE_MAX_IP + 256];
	struct pollfd wait = { echo.fd, POLLIN, 0 };
	const uint8_t *data = packet;
	int len;

	do {
		if (poll(&wait, 1, PATIENCE_MS) <= 0)
			return report_missing();
		len = recv(echo.fd, packet, sizeof(packet), 0);
		if (len < 0)
			return complain("receiving");
		if (echo.ping)
			data = answer_data(packet, &len);
	} while (!data);
	if (len >= SIZE_MAX_IP || !echo.flying[len] ||
	    memcmp(data, data_of(len), len)) {
		fprintf(stderr, "# an answer of %d bytes is wrong\n", len);
		return 1;
	}
	echo.flying[len] = false;
	echo.packets--;
	echo.bytes -= len;
	return 0;
}

static int open_socket(const char *address)
{
	struct sockaddr_in6 to6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in to4 = { .sin_family = AF_INET };
	struct sockaddr *to = (struct sockaddr *)&to4;
	int bytes = BUFFER_BYTES, protocol = 0;
	socklen_t len = sizeof(to4);

	if (inet_pton(AF_INET6, address, &to6.sin6_addr) == 1) {
		to = (struct sockaddr *)&to6;
		len = sizeof(to6);
	} else if (inet_pton(AF_INET, address, &to4.sin_addr) != 1) {
		errno = EINVAL;
		return complain(address);
	}
	echo.family = to->sa_family;
	if (echo.ping)
		protocol = echo.family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	else
		to4.sin_port = to6.sin6_port = htons(PORT);
	echo.fd = socket(echo.family, echo.ping ? SOCK_RAW : SOCK_DGRAM, protocol);
	if (echo.fd < 0)
		return complain("socket");
	setsockopt(echo.fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	setsockopt(echo.fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes));
	return connect(echo.fd, to, len) ? complain(address) : 0;
}

static int echo_all(const char *address, const struct echo_sizes *sizes)
{
	echo.id = getpid();
	fill_data();
	if (sizes->first < 0 || sizes->last >= SIZE_MAX_IP || sizes->step < 1 ||
	    open_socket(address))
		return 1;
	for (int size = sizes->first; size <= sizes->last; size += sizes->step) {
		while (echo.packets && (echo.packets >= FLYING_PACKETS ||
					echo.bytes + size > FLYING_BYTES))
			if (receive_one())
				return 1;
		if (send_size(size))
			return 1;
	}
	while (echo.packets)
		if (receive_one())
			return 1;
	return 0;
}

int echo_ping(const char *address, const struct echo_sizes *sizes)
{
	echo.ping = true;
	return echo_all(address, sizes);
}

int echo_udp(const char *address, const struct echo_sizes *sizes)
{
	echo.ping = false;
	return echo_all(address, sizes);
}

int echo_serve(void)
{
	struct sockaddr_in6 at = {
		.sin6_family = AF_INET6,
		.sin6_addr = IN6ADDR_ANY_INIT,
		.sin6_port = htons(PORT),
	};
	int fd = socket(AF_INET6, SOCK_DGRAM, 0), bytes = BUFFER_BYTES;
	static uint8_t packet[SIZE_MAX_IP];

	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &bytes, sizeof(bytes));
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return complain("bind");
	for (;;) {
		struct sockaddr_in6 from;
		socklen_t len = sizeof(from);
		ssize_t got = recvfrom(fd, packet, sizeof(packet), 0,
				       (struct sockaddr *)&from, &len);

		/* What cannot be sent, a size that IP does not have, is lost. */
		if (got >= 0)
			sendto(fd, packet, got, 0, (struct sockaddr *)&from, len);
	}
}
