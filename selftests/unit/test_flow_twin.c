// SPDX-License-Identifier: GPL-2.0-or-later
// build: kmod/flow.c kmod/flow_walk.c kmod/flow_rank.c kmod/flow_hash.c kmod/record.c kmod/stats.c
// flags: -include flow_net.h -Wno-maybe-uninitialized
/*
 * The table of flows beside a slow twin, a list that knows each flow and is
 * searched from end to end.  The one thing it asks of the table is which
 * flows share a bucket.  Time goes on with each packet, so that no two flows have
 * been idle equally long, and its low 32 bits wrap on the way.
 */
#include "unit.h"
#include "flow_account.h"
#include "params.h"

enum {
	FLOWS = 64,
	BUCKETS = FLOWS / TM_FLOW_WAYS,
	RECORDS = 1024,
	ENDS = 12,	/* a packet goes from one of them to another, or to itself */
};

struct tm_params tm_params;
u64 tm_clock_behind_ms;

/* A flow as the twin knows it; sides as in struct tm_flow. */
struct twin_flow {
	struct tm_packet first;
	enum tm_flow_rank rank;
	u64 packets[2], bytes[2];
	u64 told_packets[2], told_bytes[2];	/* by records */
	u64 start_ms, last_ms, told_ms;
	bool fin[2];
	bool expects;		/* an acknowledgement, of... */
	int expects_of;		/* ...that side */
	u32 expected_ack;
};

/* What a step made the table record, in any order. */
struct twin_record {
	struct twin_flow flow;	/* of before it */
	enum trafficmon_record_reason reason;
};

struct twin {
	struct tm_net tn;
	struct twin_flow flows[FLOWS];
	u32 count;
	struct twin_record records[FLOWS];
	u32 record_count;
	u64 window_ms, window_used;
	u64 next_record;
	struct {
		u64 made, full, over_budget, ended[__TRAFFICMON_RECORD_MAX], reached[5];
	} did;
};

/* --- packets ------------------------------------------------------------------ */

static union tm_address address_of(bool ipv6, u32 end)
{
	union tm_address address = { .words = { 0, 0, htonl(0xffff), htonl(0x0a000000 + end) } };

	if (ipv6) {
		address.words[0] = htonl(0x20010db8);
		address.words[2] = htonl(end % 3);
	}
	return address;
}

static u8 random_class(u8 protocol)
{
	static const u8 tcp[] = {
		TRAFFICMON_CLASS_SYN, TRAFFICMON_CLASS_SYNACK, TRAFFICMON_CLASS_ACK,
		TRAFFICMON_CLASS_ACK, TRAFFICMON_CLASS_ACK, TRAFFICMON_CLASS_ACK,
		TRAFFICMON_CLASS_FIN, TRAFFICMON_CLASS_MALFORMED,
	};

	if (protocol == IPPROTO_UDP)
		return get_random_u32_below(20) ? TRAFFICMON_CLASS_UDP : TRAFFICMON_CLASS_FRAG;
	if (protocol == IPPROTO_ICMP)
		return TRAFFICMON_CLASS_ICMP;
	if (!get_random_u32_below(30))
		return TRAFFICMON_CLASS_RST;
	return tcp[get_random_u32_below(sizeof(tcp))];
}

/* Few ends, few numbers: much of it is a whole handshake by chance. */
static struct tm_packet random_packet(void)
{
	static const u8 protocols[] = { IPPROTO_TCP, IPPROTO_TCP, IPPROTO_UDP, IPPROTO_ICMP };
	bool ipv6 = !get_random_u32_below(3);
	struct tm_packet packet = {
		.protocol = protocols[get_random_u32_below(sizeof(protocols))],
		.kind = ipv6 ? TM_PACKET_KIND_IPV6 : 0,
		.family = ipv6 ? TRAFFICMON_FAMILY_IPV6 : TRAFFICMON_FAMILY_IPV4,
		.source = address_of(ipv6, get_random_u32_below(ENDS)),
		.destination = address_of(ipv6, get_random_u32_below(ENDS)),
		.source_port = htons(get_random_u32_below(2)),
		.destination_port = htons(get_random_u32_below(2)),
		.tcp_sequence = get_random_u32_below(3),
		.tcp_acknowledgement = get_random_u32_below(4),
		.payload_bytes = get_random_u32_below(2),
		.segments = 1 + get_random_u32_below(3),
		.bytes = 40 + get_random_u32_below(1460),
		.direction = get_random_u32_below(__TRAFFICMON_DIRECTION_MAX),
	};

