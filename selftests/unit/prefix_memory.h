/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For programs that have prefixes: the memory that the module sets up when it is loaded. */
#ifndef UNIT_PREFIX_MEMORY_H
#define UNIT_PREFIX_MEMORY_H

#include "prefix.h"

static void __attribute__((constructor)) prefix_memory_setup(void)
{
	if (tm_prefix_setup())
		abort();
}

static void __attribute__((destructor)) prefix_memory_teardown(void)
{
	tm_prefix_teardown();
}

#endif
