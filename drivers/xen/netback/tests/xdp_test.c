// SPDX-License-Identifier: GPL-2.0
/*
 * Programs (XDP): each sees what the guest sent, and its will is done.
 *
 * Nobody verifies the programs here, so that they read the driver's buffer and
 * not what the verifier makes of it.
 */
#include <kunit/test.h>
#include <linux/bpf.h>
#include <linux/delay.h>
#include <linux/etherdevice.h>
#include <linux/filter.h>
#include <linux/ip.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/udp.h>
#include <net/checksum.h>
#include <net/xdp.h>

#include "../conn.h"
#include "../interface.h"
#include "../queue.h"
#include "guest.h"
#include "honest.h"

/* Where the program that is told by the packet what to do finds it. */
#define VERDICT_AT	60

#define BUFF(member)	offsetof(struct xdp_buff, member)

#define READ_BUFF(reg, member) \
	BPF_LDX_MEM(BPF_SIZEOF(void *), reg, BPF_REG_1, BUFF(member))

#define PROGRAMS	2

static struct bpf_prog *programs[PROGRAMS];

static int setup(struct guest *g, struct bpf_prog *prog)
{
	struct netdev_bpf bpf = { .command = XDP_SETUP_PROG, .prog = prog };
	int error;

	rtnl_lock();
	error = g->dev->netdev_ops->ndo_bpf(g->dev, &bpf);
	rtnl_unlock();
	return error;
}

static struct bpf_prog *program(struct kunit *test,
				const struct bpf_insn *insns, unsigned int nr)
{
	struct bpf_prog *prog = bpf_prog_alloc(bpf_prog_size(nr), 0);
	unsigned int i = 0;
	int error = 0;

	KUNIT_ASSERT_NOT_NULL(test, prog);
	while (programs[i])
		i++;
	KUNIT_ASSERT_LT(test, i, PROGRAMS + 0U);
	programs[i] = prog;
	prog->len = nr;
	prog->type = BPF_PROG_TYPE_XDP;
	prog->aux->xdp_has_frags = true;
	memcpy(prog->insnsi, insns, bpf_prog_insn_size(prog));
	programs[i] = bpf_prog_select_runtime(prog, &error);
	KUNIT_ASSERT_EQ(test, 0, error);
	return programs[i];
}

static void attach(struct kunit *test, const struct bpf_insn *insns,
		   unsigned int nr)
{
	KUNIT_ASSERT_EQ(test, 0,
			setup(test->priv, program(test, insns, nr)));
}

/* The packet says what is to be done with it. */
static void attach_obedient(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		READ_BUFF(BPF_REG_2, data),
		READ_BUFF(BPF_REG_3, data_end),
		BPF_MOV64_IMM(BPF_REG_0, XDP_ABORTED),
		BPF_MOV64_REG(BPF_REG_4, BPF_REG_2),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_4, VERDICT_AT + 1),
		BPF_JMP_REG(BPF_JGT, BPF_REG_4, BPF_REG_3, 1),
		BPF_LDX_MEM(BPF_B, BPF_REG_0, BPF_REG_2, VERDICT_AT),
		BPF_EXIT_INSN(),
	};

	attach(test, insns, ARRAY_SIZE(insns));
}

static void xdp_exit(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i;

	if (g->dev)
		setup(g, NULL);
	synchronize_net();
	for (i = 0; i < PROGRAMS; i++) {
		if (programs[i])
			bpf_prog_free(programs[i]);
		programs[i] = NULL;
	}
	honest_exit(test);
}

/* What the guest is sent: its length; the bytes are in its pages from @page. */
static unsigned int received(struct kunit *test, unsigned int queue,
			     u8 *bytes)
{
	struct guest *g = test->priv;
	struct xen_netif_rx_response response;
	unsigned int len = 0;

	do {
		if (!xenmodel_vif_rx_response(&g->vif.queues[queue], &response))
			return 0;
		KUNIT_EXPECT_GT(test, response.status, 0);
		KUNIT_EXPECT_EQ(test, 0,
				response.flags & XEN_NETRXF_csum_blank);
		if (response.status <= 0)
			return 0;
		memcpy(bytes + len, guest_data(g, response.id),
		       response.status);
		len += response.status;
	} while (response.flags & XEN_NETRXF_more_data);
	return len;
}