	packet.class = random_class(packet.protocol);
	if (packet.class == TRAFFICMON_CLASS_FRAG)
		packet.kind |= TM_PACKET_KIND_FRAGMENT;
	packet.tcp_flags = packet.class == TRAFFICMON_CLASS_SYN || !get_random_u32_below(8) ? 0 : 0x10;
	return packet;
}

/* --- the twin ------------------------------------------------------------------- */

static bool goes(const struct twin_flow *flow, const struct tm_packet *packet, int side)
{
	const struct tm_packet *first = &flow->first;

	return first->protocol == packet->protocol && first->kind == packet->kind &&
	       !memcmp(side ? &first->destination : &first->source, &packet->source, 16) &&
	       !memcmp(side ? &first->source : &first->destination, &packet->destination, 16) &&
	       (side ? first->destination_port : first->source_port) == packet->source_port &&
	       (side ? first->source_port : first->destination_port) == packet->destination_port;
}

static struct twin_flow *twin_find(struct twin *twin, const struct tm_packet *packet, int *side)
{
	u32 i;

	for (*side = 0; *side < 2; ++*side)
		for (i = 0; i < twin->count; i++)
			if (goes(&twin->flows[i], packet, *side))
				return &twin->flows[i];
	return NULL;
}

static u32 bucket_of(const struct twin *twin, const struct tm_packet *packet)
{
	u64 hash = tm_flow_hash(&twin->tn.flows.key, packet, packet->family);

	return tm_flow_bucket_of(&twin->tn.flows, hash) - twin->tn.flows.buckets;
}

static bool timed_out(const struct twin_flow *flow, u64 now_ms)
{
	u64 idle_ms = now_ms - flow->last_ms;

	if (flow->rank == TM_RANK_ENDED)
		return idle_ms >= tm_params.idle_ended_ms;
	if (flow->rank == TM_RANK_NEW)
		return idle_ms >= tm_params.idle_new_ms;
	if (flow->rank == TM_RANK_ESTABLISHED && flow->first.protocol == IPPROTO_TCP)
		return idle_ms >= tm_params.idle_established_ms;
	return idle_ms >= tm_params.idle_answered_ms;
}

static void twin_tell(struct twin *twin, struct twin_flow *flow, u8 reason)
{
	ASSERT_LT(twin->record_count, FLOWS);
	twin->records[twin->record_count++] = (struct twin_record){ *flow, reason };
	memcpy(flow->told_packets, flow->packets, sizeof(flow->packets));
	memcpy(flow->told_bytes, flow->bytes, sizeof(flow->bytes));
	twin->did.ended[reason]++;
}

static void twin_end(struct twin *twin, struct twin_flow *flow, u8 reason)
{
	twin_tell(twin, flow, reason);
	*flow = twin->flows[--twin->count];
}

/* Who makes room: one that is over before one that nobody answered, idle longest. */
static struct twin_flow *twin_victim(struct twin *twin, u32 bucket, u32 *sharing, u64 now_ms)
{
	struct twin_flow *over = NULL, *unanswered = NULL;
	u32 i;

	*sharing = 0;
	for (i = 0; i < twin->count; i++) {
		struct twin_flow *flow = &twin->flows[i];
		struct twin_flow **oldest = flow->rank == TM_RANK_NEW ? &unanswered : &over;

		if (bucket_of(twin, &flow->first) != bucket)
			continue;
		++*sharing;
		if (flow->rank > TM_RANK_NEW && !timed_out(flow, now_ms))
			continue;
		if (!*oldest || flow->last_ms < (*oldest)->last_ms)
			*oldest = flow;
	}
	return over ? over : unanswered;
}

static bool twin_budget_spent(struct twin *twin, u64 now_ms)
{
	if (!tm_params.insert_budget)
		return false;
	if (now_ms >= twin->window_ms + 1000) {
		twin->window_ms = now_ms;
		twin->window_used = 0;
	}
	return twin->window_used++ >= tm_params.insert_budget;
}

