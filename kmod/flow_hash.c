// SPDX-License-Identifier: GPL-2.0
/*
 * The key of the hash of flows; see flow_hash.h.
 */
#include "flow_hash.h"

#include <linux/random.h>

void tm_flow_key_init(struct tm_flow_key *key)
{
	get_random_bytes(key, sizeof(*key));
	key->mix |= 1;
}
