// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The test of sent_skb.cocci: it is to find each line that is marked as found, and
 * no other. Never compiled.
 */

int read_after_reply(struct sk_buff *skb, struct genl_info *info)
{
	int result = genlmsg_reply(skb, info);

	if (result)
		pr_debug("%u bytes not sent\n", skb->len);	/* found */
	return result;
}

int freed_after_failure(struct net *net, struct sk_buff *skb, u32 port)
{
	int result;

	result = genlmsg_unicast(net, skb, port);
	if (result < 0)
		nlmsg_free(skb);				/* found */
	return result;
}

void sent_to_two(struct net *net, struct sk_buff *message)
{
	genlmsg_multicast_netns(&family, net, message, 0, 0, GFP_KERNEL);
	genlmsg_multicast(&family, message, 0, 0, GFP_KERNEL);	/* found */
}

int counted_behind(struct sock *sk, struct sk_buff *skb, u32 port)
{
	if (nlmsg_unicast(sk, skb, port))
		return -EPIPE;
	sent_bytes += skb->len;					/* found */
	return 0;
}

int made_anew(struct sk_buff *skb, struct genl_info *info)
{
	int result = genlmsg_reply(skb, info);

	if (result)
		return result;
	skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	return skb ? genlmsg_reply(skb, info) : -ENOMEM;
}

int freed_instead(struct sk_buff *skb, struct genl_info *info, int error)
{
	if (error) {
		nlmsg_free(skb);
		return error;
	}
	return genlmsg_reply(skb, info);
}

void a_message_a_round(struct net *net, u32 count)
{
	while (count--) {
		struct sk_buff *skb = nlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);

		if (skb)
			genlmsg_multicast_netns(&family, net, skb, 0, 0, GFP_KERNEL);
	}
}