/* Does the packet prove that who sends it gets what this host sends? */
static bool twin_proves(struct twin_flow *flow, const struct tm_packet *packet, int side)
{
	bool from_syn = flow->first.class == TRAFFICMON_CLASS_SYN;
	u32 ahead = packet->tcp_acknowledgement - flow->expected_ack;

	if (packet->class == TRAFFICMON_CLASS_SYNACK && side == 1) {
		flow->expects = true;
		flow->expects_of = 0;
		flow->expected_ack = packet->tcp_sequence + 1;
		return false;
	}
	if (flow->expects)
		return side == flow->expects_of && packet->tcp_flags & 0x10 &&
		       ahead < (from_syn ? 1 : 4 << 20);
	if (!from_syn && packet->payload_bytes && packet->direction == TRAFFICMON_DIRECTION_OUT) {
		flow->expects = true;
		flow->expects_of = !side;
		flow->expected_ack = packet->tcp_sequence + packet->payload_bytes;
	}
	return false;
}

static void twin_learn(struct twin_flow *flow, const struct tm_packet *packet, int side)
{
	bool tcp = packet->class == TRAFFICMON_CLASS_SYNACK ||
		   packet->class == TRAFFICMON_CLASS_ACK || packet->class == TRAFFICMON_CLASS_FIN;
	bool udp = packet->class == TRAFFICMON_CLASS_UDP &&
		   (flow->first.direction == TRAFFICMON_DIRECTION_OUT ||
		    (flow->packets[0] >= 3 && flow->packets[1] >= 3));

	if (flow->rank == TM_RANK_ENDED)
		return;
	if (side == 1 && flow->rank == TM_RANK_NEW)
		flow->rank = TM_RANK_ANSWERED;
	if (packet->class == TRAFFICMON_CLASS_FIN)
		flow->fin[side] = true;
	if (packet->class == TRAFFICMON_CLASS_RST || (flow->fin[0] && flow->fin[1]))
		flow->rank = TM_RANK_ENDED;
	else if (udp && flow->rank == TM_RANK_ANSWERED)
		flow->rank = TM_RANK_ESTABLISHED;
	else if (tcp && flow->rank != TM_RANK_ESTABLISHED && twin_proves(flow, packet, side))
		flow->rank = TM_RANK_ESTABLISHED;
}

static void twin_count(struct twin_flow *flow, const struct tm_packet *packet, int side, u64 now_ms)
{
	flow->packets[side] += packet->segments;
	flow->bytes[side] += packet->bytes;
	flow->last_ms = now_ms;
	twin_learn(flow, packet, side);
}

static enum tm_reason twin_begin(struct twin *twin, const struct tm_packet *packet, u64 now_ms)
{
	u32 bucket = bucket_of(twin, packet), sharing;
	struct twin_flow *victim = twin_victim(twin, bucket, &sharing, now_ms);
	struct twin_flow *flow;

	if (sharing == TM_FLOW_WAYS && !victim)
		return TM_REASON_flows_full;
	if (twin_budget_spent(twin, now_ms))
		return TM_REASON_insert_budget;
	if (sharing == TM_FLOW_WAYS)
		twin_end(twin, victim, victim->rank == TM_RANK_ENDED ? TRAFFICMON_RECORD_ENDED :
				       timed_out(victim, now_ms) ? TRAFFICMON_RECORD_IDLE :
								   TRAFFICMON_RECORD_EVICTED);
	flow = &twin->flows[twin->count++];
	*flow = (struct twin_flow){ .first = *packet, .rank = TM_RANK_NEW, .start_ms = now_ms,
				    .told_ms = now_ms };
	twin_count(flow, packet, 0, now_ms);
	return TM_REASON_NONE;
}

static enum tm_reason twin_account(struct twin *twin, const struct tm_packet *packet, u64 now_ms)
{
	struct twin_flow *flow;
	int side;

	flow = twin_find(twin, packet, &side);
	if (flow && flow->rank == TM_RANK_ENDED && packet->class == TRAFFICMON_CLASS_SYN) {
		twin_end(twin, flow, TRAFFICMON_RECORD_ENDED);
		flow = NULL;
	}
	if (!flow)
		return twin_begin(twin, packet, now_ms);
	twin_count(flow, packet, side, now_ms);
	return TM_REASON_NONE;
}

