// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets come in, and the way each goes: parse, account, judge.
 *
 * Each packet is accounted once.  PRE_ROUTING takes what arrives, but for what
 * this host sent itself (loopback, looped copies), the second pass of a VRF and
 * what a device hooked at ingress has already brought; LOCAL_OUT takes what
 * this host sends, but for what IPVS sends on and the first pass of a VRF;
 * POST_ROUTING accounts nothing: it sees the tuple as it leaves, after source
 * NAT, and thereby which flows are answered.
 *
 * Priorities: PRE_ROUTING -450 stands before defragmentation (-400) and
 * connection tracking (-200); LOCAL_OUT and POST_ROUTING last, after NAT.
 */
#include "hook.h"

#include <linux/if_vlan.h>
#include <linux/init.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/netfilter_ipv4.h>
#include <linux/preempt.h>
#include <linux/string.h>
#include <net/ip6_fib.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>

#include "clock.h"
#include "compat.h"
#include "flow_account.h"
#include "limit_hit.h"
#include "netns.h"
#include "packet_plain.h"
#include "params.h"

#define TM_HOOK_PRE_ROUTING_PRIORITY	(-450)
#define TM_HOOK_VLANS_MAX		2	/* tags still in the data at ingress */

/* Path-MTU messages: so many a second pass whatever the policies say. */
#define TM_PATH_MTU_PPS			1000
#define TM_PATH_MTU_BURST		1000

static struct tm_rate tm_path_mtu_rate __ro_after_init;

#if IS_ENABLED(CONFIG_IP_VS)
static bool tm_hook_ipvs(const struct sk_buff *skb)
{
	return skb->ipvs_property;
}
#else
static bool tm_hook_ipvs(const struct sk_buff *skb)
{
	return false;
}
#endif

/*
 * Is it what arrived, was accounted there, and IPVS only sends on?  Not so what
 * this host sends to a virtual service: IPVS took it before LOCAL_OUT came to
 * us.  Nor a packet that IPVS wrapped into another one for a tunnel.
 */
static bool tm_hook_ipvs_relays(const struct sk_buff *skb)
{
	return tm_hook_ipvs(skb) && skb->skb_iif &&
	       skb_inner_network_offset(skb) <= skb_network_offset(skb);
}

/* Charge the limit of path-MTU messages: only they write its cache line, and none once over. */
static bool tm_hook_path_mtu(struct tm_net *tn)
{
	u64 now = tm_limit_time(ktime_get_ns());
	s64 tat = atomic64_read(&tn->path_mtu_tat);

	if (tm_rate_over(&tm_path_mtu_rate, tat, now))
		return false;
	atomic64_try_cmpxchg(&tn->path_mtu_tat, &tat,
			     max_t(u64, tat, now) + tm_rate_cost(&tm_path_mtu_rate, 1, 0));
	return true;
}

static noinline bool tm_hook_covered(const struct tm_prefixes *prefixes,
				     const struct tm_packet *packet)
{
	u64 now_ns = tm_clock_ns();
	struct tm_prefix_entry *entry;

	entry = tm_prefixes_covering_either(prefixes, packet->family, &packet->source,
					    &packet->destination, now_ns);
	if (entry)
		tm_prefix_hit(entry, packet->segments, packet->bytes, now_ns, tm_limit_dither());
	return entry;
}

/* Is either address in the set?  @prefixes: NULL: it is empty; @family: of the packet. */
static __always_inline bool tm_hook_in_set(const struct tm_prefixes *prefixes,
					   const struct tm_packet *packet, u8 family)
{
	return prefixes &&
	       tm_prefixes_may_cover(prefixes, family, &packet->source, &packet->destination) &&
	       tm_hook_covered(prefixes, packet);
}

/*
 * What the network itself needs.  Path-MTU messages have a limit of their own,
 * which those that are in the set allow are not charged to.
 */
static noinline enum tm_reason tm_hook_needed(struct tm_net *tn, const struct tm_prefixes *allow,
					      const struct tm_packet *packet)
{
	if (packet->flags & TM_PACKET_ESSENTIAL)
		return TM_REASON_essential;
	if (tm_hook_in_set(allow, packet, packet->family))
		return TM_REASON_allow;
	return tm_hook_path_mtu(tn) ? TM_REASON_path_mtu : TM_REASON_NONE;
}

