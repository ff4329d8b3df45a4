/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where packets come in: netfilter hooks of a namespace, ingress hooks of named
 * devices.  Decides what is accounted (each packet once), maps verdicts.
 */
#ifndef TM_HOOK_H
#define TM_HOOK_H

#include <linux/netfilter.h>

struct tm_net;

#define TM_HOOK_FAMILIES	2
#define TM_HOOKS		(3 * TM_HOOK_FAMILIES)	/* pre-routing, local-out, post-routing */

/* Once, at module init. */
void tm_hook_setup(void);

/* Hook / unhook the IP hooks of a namespace; packets may run on in them until a grace period. */
int tm_hook_attach(struct tm_net *tn);
void tm_hook_detach(struct tm_net *tn);

/* The ingress hook, for device.c's nf_hook_ops; priv is the struct tm_net. */
unsigned int tm_hook_ingress(void *priv, struct sk_buff *skb, const struct nf_hook_state *state);

#endif