struct verdict_row {
	const char *name;
	const char *counter;
	u8 verdict;
	bool arrives;
	bool comes_back;
};

static const struct verdict_row verdict_rows[] = {
	{ "pass", "xdp_pass", XDP_PASS, true, false },
	{ "drop", "xdp_drop", XDP_DROP, false, false },
	{ "send back", "xdp_tx", XDP_TX, false, true },
	{ "abort", "xdp_error", XDP_ABORTED, false, false },
	{ "redirect to nowhere", "xdp_error", XDP_REDIRECT, false, false },
	{ "nonsense", "xdp_error", 77, false, false },
};

KUNIT_ARRAY_PARAM_DESC(verdict, verdict_rows, name);

static void netback_xdp_test_verdict(struct kunit *test)
{
	const struct verdict_row *row = test->param_value;
	u8 *bytes = kunit_kzalloc(test, 2 * PAGE_SIZE, GFP_KERNEL);
	struct guest *g = test->priv;
	unsigned int round;
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(test, bytes);
	guest_connect(test, 1, true);
	guest_offer(g, 0, 16, 8);
	attach_obedient(test);
	guest_fill(g, 0, 1);
	guest_data(g, 0)[VERDICT_AT] = row->verdict;
	for (round = 1; round <= 3; round++) {
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_send(test, 0, 1000));
		skb = guest_arrived(g);
		KUNIT_EXPECT_EQ(test, row->arrives, !!skb);
		kfree_skb(skb);
		if (row->comes_back) {
			KUNIT_EXPECT_EQ(test, 1000U, received(test, 0, bytes));
			KUNIT_EXPECT_EQ(test, 0, memcmp(bytes,
							guest_data(g, 0),
							1000));
		}
		KUNIT_EXPECT_EQ(test, (u64)round,
				guest_counter(g, row->counter));
		KUNIT_EXPECT_EQ(test, (u64)round,
				guest_counter(g, "guest_tx_packets"));
	}
	KUNIT_EXPECT_EQ(test, row->comes_back ? 3ULL : 0ULL,
			guest_counter(g, "guest_rx_packets"));
}

/* However the guest divides its packet: its headers are seen in one piece. */
static void netback_xdp_test_divided(struct kunit *test)
{
	struct guest *g = test->priv;
	unsigned int i, first;
	struct sk_buff *skb;

	guest_connect(test, 1, true);
	attach_obedient(test);
	guest_fill(g, 0, 1);
	for (first = 1; first <= 60; first++) {
		guest_data(g, 0)[VERDICT_AT] = first % 2 ? XDP_DROP : XDP_PASS;
		guest_slot(g, 0, 0, 61 + 900, XEN_NETTXF_more_data);
		guest_slot(g, 0, 0, 61 - first, XEN_NETTXF_more_data)->offset =
			first;
		guest_slot(g, 0, 1, 900, 0);
		xenmodel_vif_tx_push(&g->vif.queues[0]);
		for (i = 0; i < 3; i++)
			KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
					guest_status(test, 0));
		skb = guest_arrived(g);
		KUNIT_EXPECT_EQ_MSG(test, !(first % 2), !!skb,
				    "after %u bytes", first);
		if (skb)
			KUNIT_EXPECT_EQ(test, 961 - ETH_HLEN, (int)skb->len);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, 30ULL, guest_counter(g, "xdp_drop"));
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "xdp_error"));
}

struct large_row {
	const char *name;
	unsigned int first;	/* bytes in the first slot */
	unsigned int nr;	/* slots */
	unsigned int each;	/* bytes in the others */
};