/*
 * A flow that the set keeps out has not begun.  Dropped, but for what suspends enforcement.
 * Not inline, and asks for the ruleset once more: that would cost other packets registers.
 */
static noinline enum tm_reason tm_hook_denied(struct tm_net *tn, const struct tm_packet *packet)
{
	if (READ_ONCE(tn->suspended))
		return TM_REASON_deny_monitor;
	if (rcu_dereference(tn->ruleset)->limits_new_flows && packet->flags & TM_PACKET_BEGINS)
		tm_flow_refuse(tn, packet, true);
	return TM_REASON_deny;
}

/*
 * First what comes before anything that can drop: failsafe, what the network
 * needs, the set allow.  Then the set deny, and the policies.
 * Return: why the packet's fate is what it is, or TM_REASON_NONE.
 */
static __always_inline enum tm_reason tm_hook_judge(struct tm_net *tn,
						    const struct tm_ruleset *ruleset,
						    struct tm_packet *packet, u8 family,
						    const struct sk_buff *skb, bool plain)
{
	const struct tm_prefixes *allow = rcu_dereference(ruleset->deciding[TM_SET_ALLOW]);
	enum tm_reason reason;

	if (tm_params.failsafe_count && tm_failsafe_matches(packet))
		return TM_REASON_failsafe;
	if (!plain && packet->flags & (TM_PACKET_ESSENTIAL | TM_PACKET_PATH_MTU)) {
		reason = tm_hook_needed(tn, allow, packet);
		if (reason != TM_REASON_NONE)
			return reason;
	}
	if (tm_hook_in_set(allow, packet, family))
		return TM_REASON_allow;
	if (tm_hook_in_set(rcu_dereference(ruleset->deciding[TM_SET_DENY]), packet, family))
		return tm_hook_denied(tn, packet);
	return ruleset->count ? tm_policy_judge(tn, ruleset, packet, skb) : TM_REASON_NONE;
}

/* What has no addresses is in no set: policies alone, that name `malformed`, may drop it. */
static enum tm_reason tm_hook_judge_unread(struct tm_net *tn, const struct tm_ruleset *ruleset,
					   struct tm_packet *packet,
					   const struct sk_buff *skb)
{
	return ruleset->count ? tm_policy_judge(tn, ruleset, packet, skb) : TM_REASON_NONE;
}

/*
 * The host's own answer on a connection that was translated to it on arrival:
 * put in the end that the other side knows, as the stack will at POST_ROUTING.
 */
#if IS_ENABLED(CONFIG_NF_CONNTRACK)
static void tm_hook_untranslate(const struct sk_buff *skb, struct tm_packet *packet)
{
	const struct nf_conntrack_tuple *arrived;
	enum ip_conntrack_info info;
	const struct nf_conn *ct = nf_ct_get(skb, &info);

	if (likely(!ct) || info != IP_CT_ESTABLISHED_REPLY || !(ct->status & IPS_DST_NAT))
		return;
	arrived = &ct->tuplehash[IP_CT_DIR_ORIGINAL].tuple;
	if (packet->flags & TM_PACKET_PORTS)
		packet->source_port = arrived->dst.u.all;
	if (packet->family == TRAFFICMON_FAMILY_IPV4)
		packet->source.words[3] = arrived->dst.u3.ip;
	else
		memcpy(&packet->source, &arrived->dst.u3.in6, sizeof(packet->source));
}
#else
static void tm_hook_untranslate(const struct sk_buff *skb, struct tm_packet *packet)
{
}
#endif

/*
 * The way of a packet that was read, from its flow to its fate.  @plain: it is
 * nothing that the network itself needs.  Untracked is counted behind seen and
 * the flow: the ledger relies on it.
 */
static __always_inline unsigned int tm_hook_take(struct tm_net *tn, struct tm_packet *packet,
						 u8 family, const struct sk_buff *skb,
						 enum tm_reason untracked, bool plain)
{
	const struct tm_ruleset *ruleset;
	enum tm_reason reason;

