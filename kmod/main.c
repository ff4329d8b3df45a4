// SPDX-License-Identifier: GPL-2.0
/*
 * trafficmon: accounts every packet of a host to a flow, and drops what exceeds
 * a policy.  This file is the order in which the module comes and goes.
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/module.h>

#include "clock.h"
#include "device.h"
#include "hook.h"
#include "netns.h"
#include "nl.h"
#include "params.h"
#include "prefix.h"
#include "transaction.h"

static bool enforce = true;

/* The one parameter that acts when it is written; also before tm_init(). */
static int tm_set_enforce(const char *value, const struct kernel_param *param)
{
	int err = tm_param_set_flag(value, param);

	if (!err)
		tm_net_enforce(enforce);
	return err;
}

static const struct kernel_param_ops tm_enforce_ops = {
	.flags = KERNEL_PARAM_OPS_FL_NOARG,
	.set = tm_set_enforce,
	.get = param_get_bool,
};

module_param_cb(enforce, &tm_enforce_ops, &enforce, 0644);
__MODULE_PARM_TYPE(enforce, "bool");
MODULE_PARM_DESC(enforce, "kill switch, may be written at any time: with N nothing is dropped in any namespace (default Y)");

static int __init tm_attach_initial(void)
{
	int err;

	if (!tm_params.autostart)
		return 0;
	err = tm_net_attach(&init_net);
	if (err)
		pr_err("cannot attach the initial namespace: error %d%s\n", err,
		       err == -ENOMEM ? "; ask for less by flows=, limiters= or records=" : "");
	return err;
}

static int __init tm_init(void)
{
	int err;

	err = tm_params_init();
	if (err)
		return err;
	tm_clock_setup();
	tm_hook_setup();
	err = tm_prefix_setup();
	if (err)
		return err;
	err = tm_net_setup();
	if (err)
		goto no_namespaces;
	err = tm_device_setup();
	if (err)
		goto no_devices;
	err = tm_transaction_setup();
	if (err)
		goto no_transactions;
	/* Before anyone can ask: a load that fails would not wait for a dump to end. */
	err = tm_attach_initial();
	if (err)
		goto not_attached;
	err = tm_nl_setup();
	if (err)
		goto no_netlink;
	pr_info("version %s loaded, %s\n", TM_VERSION,
		tm_params.autostart ? "initial namespace attached" : "no namespace attached");
	return 0;

no_netlink:
	pr_err("cannot register the netlink family: error %d\n", err);
	tm_net_detach_all();
not_attached:
	tm_transaction_teardown();
no_transactions:
	tm_device_teardown();
no_devices:
	tm_net_teardown();
no_namespaces:
	tm_prefix_teardown();
	return err;
}

/* Namespaces go first, while there is a family to tell their listeners; then requests end. */
static void __exit tm_exit(void)
{
	tm_net_detach_all();
	tm_nl_teardown();
	tm_transaction_teardown();
	tm_device_teardown();
	tm_net_teardown();
	tm_prefix_teardown();
	pr_info("unloaded\n");
}

module_init(tm_init);
module_exit(tm_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The TrafficMonitor founders");
MODULE_DESCRIPTION("Per-flow traffic accounting and flood stopping for hosts");
MODULE_VERSION(TM_VERSION);
