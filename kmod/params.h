/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Module parameters: read once at load, checked, and kept as one snapshot.  A
 * wrong value refuses the load with a message that says which and why.  One alone,
 * enforce, can be written later: it is no part of the snapshot, see breaker.h.
 */
#ifndef TM_PARAMS_H
#define TM_PARAMS_H

#include <linux/if.h>
#include <linux/moduleparam.h>
#include "packet.h"
#include "prefix.h"

#define TM_FAILSAFE_MAX	16
#define TM_GLOBS_MAX	32

/* A failsafe entry: packets from the prefix to the port, and their answers. */
struct tm_failsafe {
	union tm_address address;
	union tm_address mask;
	u16 port;		/* 0: any */
	u8 family;		/* enum trafficmon_family */
};

struct tm_globs {
	u32 count;
	char glob[TM_GLOBS_MAX][IFNAMSIZ];
};

/**
 * struct tm_params - what was asked for at load; constant from then on
 * @flows: entries a namespace, power of two
 * @limiters: likewise
 * @records: a ring, power of two
 * @netns_max: attached namespaces at the most
 * @insert_budget: new flows a second and CPU; 0: no bound
 * @idle_answered_ms: idle timeout of answered flows
 * @idle_new_ms: of flows seen in one direction
 * @idle_established_ms: of established TCP flows
 * @idle_ended_ms: of flows that ended
 * @active_ms: a flow that lives longer leaves a record each
 * @breaker_percent: of all packets dropped, above which the breaker trips; 0: never
 * @breaker_s: rounds of the watch in a row above it that trip the breaker
 * @hold_ns: an episode ends after so long without a recurrence
 * @uplinks: what arrives here is `in`
 * @devices: hooked at ingress
 */
struct tm_params {
	u32 flows;
	u32 limiters;
	u32 records;
	u32 netns_max;
	u32 insert_budget;
	u32 idle_answered_ms;
	u32 idle_new_ms;
	u32 idle_established_ms;
	u32 idle_ended_ms;
	u32 active_ms;
	u32 breaker_percent;
	u32 breaker_s;
	u64 hold_ns;
	bool autostart;
	bool userns_admin;
	bool hook_prerouting;
	bool hook_output;
	bool hook_postrouting;
	bool uplinks_all;	/* uplinks=* */
	u32 failsafe_count;
	struct tm_failsafe failsafe[TM_FAILSAFE_MAX];
	struct tm_globs uplinks;
	struct tm_globs devices;
};

extern struct tm_params tm_params;

/* Check the parameters and fill tm_params.  Return 0 or -EINVAL, having said why. */
int tm_params_init(void);

/* Set a bool, as a parameter's type does; a wrong value is refused in words. */
int tm_param_set_flag(const char *value, const struct kernel_param *param);

/* Does a name match one of the globs (* and ?)?  Pure. */
bool tm_globs_match(const struct tm_globs *globs, const char *name);

/* Does the packet match the failsafe list?  Context: any. */
bool tm_failsafe_matches(const struct tm_packet *packet);

#endif
