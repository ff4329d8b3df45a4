// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The attribute sets of the UAPI, one table each, nests before what holds
 * them.  Data only; a new attribute of the UAPI is a line here.
 */
#include <linux/trafficmon.h>

#include "attrs.h"

#define NEST(name, set)	{ name, TM_ATTR_NEST, &tm_attrs_##set }

/* Fails to build when the UAPI has grown behind a table's last line. */
#define ATTR_SET(set, last)						\
	_Static_assert(sizeof(set##_attrs) / sizeof(set##_attrs[0]) ==	\
		       (last) + 1, #set ": attributes missing");	\
	const struct tm_attr_set tm_attrs_##set = { #set, last, set##_attrs }

static const struct tm_attr prefix_attrs[] = {
	[TRAFFICMON_A_PREFIX_ADDRESS] = { "address", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_PREFIX_LENGTH] = { "length", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_PREFIX_EXCEPT] = { "except", TM_ATTR_FLAG, NULL },
};

ATTR_SET(prefix, TRAFFICMON_A_PREFIX_MAX);

static const struct tm_attr ports_attrs[] = {
	[TRAFFICMON_A_PORTS_FIRST] = { "first", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_PORTS_LAST] = { "last", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_PORTS_EXCEPT] = { "except", TM_ATTR_FLAG, NULL },
};

ATTR_SET(ports, TRAFFICMON_A_PORTS_MAX);

static const struct tm_attr length_attrs[] = {
	[TRAFFICMON_A_LENGTH_FIRST] = { "first", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_LENGTH_LAST] = { "last", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_LENGTH_EXCEPT] = { "except", TM_ATTR_FLAG, NULL },
};

ATTR_SET(length, TRAFFICMON_A_LENGTH_MAX);

static const struct tm_attr hop_limit_attrs[] = {
	[TRAFFICMON_A_HOP_LIMIT_FIRST] = { "first", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_HOP_LIMIT_LAST] = { "last", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_HOP_LIMIT_EXCEPT] = { "except", TM_ATTR_FLAG, NULL },
};

ATTR_SET(hop_limit, TRAFFICMON_A_HOP_LIMIT_MAX);

static const struct tm_attr tcp_flags_attrs[] = {
	[TRAFFICMON_A_TCP_FLAGS_VALUE] = { "value", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_TCP_FLAGS_MASK] = { "mask", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_TCP_FLAGS_EXCEPT] = { "except", TM_ATTR_FLAG, NULL },
};

ATTR_SET(tcp_flags, TRAFFICMON_A_TCP_FLAGS_MAX);

static const struct tm_attr mark_attrs[] = {
	[TRAFFICMON_A_MARK_VALUE] = { "value", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_MARK_MASK] = { "mask", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_MARK_EXCEPT] = { "except", TM_ATTR_FLAG, NULL },
};

ATTR_SET(mark, TRAFFICMON_A_MARK_MAX);

static const struct tm_attr glob_attrs[] = {
	[TRAFFICMON_A_GLOB_PATTERN] = { "pattern", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_GLOB_EXCEPT] = { "except", TM_ATTR_FLAG, NULL },
};

ATTR_SET(glob, TRAFFICMON_A_GLOB_MAX);

static const struct tm_attr match_set_attrs[] = {
	[TRAFFICMON_A_MATCH_SET_NAME] = { "name", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_MATCH_SET_EXCEPT] = { "except", TM_ATTR_FLAG, NULL },
};

ATTR_SET(match_set, TRAFFICMON_A_MATCH_SET_MAX);

static const struct tm_attr limit_attrs[] = {
	[TRAFFICMON_A_LIMIT_KIND] = { "kind", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_LIMIT_RATE] = { "rate", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_LIMIT_BURST] = { "burst", TM_ATTR_U64, NULL },
};

ATTR_SET(limit, TRAFFICMON_A_LIMIT_MAX);

static const struct tm_attr cursor_attrs[] = {
	[TRAFFICMON_A_CURSOR_RING] = { "ring", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_CURSOR_SEQUENCE] = { "sequence", TM_ATTR_U64, NULL },
};

ATTR_SET(cursor, TRAFFICMON_A_CURSOR_MAX);

static const struct tm_attr entry_attrs[] = {
	[TRAFFICMON_A_ENTRY_ADDRESS] = { "address", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_ENTRY_LENGTH] = { "length", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_ENTRY_TIMEOUT] = { "timeout", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_ENTRY_COMMENT] = { "comment", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_ENTRY_PACKETS_SAMPLED] = { "packets_sampled", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_ENTRY_BYTES_SAMPLED] = { "bytes_sampled", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_ENTRY_HIT_AGE] = { "hit_age", TM_ATTR_U64, NULL },
};

ATTR_SET(entry, TRAFFICMON_A_ENTRY_MAX);

static const struct tm_attr device_attrs[] = {
	[TRAFFICMON_A_DEVICE_NAME] = { "name", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_DEVICE_INDEX] = { "index", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_DEVICE_UPLINK] = { "uplink", TM_ATTR_FLAG, NULL },
	[TRAFFICMON_A_DEVICE_INGRESS] = { "ingress", TM_ATTR_FLAG, NULL },
	[TRAFFICMON_A_DEVICE_COVERED] = { "covered", TM_ATTR_FLAG, NULL },
	[TRAFFICMON_A_DEVICE_UNSEEN] = { "unseen", TM_ATTR_FLAG, NULL },
};

ATTR_SET(device, TRAFFICMON_A_DEVICE_MAX);

static const struct tm_attr counter_attrs[] = {
	[TRAFFICMON_A_COUNTER_NAME] = { "name", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_COUNTER_KIND] = { "kind", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_COUNTER_TEXT] = { "text", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_COUNTER_PACKETS] = { "packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_COUNTER_BYTES] = { "bytes", TM_ATTR_U64, NULL },
};

ATTR_SET(counter, TRAFFICMON_A_COUNTER_MAX);

static const struct tm_attr info_attrs[] = {
	[TRAFFICMON_A_INFO_VERSION] = { "version", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_INFO_ATTACHED] = { "attached", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_INFO_INSTANCE] = { "instance", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_INFO_GENERATION] = { "generation", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_INFO_POLICIES] = { "policies", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_POLICIES_ENFORCING] = { "policies_enforcing", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_FLOWS] = { "flows", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_FLOWS_MAX] = { "flows_max", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_LIMITERS] = { "limiters", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_LIMITERS_MAX] = { "limiters_max", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_RECORDS_MAX] = { "records_max", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_RINGS] = { "rings", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_ATTACH_TIME] = { "attach_time", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_INFO_MEMORY_BYTES] = { "memory_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_INFO_NETNS_ATTACHED] = { "netns_attached", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_NETNS_MAX] = { "netns_max", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_EVENT_SEQUENCE] = { "event_sequence", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_INFO_LAST_READ_AGE] = { "last_read_age", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_INFO_DEVICE] = NEST("device", device),
	[TRAFFICMON_A_INFO_DEVICES] = { "devices", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_INFO_SUSPENDED_BY] = { "suspended_by", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_INFO_CONFIRM_TIMEOUT] = { "confirm_timeout", TM_ATTR_U64, NULL },
};

ATTR_SET(info, TRAFFICMON_A_INFO_MAX);

static const struct tm_attr stats_attrs[] = {
	[TRAFFICMON_A_STATS_LEDGER] = { "ledger", TM_ATTR_FLAG, NULL },
	[TRAFFICMON_A_STATS_SEEN_PACKETS] = { "seen_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_SEEN_BYTES] = { "seen_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_DROPPED_PACKETS] = { "dropped_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_DROPPED_BYTES] = { "dropped_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_CLASS] = NEST("class", counter),
	[TRAFFICMON_A_STATS_DIRECTION] = NEST("direction", counter),
	[TRAFFICMON_A_STATS_REASON] = NEST("reason", counter),
	[TRAFFICMON_A_STATS_FLOWS_CREATED] = { "flows_created", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_RECORDS] = { "records", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_RECORDED_PACKETS] = { "recorded_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_RECORDED_BYTES] = { "recorded_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_UNTRACKED_PACKETS] = { "untracked_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_UNTRACKED_BYTES] = { "untracked_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_LIVE_PACKETS] = { "live_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_LIVE_BYTES] = { "live_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_SEEN_BEFORE_PACKETS] = { "seen_before_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_SEEN_BEFORE_BYTES] = { "seen_before_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_SEEN_AFTER_PACKETS] = { "seen_after_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_SEEN_AFTER_BYTES] = { "seen_after_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_MODULE_PACKETS] = { "module_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_STATS_MODULE_BYTES] = { "module_bytes", TM_ATTR_U64, NULL },
};

ATTR_SET(stats, TRAFFICMON_A_STATS_MAX);

static const struct tm_attr flow_attrs[] = {
	[TRAFFICMON_A_FLOW_ADDRESS] = { "address", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_FLOW_PREFIX_LENGTH] = { "prefix_length", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_FLOW_PORT] = { "port", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_FLOW_SOURCE] = { "source", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_FLOW_DESTINATION] = { "destination", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_FLOW_SOURCE_PORT] = { "source_port", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_FLOW_DESTINATION_PORT] = { "destination_port", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_FLOW_PROTOCOL] = { "protocol", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_FLOW_STATE] = { "state", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_FLOW_DIRECTION] = { "direction", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_FLOW_IIF] = { "iif", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_FLOW_PACKETS] = { "packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_FLOW_BYTES] = { "bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_FLOW_REPLY_PACKETS] = { "reply_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_FLOW_REPLY_BYTES] = { "reply_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_FLOW_UNRECORDED_PACKETS] = { "unrecorded_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_FLOW_UNRECORDED_BYTES] = { "unrecorded_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_FLOW_AGE] = { "age", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_FLOW_IDLE] = { "idle", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_FLOW_FRAGMENT] = { "fragment", TM_ATTR_FLAG, NULL },
	[TRAFFICMON_A_FLOW_FLUSHED] = { "flushed", TM_ATTR_U64, NULL },
};

ATTR_SET(flow, TRAFFICMON_A_FLOW_MAX);

static const struct tm_attr record_attrs[] = {
	[TRAFFICMON_A_RECORD_CURSOR] = NEST("cursor", cursor),
	[TRAFFICMON_A_RECORD_END] = { "end", TM_ATTR_FLAG, NULL },
	[TRAFFICMON_A_RECORD_RING] = { "ring", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_RECORD_SEQUENCE] = { "sequence", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_RECORD_BEFORE_PACKETS] = { "before_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_RECORD_BEFORE_BYTES] = { "before_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_RECORD_REASON] = { "reason", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_RECORD_SOURCE] = { "source", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_RECORD_DESTINATION] = { "destination", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_RECORD_SOURCE_PORT] = { "source_port", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_RECORD_DESTINATION_PORT] = { "destination_port", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_RECORD_PROTOCOL] = { "protocol", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_RECORD_STATE] = { "state", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_RECORD_DIRECTION] = { "direction", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_RECORD_IIF] = { "iif", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_RECORD_PACKETS] = { "packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_RECORD_BYTES] = { "bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_RECORD_REPLY_PACKETS] = { "reply_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_RECORD_REPLY_BYTES] = { "reply_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_RECORD_START_TIME] = { "start_time", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_RECORD_END_TIME] = { "end_time", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_RECORD_FRAGMENT] = { "fragment", TM_ATTR_FLAG, NULL },
};

ATTR_SET(record, TRAFFICMON_A_RECORD_MAX);

static const struct tm_attr transaction_attrs[] = {
	[TRAFFICMON_A_TRANSACTION_GENERATION] = { "generation", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_TRANSACTION_CONFIRM_TIMEOUT] = { "confirm_timeout", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_TRANSACTION_KEEP_POLICIES] = { "keep_policies", TM_ATTR_FLAG, NULL },
};

ATTR_SET(transaction, TRAFFICMON_A_TRANSACTION_MAX);

static const struct tm_attr policy_attrs[] = {
	[TRAFFICMON_A_POLICY_NAME] = { "name", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_POLICY_MODE] = { "mode", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_POLICY_ACTION] = { "action", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_POLICY_CLASSES] = { "classes", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_POLICY_DIRECTIONS] = { "directions", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_POLICY_FAMILIES] = { "families", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_POLICY_SOURCE] = NEST("source", prefix),
	[TRAFFICMON_A_POLICY_DESTINATION] = NEST("destination", prefix),
	[TRAFFICMON_A_POLICY_SOURCE_PORT] = NEST("source_port", ports),
	[TRAFFICMON_A_POLICY_DESTINATION_PORT] = NEST("destination_port", ports),
	[TRAFFICMON_A_POLICY_DEVICE] = { "device", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_POLICY_KEY] = { "key", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH4] = { "key_source_length4", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_POLICY_KEY_SOURCE_LENGTH6] = { "key_source_length6", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH4] = { "key_destination_length4", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_POLICY_KEY_DESTINATION_LENGTH6] = { "key_destination_length6", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_POLICY_LIMIT] = NEST("limit", limit),
	[TRAFFICMON_A_POLICY_ON_FULL] = { "on_full", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_POLICY_AGGREGATE_FACTOR] = { "aggregate_factor", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_POLICY_GENERATION] = { "generation", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_MATCHED_PACKETS] = { "matched_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_MATCHED_BYTES] = { "matched_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_OVER_PACKETS] = { "over_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_OVER_BYTES] = { "over_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_DROPPED_PACKETS] = { "dropped_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_DROPPED_BYTES] = { "dropped_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_OVER_SINCE_AGE] = { "over_since_age", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_SPARE] = { "spare", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_POLICY_SPARED_PACKETS] = { "spared_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_SPARED_BYTES] = { "spared_bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_POLICY_FRAGMENTS] = { "fragments", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_POLICY_TCP_FLAGS] = NEST("tcp_flags", tcp_flags),
	[TRAFFICMON_A_POLICY_LENGTH] = NEST("length", length),
	[TRAFFICMON_A_POLICY_HOP_LIMIT] = NEST("hop_limit", hop_limit),
	[TRAFFICMON_A_POLICY_MARK] = NEST("mark", mark),
	[TRAFFICMON_A_POLICY_DEVICE_GLOB] = NEST("device_glob", glob),
	[TRAFFICMON_A_POLICY_SOURCE_SET] = NEST("source_set", match_set),
	[TRAFFICMON_A_POLICY_DESTINATION_SET] = NEST("destination_set", match_set),
};

ATTR_SET(policy, TRAFFICMON_A_POLICY_MAX);

static const struct tm_attr set_attrs[] = {
	[TRAFFICMON_A_SET_NAME] = { "name", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_SET_ENTRY] = NEST("entry", entry),
	[TRAFFICMON_A_SET_ENTRIES] = { "entries", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_SET_PACKETS] = { "packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_SET_BYTES] = { "bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_SET_KEEP] = { "keep", TM_ATTR_FLAG, NULL },
	[TRAFFICMON_A_SET_POLICIES] = { "policies", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_SET_MEMORY_BYTES] = { "memory_bytes", TM_ATTR_U64, NULL },
};

ATTR_SET(set, TRAFFICMON_A_SET_MAX);

static const struct tm_attr limiter_attrs[] = {
	[TRAFFICMON_A_LIMITER_POLICY] = { "policy", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_LIMITER_OVER] = { "over", TM_ATTR_FLAG, NULL },
	[TRAFFICMON_A_LIMITER_KIND] = { "kind", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_LIMITER_SOURCE] = { "source", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_LIMITER_SOURCE_LENGTH] = { "source_length", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_LIMITER_DESTINATION] = { "destination", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_LIMITER_DESTINATION_LENGTH] = { "destination_length", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_LIMITER_SOURCE_PORT] = { "source_port", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_LIMITER_DESTINATION_PORT] = { "destination_port", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_LIMITER_PROTOCOL] = { "protocol", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_LIMITER_IIF] = { "iif", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_LIMITER_AGGREGATE] = { "aggregate", TM_ATTR_FLAG, NULL },
	[TRAFFICMON_A_LIMITER_USED] = { "used", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_LIMITER_RATE] = { "rate", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_LIMITER_BURST] = { "burst", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_LIMITER_OVER_PACKETS_SAMPLED] = { "over_packets_sampled", TM_ATTR_U64, NULL },
};

ATTR_SET(limiter, TRAFFICMON_A_LIMITER_MAX);

static const struct tm_attr event_attrs[] = {
	[TRAFFICMON_A_EVENT_SEQUENCE] = { "sequence", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_INSTANCE] = { "instance", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_TYPE] = { "type", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_EVENT_TIME] = { "time", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_VERSION] = { "version", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_EVENT_POLICY] = { "policy", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_EVENT_MODE] = { "mode", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_EVENT_SOURCE] = { "source", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_EVENT_DESTINATION] = { "destination", TM_ATTR_ADDRESS, NULL },
	[TRAFFICMON_A_EVENT_DESTINATION_PORT] = { "destination_port", TM_ATTR_U16, NULL },
	[TRAFFICMON_A_EVENT_IIF] = { "iif", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_EVENT_LIMIT_KIND] = { "limit_kind", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_EVENT_LIMIT_RATE] = { "limit_rate", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_MATCHED_PPS] = { "matched_pps", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_PACKETS] = { "packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_BYTES] = { "bytes", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_DROPPED_PACKETS] = { "dropped_packets", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_DURATION] = { "duration", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_TABLE] = { "table", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_EVENT_SIZE] = { "size", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_EVENT_GENERATION] = { "generation", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_POLICIES] = { "policies", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_EVENT_SET] = { "set", TM_ATTR_STRING, NULL },
	[TRAFFICMON_A_EVENT_ENTRIES] = { "entries", TM_ATTR_U32, NULL },
	[TRAFFICMON_A_EVENT_RECORDS] = { "records", TM_ATTR_U64, NULL },
	[TRAFFICMON_A_EVENT_CAUSE] = { "cause", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_EVENT_DROPPED_PERCENT] = { "dropped_percent", TM_ATTR_U8, NULL },
	[TRAFFICMON_A_EVENT_CHANGE] = { "change", TM_ATTR_U8, NULL },
};

ATTR_SET(event, TRAFFICMON_A_EVENT_MAX);