static void twin_sweep(struct twin *twin, u32 bucket, u64 now_ms)
{
	u32 i;

	for (i = twin->count; i-- > 0; ) {
		struct twin_flow *flow = &twin->flows[i];

		if (bucket_of(twin, &flow->first) != bucket)
			continue;
		if (timed_out(flow, now_ms)) {
			twin_end(twin, flow, flow->rank == TM_RANK_ENDED ? TRAFFICMON_RECORD_ENDED :
									   TRAFFICMON_RECORD_IDLE);
		} else if (now_ms >= flow->told_ms + tm_params.active_ms) {
			flow->told_ms = now_ms;
			if (flow->packets[0] + flow->packets[1] !=
			    flow->told_packets[0] + flow->told_packets[1])
				twin_tell(twin, flow, TRAFFICMON_RECORD_ACTIVE);
		}
	}
}

/* --- beside each other ------------------------------------------------------------ */

static bool same_record(const struct tm_record *record, const struct twin_record *twin)
{
	const struct twin_flow *flow = &twin->flow;
	int i;

	for (i = 0; i < 2; i++)
		if (record->packets[i] != flow->packets[i] - flow->told_packets[i] ||
		    record->bytes[i] != flow->bytes[i] - flow->told_bytes[i])
			return false;
	return !memcmp(&record->address[0], &flow->first.source, 16) &&
	       !memcmp(&record->address[1], &flow->first.destination, 16) &&
	       record->port[0] == flow->first.source_port &&
	       record->port[1] == flow->first.destination_port &&
	       record->protocol == flow->first.protocol && record->kind == flow->first.kind &&
	       record->reason == twin->reason && record->rank == flow->rank &&
	       record->start_ms == flow->start_ms && record->end_ms == flow->last_ms;
}

/* Each record that the table issued is one that the twin expects, and none is missing. */
static void compare_records(struct twin *twin)
{
	struct tm_record record;
	u32 i;

	while (tm_record_read(&twin->tn.records, 0, &twin->next_record, &record)) {
		twin->next_record++;
		for (i = 0; i < twin->record_count; i++)
			if (same_record(&record, &twin->records[i]))
				break;
		ASSERT_LT(i, twin->record_count);
		twin->records[i] = twin->records[--twin->record_count];
	}
	ASSERT_EQ(twin->record_count, 0);
}

static void compare_flow(struct twin *twin, const struct tm_flow_view *view, u64 now_ms)
{
	struct tm_packet packet = {
		.source = view->flow.address[0], .destination = view->flow.address[1],
		.ports = view->flow.ports, .sort = view->flow.sort,
	};
	const struct twin_flow *flow;
	int side;

	flow = twin_find(twin, &packet, &side);
	ASSERT_TRUE(flow && side == 0);
	EXPECT_EQ(view->rank, flow->rank);
	EXPECT_MEMEQ(view->flow.packets, flow->packets, sizeof(flow->packets));
	EXPECT_MEMEQ(view->flow.bytes, flow->bytes, sizeof(flow->bytes));
	EXPECT_EQ(view->start_ms, flow->start_ms);
	EXPECT_EQ(view->idle_ms, now_ms - flow->last_ms);
}

static void compare_tables(struct twin *twin)
{
	struct tm_flow_view views[TM_FLOW_WAYS];
	u32 bucket, count, i, all = 0;
	struct tm_ledger ledger;

	for (bucket = 0; bucket < BUCKETS; bucket++) {
		count = tm_flow_copy_bucket(&twin->tn.flows, bucket, views);
		for (i = 0; i < count; i++)
			compare_flow(twin, &views[i], tm_clock_ms());
		all += count;
	}
	EXPECT_EQ(all, twin->count);
	EXPECT_EQ(tm_flow_count(&twin->tn.flows), twin->count);
	tm_flow_ledger(&twin->tn, &ledger);
	EXPECT_EQ(ledger.before.packets, ledger.after.packets);
	EXPECT_EQ(ledger.live.packets + ledger.recorded.packets + ledger.untracked.packets,
		  ledger.after.packets);
	EXPECT_EQ(ledger.live.bytes + ledger.recorded.bytes + ledger.untracked.bytes,
		  ledger.after.bytes);
}