	if (likely(untracked == TM_REASON_NONE))
		untracked = tm_flow_account(tn, packet, family);
	if (unlikely(untracked != TM_REASON_NONE))
		tm_stats_reason(tn->stats, untracked, packet);
	ruleset = rcu_dereference(tn->ruleset);
	if (plain && !READ_ONCE(ruleset->judges))
		return NF_ACCEPT;
	if (!plain && untracked == TM_REASON_no_header)
		reason = tm_hook_judge_unread(tn, ruleset, packet, skb);
	else
		reason = tm_hook_judge(tn, ruleset, packet, family, skb, plain);
	if (reason == TM_REASON_NONE)
		return NF_ACCEPT;
	tm_stats_reason(tn->stats, reason, packet);
	return tm_reason_drops(reason) ? NF_DROP : NF_ACCEPT;
}

/* What few packets are. */
static noinline unsigned int tm_hook_any(struct tm_net *tn, const struct sk_buff *skb,
					 u32 offset, u8 family, struct tm_packet *packet, bool own)
{
	int err = tm_packet_parse_any(skb, offset, family, packet);

	tm_stats_seen(tn->stats, packet);
	if (own && !err)
		tm_hook_untranslate(skb, packet);
	return tm_hook_take(tn, packet, packet->family, skb,
			    err ? TM_REASON_no_header : TM_REASON_NONE, false);
}

/*
 * A packet's way.  @ip: its header, if that is linear; @packet has its direction
 * and device already; @own: this host sends it.  @family and @own are constants:
 * each pair is compiled on its own.
 */
static __always_inline unsigned int tm_hook_packet(struct tm_net *tn, const struct sk_buff *skb,
						   const void *ip, u8 family,
						   struct tm_packet *packet, bool own)
{
	if (unlikely(!tm_packet_parse_plain(skb, ip, family, packet)))
		return tm_hook_any(tn, skb, ip - (const void *)skb->data, family, packet, own);
	tm_stats_seen(tn->stats, packet);
	if (own)
		tm_hook_untranslate(skb, packet);
	return tm_hook_take(tn, packet, family, skb, TM_REASON_NONE, true);
}

/* Count a pass that is not ours to account. */
static noinline unsigned int tm_hook_skip(struct tm_net *tn, const struct sk_buff *skb,
					  enum tm_reason reason)
{
	struct tm_packet packet = { .segments = 1, .bytes = skb->len };

	tm_stats_reason(tn->stats, reason, &packet);
	return NF_ACCEPT;
}

static __always_inline enum tm_reason tm_hook_pre_routing_skips(const struct sk_buff *skb,
								const struct net_device *in)
{
	if (in->flags & IFF_LOOPBACK || skb->pkt_type == PACKET_LOOPBACK)
		return TM_REASON_loopback;
	if (netif_is_l3_master(in))
		return TM_REASON_vrf;
	return TM_REASON_NONE;
}

/*
 * What arrives comes in softirq, but for a packet that a queue rule before us
 * had sent to userspace: like what is sent, it may come in process context
 * with BH on.  Asking costs 3 instructions, switching off and on always 40.
 */
static __always_inline bool tm_hook_bh_is_on(void)
{
	return !softirq_count();
}

static noinline unsigned int tm_hook_with_bh_off(nf_hookfn *hook, void *priv, struct sk_buff *skb,
						 const struct nf_hook_state *state)
{
	unsigned int verdict;

	local_bh_disable();
	verdict = hook(priv, skb, state);
	local_bh_enable();
	return verdict;
}

static __always_inline u8 tm_hook_direction(u32 device_flags)
{
	return device_flags & TM_DEVICE_UPLINK ? TRAFFICMON_DIRECTION_IN :
						 TRAFFICMON_DIRECTION_OUT;
}

static __always_inline unsigned int tm_hook_pre_routing(struct tm_net *tn, struct sk_buff *skb,
							const struct nf_hook_state *state,
							u8 family, nf_hookfn *self)
{
	const struct net_device *in = state->in;
	struct tm_packet packet TM_UNINITIALIZED;
	enum tm_reason skips;
	u32 flags;

	if (unlikely(tm_hook_bh_is_on()))
		return tm_hook_with_bh_off(self, tn, skb, state);
	skips = tm_hook_pre_routing_skips(skb, in);
	if (unlikely(skips != TM_REASON_NONE))
		return tm_hook_skip(tn, skb, skips);
	flags = tm_device_flags(&tn->devices, in->ifindex);
	if (unlikely(flags & (TM_DEVICE_INGRESS | TM_DEVICE_COVERED)))
		return tm_hook_skip(tn, skb, TM_REASON_covered);
	packet.direction = tm_hook_direction(flags);
	packet.ifindex = in->ifindex;
	return tm_hook_packet(tn, skb, skb_network_header(skb), family, &packet, false);
}

