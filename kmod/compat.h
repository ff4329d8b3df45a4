/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What differs between kernels 6.1 and 7.2 and between compilers, and nothing
 * else: the sources read as for the newest.  No other file mentions a version.
 */
#ifndef TM_COMPAT_H
#define TM_COMPAT_H

#include <linux/version.h>
#include <net/genetlink.h>

/* The parsed attributes of a dump request: renamed in 6.7. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define genl_info_dump(cb) genl_dumpit_info(cb)
#endif

/*
 * For what every path fills in, field by field: kernels that are built to zero
 * all of the stack would do so for each packet (14 instructions).  Compilers
 * that do not know it do not zero, or zero for nothing.
 */
#if __has_attribute(uninitialized)
#define TM_UNINITIALIZED __attribute__((uninitialized))
#else
#define TM_UNINITIALIZED
#endif

#endif