static void step_packet(struct twin *twin)
{
	struct tm_packet packet = random_packet();
	enum tm_reason reason, expected;

	shim_ticks++;
	tm_stats_seen(twin->tn.stats, &packet);
	expected = twin_account(twin, &packet, tm_clock_ms());
	reason = tm_flow_account(&twin->tn, &packet, packet.family);
	ASSERT_EQ(reason, expected);
	if (reason != TM_REASON_NONE)
		tm_stats_reason(twin->tn.stats, reason, &packet);
	twin->did.made += reason == TM_REASON_NONE;
	twin->did.full += reason == TM_REASON_flows_full;
	twin->did.over_budget += reason == TM_REASON_insert_budget;
}

/* It leaves the host: an answer that is not accounted. */
static void step_answered(struct twin *twin)
{
	struct tm_packet packet = random_packet();
	struct twin_flow *flow;
	int side;

	flow = twin_find(twin, &packet, &side);
	if (flow && side == 1)
		twin_learn(flow, &packet, 1);
	tm_flow_answered(&twin->tn, &packet);
}

static void step_sweep(struct twin *twin)
{
	u32 budget = 1 + get_random_u32_below(BUCKETS), i;

	for (i = 0; i < budget; i++)
		twin_sweep(twin, (twin->tn.flows.sweep_bucket + i) % BUCKETS, tm_clock_ms());
	tm_flow_sweep(&twin->tn, budget);
}

static void step_flush(struct twin *twin)
{
	u32 count = twin->count;

	while (twin->count)
		twin_end(twin, &twin->flows[0], TRAFFICMON_RECORD_RESET);
	EXPECT_EQ(tm_flow_flush(&twin->tn), count);
}

static void step(struct twin *twin, u32 number)
{
	u32 i;

	if (!get_random_u32_below(500))
		shim_ticks += get_random_u32_below(HZ);
	if (!get_random_u32_below(20000))
		shim_ticks += get_random_u32_below(60 * HZ);
	if (!get_random_u32_below(50000))
		step_flush(twin);
	else if (!get_random_u32_below(40))
		step_sweep(twin);
	else if (!get_random_u32_below(20))
		step_answered(twin);
	else
		step_packet(twin);
	compare_records(twin);
	if (!(number % 256))
		compare_tables(twin);
	for (i = 0; i < twin->count; i++)
		twin->did.reached[twin->flows[i].rank]++;
}

static void run(u32 steps, u32 insert_budget, struct twin *twin)
{
	u32 i;

	memset(twin, 0, sizeof(*twin));
	tm_params = (struct tm_params){
		.insert_budget = insert_budget, .idle_ended_ms = 1000, .idle_new_ms = 300,
		.idle_answered_ms = 20000, .idle_established_ms = 40000, .active_ms = 7000,
	};
	/* half a minute before the low 32 bits of ms wrap */
	shim_ticks = ((1ULL << 32) - 30000) / (1000 / HZ);
	twin->next_record = 1;
	twin->tn.stats = tm_stats_alloc();
	ASSERT_TRUE(twin->tn.stats);
	ASSERT_EQ(tm_flow_init(&twin->tn.flows, FLOWS), 0);
	ASSERT_EQ(tm_record_init(&twin->tn.records, RECORDS), 0);
	for (i = 0; i < steps; i++)
		step(twin, i);
	compare_tables(twin);
	tm_record_clean(&twin->tn.records);
	tm_flow_clean(&twin->tn.flows);
	tm_stats_free(twin->tn.stats);
}

/* That all of it happened: a twin that is never asked agrees with anything. */
static void expect_all_happened(const struct twin *twin)
{
	u32 i;

	EXPECT_GT(twin->did.made, 100000);
	EXPECT_GT(twin->did.full, 1000);
	for (i = 0; i < __TRAFFICMON_RECORD_MAX; i++)
		EXPECT_GT(twin->did.ended[i], 50);
	for (i = TM_RANK_ENDED; i <= TM_RANK_ESTABLISHED; i++)
		EXPECT_GT(twin->did.reached[i], 100000);
}

TEST(a_million_steps_beside_a_list)
{
	static struct twin twin;

	run(1000000, 0, &twin);
	expect_all_happened(&twin);
	EXPECT_EQ(twin.did.over_budget, 0);
}

TEST(with_a_budget_of_insertions)
{
	static struct twin twin;

	run(200000, 20, &twin);
	EXPECT_GT(twin.did.over_budget, 10000);
}