/* What the first buffer has of a packet: a page, with room before and behind. */
#define FIRST_BUFFER	(4096 - 256 - NET_IP_ALIGN - \
			 SKB_DATA_ALIGN(sizeof(struct skb_shared_info)))

static const struct large_row large_rows[] = {
	{ "one slot", 4096, 1, 0 },
	{ "fills the first buffer", FIRST_BUFFER, 1, 0 },
	{ "a byte more", FIRST_BUFFER + 1, 1, 0 },
	{ "fills it with the second slot", 3000, 2, FIRST_BUFFER - 3000 },
	{ "large linear part, then more", 3000, 3, 1000 },
	{ "a byte in each slot", 45, 18, 1 },
	{ "full pages", 4096, 15, 4096 },
	{ "as many slots as there may be", 4096, 18, 3600 },
	{ "as many slots, small first", 20, 18, 3700 },
};

KUNIT_ARRAY_PARAM_DESC(large, large_rows, name);

static unsigned int send_large(struct kunit *test, const struct large_row *row)
{
	unsigned int total = row->first + (row->nr - 1) * row->each, i;
	struct guest *g = test->priv;

	for (i = 0; i < row->nr; i++)
		guest_slot(g, 0, i, i ? row->each : total,
			   i + 1 < row->nr ? XEN_NETTXF_more_data : 0);
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	for (i = 0; i < row->nr; i++)
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
	return total;
}

/* What the slots of such a packet hold, one behind the other. */
static void large_bytes(struct kunit *test, const struct large_row *row,
			u8 *bytes)
{
	struct guest *g = test->priv;
	unsigned int i;

	for (i = 0; i < row->nr; i++) {
		memcpy(bytes, guest_data(g, i), i ? row->each : row->first);
		bytes += i ? row->each : row->first;
	}
}

/* All of a packet with fragments gets past a program. */
static void netback_xdp_test_large(struct kunit *test)
{
	const struct large_row *row = test->param_value;
	unsigned int behind = VERDICT_AT - row->first;
	u8 *sent = kunit_kzalloc(test, 17 * PAGE_SIZE, GFP_KERNEL);
	u8 *got = kunit_kzalloc(test, 17 * PAGE_SIZE, GFP_KERNEL);
	struct guest *g = test->priv;
	unsigned int i, total;
	struct sk_buff *skb;

	KUNIT_ASSERT_NOT_NULL(test, sent);
	KUNIT_ASSERT_NOT_NULL(test, got);
	guest_connect(test, 1, true);
	attach_obedient(test);
	for (i = 0; i < row->nr; i++)
		guest_fill(g, i, 5 * i);
	if (row->first > VERDICT_AT)
		guest_data(g, 0)[VERDICT_AT] = XDP_PASS;
	else
		guest_data(g, 1 + behind / row->each)[behind % row->each] =
			XDP_PASS;
	large_bytes(test, row, sent);
	total = send_large(test, row);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_ASSERT_EQ(test, total - ETH_HLEN, skb->len);
	KUNIT_EXPECT_GE(test, skb->truesize, skb->len);
	KUNIT_ASSERT_EQ(test, 0, skb_copy_bits(skb, -ETH_HLEN, got, total));
	KUNIT_EXPECT_EQ(test, 0, memcmp(sent, got, total));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "xdp_pass"));
	kfree_skb(skb);
}

static unsigned int memory_waiting(struct guest *g)
{
	struct netback_vif *vif = netdev_priv(g->dev);
	struct netback_conn *conn = rcu_dereference_protected(vif->conn, true);

	return READ_ONCE(conn->queues[0]->receive.waiting.memory);
}