static unsigned int tm_hook_pre_routing_ipv4(void *priv, struct sk_buff *skb,
					     const struct nf_hook_state *state)
{
	return tm_hook_pre_routing(priv, skb, state, TRAFFICMON_FAMILY_IPV4,
				   tm_hook_pre_routing_ipv4);
}

static unsigned int tm_hook_pre_routing_ipv6(void *priv, struct sk_buff *skb,
					     const struct nf_hook_state *state)
{
	return tm_hook_pre_routing(priv, skb, state, TRAFFICMON_FAMILY_IPV6,
				   tm_hook_pre_routing_ipv6);
}

/* Is the packet on its way to an address of this host? */
static bool tm_hook_route_local(const struct sk_buff *skb, u8 pf)
{
	const struct dst_entry *dst = skb_dst(skb);

	if (!dst)
		return false;
	if (pf == NFPROTO_IPV6)
		return container_of(dst, struct rt6_info, dst)->rt6i_flags & RTF_LOCAL;
	return container_of(dst, struct rtable, dst)->rt_flags & RTCF_LOCAL;
}

/*
 * A VRF runs LOCAL_OUT twice: for itself, then for the device below it.  What
 * goes to the VRF's own address has no second pass.
 */
static enum tm_reason tm_hook_local_out_skips(const struct sk_buff *skb,
					      const struct nf_hook_state *state)
{
	if (tm_hook_ipvs_relays(skb))
		return TM_REASON_ipvs;
	if (state->out && netif_is_l3_master(state->out) &&
	    !tm_hook_route_local(skb, state->pf))
		return TM_REASON_vrf;
	return TM_REASON_NONE;
}

static __always_inline unsigned int tm_hook_local_out(struct tm_net *tn, struct sk_buff *skb,
						      const struct nf_hook_state *state,
						      u8 family, nf_hookfn *self)
{
	struct tm_packet packet TM_UNINITIALIZED;
	enum tm_reason skips;

	if (tm_hook_bh_is_on())
		return tm_hook_with_bh_off(self, tn, skb, state);
	skips = tm_hook_local_out_skips(skb, state);
	if (unlikely(skips != TM_REASON_NONE))
		return tm_hook_skip(tn, skb, skips);
	packet.direction = TRAFFICMON_DIRECTION_OUT;
	packet.ifindex = 0;
	return tm_hook_packet(tn, skb, skb_network_header(skb), family, &packet, true);
}

static unsigned int tm_hook_local_out_ipv4(void *priv, struct sk_buff *skb,
					   const struct nf_hook_state *state)
{
	return tm_hook_local_out(priv, skb, state, TRAFFICMON_FAMILY_IPV4, tm_hook_local_out_ipv4);
}

static unsigned int tm_hook_local_out_ipv6(void *priv, struct sk_buff *skb,
					   const struct nf_hook_state *state)
{
	return tm_hook_local_out(priv, skb, state, TRAFFICMON_FAMILY_IPV6, tm_hook_local_out_ipv6);
}

/*
 * Only what was translated has another tuple here than where it was accounted:
 * without connection tracking and IPVS there is nothing to learn.
 */
static unsigned int tm_hook_post_routing(void *priv, struct sk_buff *skb,
					 const struct nf_hook_state *state)
{
	struct tm_packet packet TM_UNINITIALIZED;

	if (!skb_nfct(skb) && !tm_hook_ipvs(skb))
		return NF_ACCEPT;
	if (tm_hook_bh_is_on())
		return tm_hook_with_bh_off(tm_hook_post_routing, priv, skb, state);
	packet.direction = TRAFFICMON_DIRECTION_OUT;
	packet.ifindex = 0;
	if (!tm_packet_parse(skb, skb_network_offset(skb), state->pf == NFPROTO_IPV6 ?
			     TRAFFICMON_FAMILY_IPV6 : TRAFFICMON_FAMILY_IPV4, &packet))
		tm_flow_answered(priv, &packet);
	return NF_ACCEPT;
}

