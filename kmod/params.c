// SPDX-License-Identifier: GPL-2.0
/*
 * Module parameters, their texts and their checks.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include "params.h"

#include <linux/ctype.h>
#include <linux/inet.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/moduleparam.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "glob.h"

#define TM_DAY_S	86400U
#define TM_WEEK_S	(7 * TM_DAY_S)

struct tm_params tm_params;

/* Types of parameters that say what is allowed when a value cannot be read at all. */
static int tm_param_set_number(const char *value, const struct kernel_param *param);

static const struct kernel_param_ops param_ops_number = {
	.set = tm_param_set_number,
	.get = param_get_uint,
};

static const struct kernel_param_ops param_ops_flag = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = tm_param_set_flag,
	.get = param_get_bool,
};

#define param_check_number(name, p)	param_check_uint(name, p)
#define param_check_flag(name, p)	param_check_bool(name, p)

static unsigned int flows = 131072;
module_param(flows, number, 0444);
MODULE_PARM_DESC(flows, "flow table entries of a namespace, 128 bytes each: power of two, 64 to 16777216 (default 131072)");

static unsigned int limiters = 65536;
module_param(limiters, number, 0444);
MODULE_PARM_DESC(limiters, "limiter table entries of a namespace, 80 bytes each: power of two, 64 to 16777216 (default 65536)");

static unsigned int records = 4096;
module_param(records, number, 0444);
MODULE_PARM_DESC(records, "records kept for each CPU, 128 bytes each: power of two, 64 to 1048576 (default 4096)");

static unsigned int netns_max = 16;
module_param(netns_max, number, 0444);
MODULE_PARM_DESC(netns_max, "network namespaces attached at the same time: 1 to 65536 (default 16)");

static unsigned int insert_budget = 1000000;
module_param(insert_budget, number, 0444);
MODULE_PARM_DESC(insert_budget, "new flows a second that one CPU inserts: 1000 to 100000000, or 0 for no bound (default 1000000)");

static unsigned int timeout_answered_s = 60;
module_param(timeout_answered_s, number, 0444);
MODULE_PARM_DESC(timeout_answered_s, "idle seconds that end an answered flow: 1 to 604800 (default 60)");

static unsigned int timeout_new_s = 30;
module_param(timeout_new_s, number, 0444);
MODULE_PARM_DESC(timeout_new_s, "idle seconds that end a flow seen in one direction: 1 to 604800 (default 30)");

static unsigned int timeout_established_s = 600;
module_param(timeout_established_s, number, 0444);
MODULE_PARM_DESC(timeout_established_s, "idle seconds that end an established TCP flow: 1 to 604800 (default 600)");

static unsigned int timeout_ended_s = 5;
module_param(timeout_ended_s, number, 0444);
MODULE_PARM_DESC(timeout_ended_s, "idle seconds after a TCP flow's end until it leaves the table: 1 to 604800 (default 5)");

static unsigned int timeout_active_s = 300;
module_param(timeout_active_s, number, 0444);
MODULE_PARM_DESC(timeout_active_s, "a longer flow leaves a record each so many seconds: 1 to 604800 (default 300)");

static unsigned int event_hold_s = 10;
module_param(event_hold_s, number, 0444);
MODULE_PARM_DESC(event_hold_s, "seconds without a recurrence that end an episode, such as a policy over its limit: 1 to 86400 (default 10)");

static unsigned int breaker_percent;
module_param(breaker_percent, number, 0444);
MODULE_PARM_DESC(breaker_percent, "percent of all packets: if more are dropped for breaker_s, enforcement is suspended: 1 to 99, or 0 for never (default 0)");

static unsigned int breaker_s = 10;
module_param(breaker_s, number, 0444);
MODULE_PARM_DESC(breaker_s, "seconds in a row above breaker_percent: 1 to 3600 (default 10)");

static bool autostart = true;
module_param(autostart, flag, 0444);
MODULE_PARM_DESC(autostart, "attach the initial network namespace at load (default Y)");

static bool userns_admin;
module_param(userns_admin, flag, 0444);
MODULE_PARM_DESC(userns_admin, "let CAP_NET_ADMIN in the user namespace that owns a network namespace suffice to manage it (default N)");