/* And back to the guest. While it waits it counts for all the memory that it takes. */
static void netback_xdp_test_large_back(struct kunit *test)
{
	const struct large_row row = { "", 3000, 3, 2000 };
	u8 *sent = kunit_kzalloc(test, 3 * PAGE_SIZE, GFP_KERNEL);
	u8 *got = kunit_kzalloc(test, 3 * PAGE_SIZE, GFP_KERNEL);
	struct guest *g = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, sent);
	KUNIT_ASSERT_NOT_NULL(test, got);
	guest_connect(test, 1, true);
	attach_obedient(test);
	guest_fill(g, 0, 0);
	guest_fill(g, 1, 11);
	guest_fill(g, 2, 22);
	guest_data(g, 0)[VERDICT_AT] = XDP_TX;
	large_bytes(test, &row, sent);
	send_large(test, &row);
	msleep(10);
	KUNIT_EXPECT_GE(test, memory_waiting(g), 7000U);
	guest_offer(g, 0, 16, 8);
	KUNIT_EXPECT_EQ(test, 7000U, received(test, 0, got));
	KUNIT_EXPECT_EQ(test, 0, memcmp(sent, got, 7000));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "xdp_tx"));
}

/* A guest that takes a packet in one piece only is not sent several. */
static void netback_xdp_test_one_piece(struct kunit *test)
{
	const struct large_row row = { "", 3000, 2, 2000 };
	u8 *got = kunit_kzalloc(test, 2 * PAGE_SIZE, GFP_KERNEL);
	struct guest *g = test->priv;

	KUNIT_ASSERT_NOT_NULL(test, got);
	guest_connect(test, 1, true);
	rtnl_lock();
	g->dev->wanted_features &= ~NETIF_F_SG;
	netdev_update_features(g->dev);
	rtnl_unlock();
	guest_offer(g, 0, 16, 8);
	attach_obedient(test);
	guest_fill(g, 0, 0);
	guest_data(g, 0)[VERDICT_AT] = XDP_TX;
	send_large(test, &row);
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "xdp_error"));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, 1600));
	KUNIT_EXPECT_EQ(test, 1600U, received(test, 0, got));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "xdp_tx"));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "guest_rx_packets"));
}

/* A header of its own in front, in the room that it has a right to. */
static void netback_xdp_test_headroom(struct kunit *test)
{
	const struct bpf_insn insns[] = {
		READ_BUFF(BPF_REG_2, data),
		BPF_ALU64_IMM(BPF_ADD, BPF_REG_2, -200),
		BPF_STX_MEM(BPF_SIZEOF(void *), BPF_REG_1, BPF_REG_2,
			    BUFF(data)),
		BPF_STX_MEM(BPF_SIZEOF(void *), BPF_REG_1, BPF_REG_2,
			    BUFF(data_meta)),
		BPF_ST_MEM(BPF_H, BPF_REG_2, 12, htons(GUEST_ETHERTYPE)),
		BPF_ST_MEM(BPF_B, BPF_REG_2, 14, 0x5a),
		BPF_ST_MEM(BPF_B, BPF_REG_2, 199, 0xa5),
		READ_BUFF(BPF_REG_3, data_hard_start),
		BPF_ALU64_REG(BPF_SUB, BPF_REG_2, BPF_REG_3),
		/* What is left of the room is what XDP promises. */
		BPF_MOV64_IMM(BPF_REG_0, XDP_PASS),
		BPF_JMP_IMM(BPF_JGE, BPF_REG_2, XDP_PACKET_HEADROOM - 200, 1),
		BPF_MOV64_IMM(BPF_REG_0, XDP_ABORTED),
		BPF_EXIT_INSN(),
	};
	struct guest *g = test->priv;
	struct sk_buff *skb;
	u8 byte;

	guest_connect(test, 1, true);
	attach(test, insns, ARRAY_SIZE(insns));
	guest_fill(g, 0, 1);
	guest_send(test, 0, 1000);
	skb = guest_arrived(g);
	KUNIT_ASSERT_NOT_NULL(test, skb);
	KUNIT_EXPECT_EQ(test, 1200 - ETH_HLEN, (int)skb->len);
	KUNIT_EXPECT_EQ(test, 0, skb_copy_bits(skb, 0, &byte, 1));
	KUNIT_EXPECT_EQ(test, 0x5a, (int)byte);
	KUNIT_EXPECT_EQ(test, 0, skb_copy_bits(skb, 199 - ETH_HLEN, &byte, 1));
	KUNIT_EXPECT_EQ(test, 0xa5, (int)byte);
	KUNIT_EXPECT_EQ(test, 0, skb_copy_bits(skb, 999, &byte, 1));
	KUNIT_EXPECT_EQ(test, guest_data(g, 0)[999 + ETH_HLEN - 200],
			byte);
	kfree_skb(skb);
}