/* The protocol behind tags that are still in the data; *@offset is moved behind them. */
static __be16 tm_hook_untag(const struct sk_buff *skb, unsigned int *offset)
{
	__be16 protocol = skb->protocol;
	struct vlan_hdr tag;
	int i;

	for (i = 0; i < TM_HOOK_VLANS_MAX && eth_type_vlan(protocol); i++) {
		const struct vlan_hdr *vlan = skb_header_pointer(skb, *offset, sizeof(tag), &tag);

		if (!vlan)
			return 0;
		protocol = vlan->h_vlan_encapsulated_proto;
		*offset += sizeof(tag);
	}
	return protocol;
}

unsigned int tm_hook_ingress(void *priv, struct sk_buff *skb, const struct nf_hook_state *state)
{
	struct tm_net *tn = priv;
	const struct net_device *in = state->in;
	const void *ip = skb_network_header(skb);
	struct tm_packet packet TM_UNINITIALIZED;
	__be16 protocol = skb->protocol;
	unsigned int offset;

	if (unlikely(eth_type_vlan(protocol))) {
		offset = skb_network_offset(skb);
		protocol = tm_hook_untag(skb, &offset);
		ip = skb->data + offset;
	}
	if (unlikely(protocol != htons(ETH_P_IP) && protocol != htons(ETH_P_IPV6)))
		return tm_hook_skip(tn, skb, TM_REASON_not_ip);
	if (unlikely(skb->pkt_type == PACKET_LOOPBACK))
		return tm_hook_skip(tn, skb, TM_REASON_loopback);
	packet.direction = tm_hook_direction(tm_device_flags(&tn->devices, in->ifindex));
	packet.ifindex = in->ifindex;
	if (likely(protocol == htons(ETH_P_IP)))
		return tm_hook_packet(tn, skb, ip, TRAFFICMON_FAMILY_IPV4, &packet, false);
	return tm_hook_packet(tn, skb, ip, TRAFFICMON_FAMILY_IPV6, &packet, false);
}

/* Of both families: one hook for both would ask each packet for its own. */
static const struct nf_hook_ops tm_hook_pre_routing_ops[TM_HOOK_FAMILIES] = {
	{
		.hook = tm_hook_pre_routing_ipv4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = TM_HOOK_PRE_ROUTING_PRIORITY,
	}, {
		.hook = tm_hook_pre_routing_ipv6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_PRE_ROUTING,
		.priority = TM_HOOK_PRE_ROUTING_PRIORITY,
	},
};

static const struct nf_hook_ops tm_hook_local_out_ops[TM_HOOK_FAMILIES] = {
	{
		.hook = tm_hook_local_out_ipv4,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP_PRI_LAST,
	}, {
		.hook = tm_hook_local_out_ipv6,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_LOCAL_OUT,
		.priority = NF_IP_PRI_LAST,
	},
};

static const struct nf_hook_ops tm_hook_post_routing_ops[TM_HOOK_FAMILIES] = {
	{
		.hook = tm_hook_post_routing,
		.pf = NFPROTO_IPV4,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP_PRI_LAST,
	}, {
		.hook = tm_hook_post_routing,
		.pf = NFPROTO_IPV6,
		.hooknum = NF_INET_POST_ROUTING,
		.priority = NF_IP_PRI_LAST,
	},
};

static void tm_hook_want(struct tm_net *tn, bool wanted,
			 const struct nf_hook_ops ops[TM_HOOK_FAMILIES])
{
	u32 i;

	for (i = 0; wanted && i < TM_HOOK_FAMILIES; i++) {
		tn->hooks[tn->hook_count] = ops[i];
		tn->hooks[tn->hook_count].priv = tn;
		tn->hook_count++;
	}
}

void __init tm_hook_setup(void)
{
	tm_rate_init(&tm_path_mtu_rate, TRAFFICMON_LIMIT_PACKETS, TM_PATH_MTU_PPS,
		     TM_PATH_MTU_BURST);
}

int tm_hook_attach(struct tm_net *tn)
{
	tn->hook_count = 0;
	tm_hook_want(tn, tm_params.hook_prerouting, tm_hook_pre_routing_ops);
	tm_hook_want(tn, tm_params.hook_output, tm_hook_local_out_ops);
	tm_hook_want(tn, tm_params.hook_postrouting, tm_hook_post_routing_ops);
	return nf_register_net_hooks(tn->net, tn->hooks, tn->hook_count);
}

void tm_hook_detach(struct tm_net *tn)
{
	nf_unregister_net_hooks(tn->net, tn->hooks, tn->hook_count);
}