static char *hooks = "prerouting,output,postrouting";
module_param(hooks, charp, 0444);
MODULE_PARM_DESC(hooks, "which IP hooks to attach, of prerouting, output, postrouting (default all three)");

static char *devices = "";
module_param(devices, charp, 0444);
MODULE_PARM_DESC(devices, "devices hooked at ingress, where a drop costs less: names or globs (* ?), separated by commas (default none)");

static char *uplinks = "*";
module_param(uplinks, charp, 0444);
MODULE_PARM_DESC(uplinks, "devices whose arriving packets have direction in: names or globs, separated by commas (default *)");

static char *failsafe = "";
module_param(failsafe, charp, 0444);
MODULE_PARM_DESC(failsafe, "peers that are never dropped: PREFIX[@PORT],..., PORT being this host's (default none)");

struct tm_param_range {
	const char *name;
	const unsigned int *value;
	unsigned int low, high;
	bool power_of_two;
	bool zero_too;
};

static const struct tm_param_range tm_param_ranges[] = {
	{ "flows", &flows, 64, 1U << 24, .power_of_two = true },
	{ "limiters", &limiters, 64, 1U << 24, .power_of_two = true },
	{ "records", &records, 64, 1U << 20, .power_of_two = true },
	{ "netns_max", &netns_max, 1, 65536 },
	{ "insert_budget", &insert_budget, 1000, 100000000, .zero_too = true },
	{ "timeout_answered_s", &timeout_answered_s, 1, TM_WEEK_S },
	{ "timeout_new_s", &timeout_new_s, 1, TM_WEEK_S },
	{ "timeout_established_s", &timeout_established_s, 1, TM_WEEK_S },
	{ "timeout_ended_s", &timeout_ended_s, 1, TM_WEEK_S },
	{ "timeout_active_s", &timeout_active_s, 1, TM_WEEK_S },
	{ "event_hold_s", &event_hold_s, 1, TM_DAY_S },
	{ "breaker_percent", &breaker_percent, 1, 99, .zero_too = true },
	{ "breaker_s", &breaker_s, 1, 3600 },
};

static int tm_param_set_number(const char *value, const struct kernel_param *param)
{
	int err = param_set_uint(value, param);
	int i;

	for (i = 0; err && i < ARRAY_SIZE(tm_param_ranges); i++) {
		const struct tm_param_range *range = &tm_param_ranges[i];

		if (range->value == param->arg)
			pr_err("parameter %s='%s' is no whole number: wanted is %u to %u%s\n",
			       range->name, value, range->low, range->high,
			       range->zero_too ? ", or 0" : "");
	}
	return err;
}

int tm_param_set_flag(const char *value, const struct kernel_param *param)
{
	int err = param_set_bool(value, param);

	/* behind what is written to a parameter's file there may be a line's end */
	if (err)
		pr_err("parameter %s='%.*s' is neither Y nor N\n", param->name,
		       (int)strcspn(value, "\n"), value);
	return err;
}

static int tm_params_check_ranges(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(tm_param_ranges); i++) {
		const struct tm_param_range *range = &tm_param_ranges[i];
		unsigned int value = *range->value;

		if (range->zero_too && !value)
			continue;
		if (value < range->low || value > range->high) {
			pr_err("parameter %s=%u is out of range: %u to %u%s\n", range->name, value,
			       range->low, range->high, range->zero_too ? ", or 0" : "");
			return -EINVAL;
		}
		if (range->power_of_two && !is_power_of_2(value)) {
			pr_err("parameter %s=%u is no power of two: try %lu\n", range->name, value,
			       roundup_pow_of_two(value));
			return -EINVAL;
		}
	}
	return 0;
}

/* Where the items of a list begin; an empty text has none. */
static const char *tm_params_items(const char *list)
{
	return *list ? list : NULL;
}

/*
 * The next item of a comma-separated list, copied to @item; false at the end.  A
 * comma too many makes an empty item.
 */
static bool tm_params_item(const char **list, char *item, size_t size, size_t *length)
{
	const char *end;

	if (!*list)
		return false;
	end = strchrnul(*list, ',');
	*length = end - *list;
	strscpy(item, *list, min(size, *length + 1));
	*list = *end ? end + 1 : NULL;
	return true;
}