/* A checksum that was left out is there when a packet is sent back. */
static void netback_xdp_test_checksum(struct kunit *test)
{
	u8 *got = kunit_kzalloc(test, 2 * PAGE_SIZE, GFP_KERNEL);
	static const unsigned int sizes[] = { 500, FIRST_BUFFER, FIRST_BUFFER + 1, 4000 };
	struct guest *g = test->priv;
	struct iphdr *ip;
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, got);
	guest_connect(test, 1, true);
	guest_offer(g, 0, 16, 16);
	attach_obedient(test);
	ip = (struct iphdr *)(got + ETH_HLEN);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		unsigned int len = sizes[i] - ETH_HLEN - sizeof(*ip);
		struct udphdr *udp;

		guest_fill_ip(g, sizes[i], IPPROTO_UDP);
		/* What a frontend leaves there: the sum of the pseudo header. */
		udp = (struct udphdr *)(guest_data(g, 0) + ETH_HLEN +
					sizeof(*ip));
		udp->check = ~csum_tcpudp_magic(htonl(0x0a090002),
						htonl(0x0a090003), len,
						IPPROTO_UDP, 0);
		guest_data(g, 0)[VERDICT_AT] = XDP_TX;
		guest_slot(g, 0, 0, sizes[i], XEN_NETTXF_csum_blank |
			   XEN_NETTXF_data_validated);
		xenmodel_vif_tx_push(&g->vif.queues[0]);
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
		KUNIT_ASSERT_EQ(test, sizes[i], received(test, 0, got));
		KUNIT_EXPECT_EQ(test, 0,
				(int)csum_tcpudp_magic(ip->saddr, ip->daddr,
						       len, IPPROTO_UDP,
						       csum_partial(ip + 1, len,
								    0)));
	}
}

/* Nobody behind a program could cut a large packet into segments. */
static void netback_xdp_test_gso(struct kunit *test)
{
	static const u8 verdicts[] = { XDP_PASS, XDP_DROP, XDP_TX,
				       XDP_REDIRECT };
	struct guest *g = test->priv;
	struct sk_buff *skb;
	unsigned int i;

	guest_connect(test, 1, true);
	guest_offer(g, 0, 16, 8);
	attach_obedient(test);
	guest_fill_ip(g, 3054, IPPROTO_TCP);
	for (i = 0; i < ARRAY_SIZE(verdicts); i++) {
		guest_data(g, 0)[VERDICT_AT] = verdicts[i];
		guest_slot(g, 0, 0, 3054, XEN_NETTXF_csum_blank |
			   XEN_NETTXF_extra_info);
		guest_add_gso(g, XEN_NETIF_GSO_TYPE_TCPV4, 1000);
		xenmodel_vif_tx_push(&g->vif.queues[0]);
		KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY,
				guest_status(test, 0));
		guest_status(test, 0);
		skb = guest_arrived(g);
		KUNIT_EXPECT_EQ(test, verdicts[i] == XDP_PASS, !!skb);
		if (skb)
			KUNIT_EXPECT_EQ(test, 3,
					(int)skb_shinfo(skb)->gso_segs);
		kfree_skb(skb);
	}
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "xdp_pass"));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "xdp_drop"));
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "xdp_error"));
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "guest_rx_packets"));
}

