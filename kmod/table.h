/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How the memory of tables is asked for, whose size an admin chooses: it counts
 * for him, and where there is not so much it is refused.  Without
 * __GFP_RETRY_MAYFAIL the kernel would kill processes first, and on a host the
 * largest ones are what it is there for.
 */
#ifndef TM_TABLE_H
#define TM_TABLE_H

#include <linux/gfp.h>

#define TM_GFP_TABLE	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

#endif