/* No empty item: one at the end would not be met by tm_params_item(). */
static int tm_params_check_list(const char *name, const char *list)
{
	size_t length = strlen(list);

	if (!length || (list[0] != ',' && list[length - 1] != ',' && !strstr(list, ",,")))
		return 0;
	pr_err("parameter %s: empty entry in the list '%s'\n", name, list);
	return -EINVAL;
}

static int tm_params_check_lists(void)
{
	int err = tm_params_check_list("hooks", hooks);

	err = err ?: tm_params_check_list("devices", devices);
	err = err ?: tm_params_check_list("uplinks", uplinks);
	err = err ?: tm_params_check_list("failsafe", failsafe);
	if (err || *hooks || *devices)
		return err;
	pr_err("parameter hooks: empty, and devices as well: nothing would be seen\n");
	return -EINVAL;
}

static int tm_params_hooks(void)
{
	static const char *const names[] = { "prerouting", "output", "postrouting" };
	bool *const wanted[] = { &tm_params.hook_prerouting, &tm_params.hook_output,
				 &tm_params.hook_postrouting };
	const char *list = tm_params_items(hooks);
	size_t length;
	char item[16];
	int which;

	while (tm_params_item(&list, item, sizeof(item), &length)) {
		which = length < sizeof(item) ? match_string(names, ARRAY_SIZE(names), item) : -1;
		if (which < 0) {
			pr_err("parameter hooks: '%s' is none of prerouting, output, postrouting\n",
			       item);
			return -EINVAL;
		}
		*wanted[which] = true;
	}
	return 0;
}

static bool tm_params_glob_sound(const char *glob, size_t length)
{
	size_t i;

	if (!length || length >= IFNAMSIZ)
		return false;
	for (i = 0; i < length; i++)
		if (!isgraph(glob[i]) || glob[i] == '/' || glob[i] == ':')
			return false;
	return true;
}

static int tm_params_globs(const char *name, const char *text, struct tm_globs *globs)
{
	const char *list = tm_params_items(text);
	char item[IFNAMSIZ + 1];
	size_t length;

	while (tm_params_item(&list, item, sizeof(item), &length)) {
		if (!tm_params_glob_sound(item, length)) {
			pr_err("parameter %s: '%s' is no device name or glob of 1 to %d characters\n",
			       name, item, IFNAMSIZ - 1);
			return -EINVAL;
		}
		if (globs->count == TM_GLOBS_MAX) {
			pr_err("parameter %s: more than %d entries\n", name, TM_GLOBS_MAX);
			return -EINVAL;
		}
		strscpy(globs->glob[globs->count++], item, IFNAMSIZ);
	}
	return 0;
}

/* An address in text; IPv4 as ::ffff:a.b.c.d.  Return: its family, or -EINVAL. */
static int tm_params_address(const char *text, union tm_address *address)
{
	const char *end;

	memset(address, 0, sizeof(*address));
	/* It takes what stands behind a colon for a port, and leaves it. */
	if (in4_pton(text, -1, &address->bytes[12], -1, &end) && !*end) {
		address->words[2] = htonl(0xffff);
		return TRAFFICMON_FAMILY_IPV4;
	}
	if (in6_pton(text, -1, address->bytes, -1, &end) && !*end)
		return TRAFFICMON_FAMILY_IPV6;
	return -EINVAL;
}

static void tm_params_mask(union tm_address *mask, unsigned int bits)
{
	unsigned int i;

	memset(mask, 0, sizeof(*mask));
	for (i = 0; i < bits; i++)
		mask->bytes[i / 8] |= 0x80 >> (i % 8);
}

/* One PREFIX[@PORT].  Returns NULL, or what is wrong with it. */
static const char *tm_params_failsafe_entry(char *item, struct tm_failsafe *entry)
{
	char *port = strchr(item, '@'), *slash;
	unsigned int bits, width;
	int family, i;

	entry->port = 0;
	if (port) {
		*port++ = '\0';
		if (kstrtou16(port, 10, &entry->port) || !entry->port)
			return "the port behind @ is no number from 1 to 65535";
	}
	slash = strchr(item, '/');
	if (slash)
		*slash++ = '\0';
	if (!slash && !strchr(item, '.') && !strchr(item, ':'))
		return "a prefix is needed before a port: anyone could flood a bare port";
	family = tm_params_address(item, &entry->address);
	if (family < 0)
		return "no IPv4 or IPv6 address";
	entry->family = family;
	width = family == TRAFFICMON_FAMILY_IPV4 ? 32 : 128;
	bits = width;
	if (slash && (kstrtouint(slash, 10, &bits) || bits > width))
		return "the prefix length is out of range";
	tm_params_mask(&entry->mask, bits + 128 - width);
	for (i = 0; i < 2; i++)
		if (entry->address.halves[i] & ~entry->mask.halves[i])
			return "bits behind the prefix length are not zero";
	return NULL;
}