/* A grant that is no good is none of the program's business. */
static void netback_xdp_test_bad_grant(struct kunit *test)
{
	struct guest *g = test->priv;

	guest_connect(test, 1, true);
	attach_obedient(test);
	guest_fill(g, 0, 1);
	guest_data(g, 0)[VERDICT_AT] = XDP_PASS;
	guest_slot(g, 0, 0, 3000, XEN_NETTXF_more_data);
	guest_slot(g, 0, 1, 1000, 0)->gref = 100000;
	xenmodel_vif_tx_push(&g->vif.queues[0]);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_ERROR, guest_status(test, 0));
	KUNIT_EXPECT_EQ(test, 0ULL, guest_counter(g, "xdp_"));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, 1000));
	kfree_skb(guest_arrived(g));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "xdp_pass"));
}

static void netback_xdp_test_setup(struct kunit *test)
{
	const struct bpf_insn drop[] = {
		BPF_MOV64_IMM(BPF_REG_0, XDP_DROP),
		BPF_EXIT_INSN(),
	};
	struct netdev_bpf other = { .command = XDP_SETUP_PROG + 77 };
	struct guest *g = test->priv;
	struct bpf_prog *prog;

	guest_connect(test, 1, true);
	prog = program(test, drop, ARRAY_SIZE(drop));
	prog->aux->xdp_has_frags = false;
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, setup(g, prog));
	guest_works(test);
	prog->aux->xdp_has_frags = true;
	KUNIT_EXPECT_EQ(test, 0, setup(g, prog));
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 0, 1000));
	KUNIT_EXPECT_NULL(test, guest_arrived(g));
	rtnl_lock();
	KUNIT_EXPECT_NE(test, 0,
			g->dev->netdev_ops->ndo_bpf(g->dev, &other));
	rtnl_unlock();

	/* It belongs to the interface, whoever is connected. */
	guest_disconnect(test);
	xenmodel_vif_write(&g->vif, "state", XenbusStateInitialising);
	guest_connect(test, 2, true);
	KUNIT_EXPECT_EQ(test, XEN_NETIF_RSP_OKAY, guest_send(test, 1, 1000));
	KUNIT_EXPECT_NULL(test, guest_arrived(g));
	KUNIT_EXPECT_EQ(test, 2ULL, guest_counter(g, "xdp_drop"));

	/* Another one takes its place, and then none. */
	attach_obedient(test);
	guest_fill(g, 0, 1);
	guest_data(g, 0)[VERDICT_AT] = XDP_PASS;
	guest_send(test, 0, 1000);
	kfree_skb(guest_arrived(g));
	KUNIT_EXPECT_EQ(test, 1ULL, guest_counter(g, "xdp_pass"));
	KUNIT_EXPECT_EQ(test, 0, setup(g, NULL));
	guest_works(test);
	KUNIT_EXPECT_EQ(test, 3ULL, guest_counter(g, "xdp_"));
}

/* As another driver makes it, whose packet a program has redirected. */
static struct xdp_frame *frame(struct kunit *test, unsigned int len, u8 seed)
{
	struct xdp_rxq_info rxq = { .mem.type = MEM_TYPE_PAGE_ORDER0 };
	struct page *page = alloc_page(GFP_KERNEL);
	struct xdp_frame *frame;
	struct ethhdr *header;
	struct xdp_buff xdp;

	KUNIT_ASSERT_NOT_NULL(test, page);
	memset(page_address(page), seed, PAGE_SIZE);
	xdp_init_buff(&xdp, PAGE_SIZE, &rxq);
	xdp_prepare_buff(&xdp, page_address(page), XDP_PACKET_HEADROOM, len,
			 true);
	header = xdp.data;
	eth_broadcast_addr(header->h_dest);
	header->h_proto = htons(GUEST_ETHERTYPE);
	frame = xdp_convert_buff_to_frame(&xdp);
	KUNIT_ASSERT_NOT_NULL(test, frame);
	return frame;
}

