// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * latency FILE COMMAND [ARGUMENT]...: how late a thread of real-time priority,
 * which wants to run each half millisecond, runs while the command does.
 *
 * That is how long the kernel has stayed in one piece of work: with preemption or
 * interrupts off, in softirqs, or in code of a kernel with voluntary preemption that
 * gave no way.  FILE gets the longest in nanoseconds; the exit status is the
 * command's, 125 when it could not be run.
 */
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PERIOD_NS	500000LL
#define SECOND_NS	1000000000LL
#define PRIORITY	80
#define EXIT_BROKEN	125

static int64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND_NS + now.tv_nsec;
}

/* Returns how late it is. */
static int64_t sleep_until(int64_t at_ns)
{
	struct timespec at = { .tv_sec = at_ns / SECOND_NS, .tv_nsec = at_ns % SECOND_NS };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL))
		;
	return now_ns() - at_ns;
}

int main(int argc, char **argv)
{
	struct sched_param param = { .sched_priority = PRIORITY };
	int64_t next, late, longest = 0;
	int status = 0;
	FILE *file;
	pid_t child;

	file = argc > 2 ? fopen(argv[1], "we") : NULL;
	if (!file) {
		fputs("usage: latency FILE COMMAND [ARGUMENT]...\n", stderr);
		return EXIT_BROKEN;
	}
	child = fork();
	if (!child) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(EXIT_BROKEN);
	}
	if (child < 0 || mlockall(MCL_CURRENT | MCL_FUTURE) ||
	    sched_setscheduler(0, SCHED_FIFO, &param)) {
		perror("latency");
		return EXIT_BROKEN;
	}
	for (next = now_ns() + PERIOD_NS; !waitpid(child, &status, WNOHANG); next += PERIOD_NS) {
		late = sleep_until(next);
		if (late > longest)
			longest = late;
		if (late > PERIOD_NS)
			next += late;
	}
	fprintf(file, "%lld\n", (long long)longest);
	return fclose(file) || !WIFEXITED(status) ? EXIT_BROKEN : WEXITSTATUS(status);
}