static int tm_params_failsafe(void)
{
	const char *list = tm_params_items(failsafe), *wrong;
	struct tm_failsafe *entry;
	char item[64], shown[64];
	size_t length;

	while (tm_params_item(&list, item, sizeof(item), &length)) {
		strscpy(shown, item, sizeof(shown));
		if (tm_params.failsafe_count == TM_FAILSAFE_MAX) {
			pr_err("parameter failsafe: more than %d entries\n", TM_FAILSAFE_MAX);
			return -EINVAL;
		}
		entry = &tm_params.failsafe[tm_params.failsafe_count];
		wrong = length >= sizeof(item) ? "too long" : tm_params_failsafe_entry(item, entry);
		if (wrong) {
			pr_err("parameter failsafe: '%s': %s; wanted is PREFIX[@PORT]\n", shown,
			       wrong);
			return -EINVAL;
		}
		tm_params.failsafe_count++;
	}
	return 0;
}

int tm_params_init(void)
{
	int err = tm_params_check_ranges();

	err = err ?: tm_params_check_lists();
	err = err ?: tm_params_hooks();
	err = err ?: tm_params_globs("devices", devices, &tm_params.devices);
	err = err ?: tm_params_globs("uplinks", uplinks, &tm_params.uplinks);
	err = err ?: tm_params_failsafe();
	if (err)
		return err;
	tm_params.flows = flows;
	tm_params.limiters = limiters;
	tm_params.records = records;
	tm_params.netns_max = netns_max;
	tm_params.insert_budget = insert_budget;
	tm_params.idle_answered_ms = timeout_answered_s * MSEC_PER_SEC;
	tm_params.idle_new_ms = timeout_new_s * MSEC_PER_SEC;
	tm_params.idle_established_ms = timeout_established_s * MSEC_PER_SEC;
	tm_params.idle_ended_ms = timeout_ended_s * MSEC_PER_SEC;
	tm_params.active_ms = timeout_active_s * MSEC_PER_SEC;
	tm_params.hold_ns = (u64)event_hold_s * NSEC_PER_SEC;
	tm_params.breaker_percent = breaker_percent;
	tm_params.breaker_s = breaker_s;
	tm_params.autostart = autostart;
	tm_params.userns_admin = userns_admin;
	tm_params.uplinks_all = tm_params.uplinks.count == 1 &&
				!strcmp(tm_params.uplinks.glob[0], "*");
	return 0;
}

bool tm_globs_match(const struct tm_globs *globs, const char *name)
{
	u32 i;

	for (i = 0; i < globs->count; i++)
		if (tm_glob_match(globs->glob[i], name))
			return true;
	return false;
}

static bool tm_failsafe_covers(const struct tm_failsafe *entry, const union tm_address *peer,
			       __be16 port)
{
	if ((peer->halves[0] & entry->mask.halves[0]) != entry->address.halves[0] ||
	    (peer->halves[1] & entry->mask.halves[1]) != entry->address.halves[1])
		return false;
	return !entry->port || htons(entry->port) == port;
}

/* From the peer to the port, or the answer from the port to the peer. */
bool tm_failsafe_matches(const struct tm_packet *packet)
{
	bool ports = packet->flags & TM_PACKET_PORTS;
	__be16 source_port = ports ? packet->source_port : 0;
	__be16 destination_port = ports ? packet->destination_port : 0;
	u32 i;

	for (i = 0; i < tm_params.failsafe_count; i++) {
		const struct tm_failsafe *entry = &tm_params.failsafe[i];

		/* ::/0 covers no IPv4, nor does ::ffff:a.b.c.d on the wire stand for a.b.c.d */
		if (entry->family == packet->family &&
		    (tm_failsafe_covers(entry, &packet->source, destination_port) ||
		     tm_failsafe_covers(entry, &packet->destination, source_port)))
			return true;
	}
	return false;
}
