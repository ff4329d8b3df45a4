// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What survives a reboot.  Contract in boot.h.
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "boot.h"

bool boot_is_here(const struct tm_context *context)
{
	struct stat first, ours;

	/* Without /proc nobody is told apart; who may not look is not believed. */
	if (stat("/proc/1/ns/net", &first) ||
	    stat("/proc/thread-self/ns/net", &ours))
		return errno == ENOENT && !context->netns;
	return first.st_ino == ours.st_ino && first.st_dev == ours.st_dev;
}

int boot_check_here(const struct tm_context *context, const char *words,
		    struct tm_error *error)
{
	if (boot_is_here(context))
		return 0;
	return tm_error_usage(error,
			      "%s of the host's own network namespace, and this is another, or it cannot be told (CAP_SYS_PTRACE)",
			      words);
}

void boot_leave(struct tm_entry_list *list, bool with_timeout)
{
	size_t i, left = 0;

	for (i = 0; i < list->count; i++) {
		if (!list->items[i].timeout_ns == !with_timeout)
			list->items[left++] = list->items[i];
		else
			tm_entry_clear(&list->items[i]);
	}
	list->count = left;
}

uint64_t boot_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec * 1000000000ull + now.tv_nsec;
}
