// SPDX-License-Identifier: GPL-2.0-or-later
//
// A message that was given to a socket belongs to it, also when that failed: it
// may be freed by now, or be read and freed by another processor at any time.

virtual report

@sent exists@
identifier skb;
expression new, other, another;
type T;
position used;
@@

(
 genlmsg_reply(skb, ...)
|
 genlmsg_multicast_netns(other, another, skb, ...)
|
 \(genlmsg_unicast\|genlmsg_multicast\|genlmsg_multicast_allns\|nlmsg_unicast\|nlmsg_multicast\)(other, skb, ...)
)
 ... when != skb = new
     when != T skb = new;
(
 skb = new
|
 skb@used
)

@script:python depends on report@
used << sent.used;
skb << sent.skb;
@@

coccilib.report.print_report(used[0], "%s is used after it was given to a socket" % skb)