static int transmit(struct guest *g, struct xdp_frame **frames, int nr,
		    u32 flags)
{
	int sent;

	local_bh_disable();
	sent = g->dev->netdev_ops->ndo_xdp_xmit(g->dev, nr, frames, flags);
	local_bh_enable();
	return sent;
}

#define FRAMES	16

/* What was redirected to the guest gets there; what has no room comes back. */
static void netback_xdp_test_redirected(struct kunit *test)
{
	u8 *got = kunit_kzalloc(test, 2 * PAGE_SIZE, GFP_KERNEL);
	struct xdp_frame *frames[FRAMES];
	struct guest *g = test->priv;
	int i, sent;

	KUNIT_ASSERT_NOT_NULL(test, got);
	guest_connect(test, 1, true);
	for (i = 0; i < FRAMES; i++)
		frames[i] = frame(test, 1000, i);
	KUNIT_EXPECT_EQ(test, -EINVAL, transmit(g, frames, FRAMES, U32_MAX));
	guest_offer(g, 0, 16, FRAMES);
	KUNIT_EXPECT_EQ(test, FRAMES,
			transmit(g, frames, FRAMES, XDP_XMIT_FLUSH));
	for (i = 0; i < FRAMES; i++) {
		KUNIT_EXPECT_EQ(test, 1000U, received(test, 0, got));
		KUNIT_EXPECT_NULL(test, memchr_inv(got + ETH_HLEN, i,
						   1000 - ETH_HLEN));
	}
	KUNIT_EXPECT_EQ(test, FRAMES + 0ULL,
			guest_counter(g, "guest_rx_packets"));

	/* The guest has no room, and what takes a page each is all that may wait. */
	guest_parameter(test, "rx_queue_bytes", "20000");
	for (i = 0; i < FRAMES; i++)
		frames[i] = frame(test, 1000, i);
	sent = transmit(g, frames, FRAMES, XDP_XMIT_FLUSH);
	KUNIT_EXPECT_EQ(test, 5, sent);
	KUNIT_EXPECT_EQ(test, 0, transmit(g, frames + sent, 1,
					  XDP_XMIT_FLUSH));
	for (i = sent; i < FRAMES; i++)
		xdp_return_frame(frames[i]);
	guest_parameter(test, "rx_queue_bytes", "524288");
	guest_offer(g, 0, 16, FRAMES);
	for (i = 0; i < sent; i++)
		KUNIT_EXPECT_EQ(test, 1000U, received(test, 0, got));

	/* Nobody is there to take it. */
	guest_disconnect(test);
	frames[0] = frame(test, 1000, 1);
	KUNIT_EXPECT_EQ(test, -ENETDOWN,
			transmit(g, frames, 1, XDP_XMIT_FLUSH));
	xdp_return_frame(frames[0]);
}

static struct kunit_case netback_xdp_cases[] = {
	KUNIT_CASE_PARAM(netback_xdp_test_verdict, verdict_gen_params),
	KUNIT_CASE(netback_xdp_test_divided),
	KUNIT_CASE_PARAM(netback_xdp_test_large, large_gen_params),
	KUNIT_CASE(netback_xdp_test_large_back),
	KUNIT_CASE(netback_xdp_test_one_piece),
	KUNIT_CASE(netback_xdp_test_headroom),
	KUNIT_CASE(netback_xdp_test_checksum),
	KUNIT_CASE(netback_xdp_test_gso),
	KUNIT_CASE(netback_xdp_test_bad_grant),
	KUNIT_CASE(netback_xdp_test_setup),
	KUNIT_CASE(netback_xdp_test_redirected),
	{}
};

static struct kunit_suite netback_xdp_suite = {
	.name = "netback_xdp",
	.init = honest_init,
	.exit = xdp_exit,
	.test_cases = netback_xdp_cases,
};

kunit_test_suite(netback_xdp_suite);
