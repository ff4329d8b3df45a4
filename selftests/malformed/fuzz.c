// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Wrong messages by the hundred thousand, made from the table of the attributes:
 *
 *	fuzz [-n MESSAGES] [-s SEED] [-b BLOCK]
 *
 * The same seed sends the same messages.  -b sends one block of them and looks at the state
 * after each message: what a block that failed is sent with again, in a
 * namespace of its own.  KTAP, a result for each class of messages; status 0
 * when nothing failed.
 */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "block.h"

#define BLOCK_S		240	/* for a block: a send that does not return */
#define FAILURES_MAX	20	/* enough to look at */
#define REPLAYS_MAX	3

static struct fuzz fuzz = { .seed = 1 };

static void on_alarm(int signal)
{
	static const char text[] = "not ok - a send, or a close, does not return\n";

	(void)signal;
	if (write(STDOUT_FILENO, text, sizeof(text) - 1) > 0)
		_exit(1);
	_exit(2);
}

static uint64_t sent(void)
{
	uint64_t all = 0;
	int class;

	for (class = 0; class < CLASS_MAX; class++)
		all += fuzz.tallies[class].sent;
	return all;
}

/* One block, with a look after each message.  The child leaves the namespace alone. */
static int replay(uint64_t number)
{
	int err;

	fuzz.each = true;
	fuzz.failures = 0;
	err = block_setup(&fuzz);
	if (!err)
		err = block_run(&fuzz, number);
	if (err)
		printf("# replay: %s\n", strerror(-err));
	else if (!fuzz.failures)
		printf("# replay: block %" PRIu64 " alone does no harm\n", number);
	fflush(stdout);
	return err || fuzz.failures;
}

static void replay_in_child(uint64_t number)
{
	pid_t child;

	printf("# block %" PRIu64 " again, with a look after each message:\n", number);
	fflush(stdout);
	child = fork();
	if (!child)
		_exit(replay(number));
	if (child > 0)
		waitpid(child, NULL, 0);
}

static int run(uint64_t messages)
{
	unsigned int replays = 0, changed;
	uint64_t number;
	int err;

	alarm(BLOCK_S);
	err = block_tour(&fuzz);
	for (number = 0; !err && sent() < messages && fuzz.failures < FAILURES_MAX; number++) {
		alarm(BLOCK_S);
		changed = fuzz.changed;
		err = block_run(&fuzz, number);
		if (fuzz.changed != changed && replays++ < REPLAYS_MAX)
			replay_in_child(number);
	}
	alarm(0);
	return err;
}

static unsigned int result(unsigned int index, bool ok, const char *name)
{
	printf("%s %u - %s\n", ok ? "ok" : "not ok", index, name);
	return !ok;
}

static unsigned int print_class(int class)
{
	const struct tally *tally = &fuzz.tallies[class];

	printf("# %" PRIu64 " messages: %" PRIu64 " done, %" PRIu64 " refused in words, %" PRIu64
	       " by the core without, %" PRIu64 " owed no answer\n", tally->sent, tally->done,
	       tally->refused, tally->wordless, tally->silent);
	return result(class + 1, tally->sent && !tally->faults, class_names[class]);
}

/* Every command was reached with a request of right form. */
static bool all_formed(void)
{
	bool all = true;
	unsigned int i;

	for (i = 0; i < commands_count; i++) {
		if (fuzz.formed & (1ULL << commands[i].number))
			continue;
		printf("# no right request of %s was accepted\n", commands[i].name);
		all = false;
	}
	return all;
}

static int print_results(int err, double seconds)
{
	unsigned int failed = 0;
	int class;

	for (class = 0; class < CLASS_MAX; class++)
		failed += print_class(class);
	printf("# %" PRIu64 " looks at the state\n", fuzz.digests);
	failed += result(CLASS_MAX + 1, !fuzz.changed && fuzz.digests,
			 "what is refused changes nothing");
	failed += result(CLASS_MAX + 2, all_formed(), "right requests of each command are taken");
	if (err)
		printf("# the state could not be reset: %s\n", strerror(-err));
	failed += result(CLASS_MAX + 3, !err && !fuzz.failures, "no rule was broken");
	printf("# %" PRIu64 " messages in %.1f s, %.0f a second, seed %" PRIu64 "\n", sent(),
	       seconds, seconds > 0 ? sent() / seconds : 0, fuzz.seed);
	return !!failed;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static int usage(void)
{
	fprintf(stderr, "usage: fuzz [-n MESSAGES] [-s SEED] [-b BLOCK]\n");
	return 2;
}

int main(int argc, char **argv)
{
	uint64_t messages = 20000, block = UINT64_MAX;
	double start = now_s();
	int option, err;

	while ((option = getopt(argc, argv, "n:s:b:")) != -1) {
		if (option == 'n')
			messages = strtoull(optarg, NULL, 0);
		else if (option == 's')
			fuzz.seed = strtoull(optarg, NULL, 0);
		else if (option == 'b')
			block = strtoull(optarg, NULL, 0);
		else
			return usage();
	}
	if (optind < argc)
		return usage();
	setvbuf(stdout, NULL, _IOLBF, 0);
	signal(SIGALRM, on_alarm);
	if (block != UINT64_MAX)
		return replay(block);
	printf("KTAP version 1\n1..%d\n# seed %" PRIu64 "\n", CLASS_MAX + 3, fuzz.seed);
	err = block_setup(&fuzz);
	if (err) {
		printf("# a namespace to fuzz: %s\n", strerror(-err));
		return 1;
	}
	err = run(messages);
	return print_results(err, now_s() - start);
}
