/* SPDX-License-Identifier: GPL-2.0 */
/* Globs of device names: `*` is any run of characters, `?` any one.  Pure. */
#ifndef TM_GLOB_H
#define TM_GLOB_H

#include <linux/types.h>

/* Context: any.  At most the product of the two lengths in steps. */
bool tm_glob_match(const char *glob, const char *name);

#endif
