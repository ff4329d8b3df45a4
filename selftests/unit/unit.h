/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Unit tests: TEST(name) { EXPECT_...; ASSERT_...; }, and main().
 *
 * Each test runs in a process of its own, so that a crash, a sanitizer's
 * complaint, a leak or a hang (60 s) fails that test alone.  An EXPECT that
 * does not hold is reported and the test goes on; an ASSERT ends it.  A test
 * that leaves an allocation of the shim behind fails.  Output is KTAP.
 *
 * Included by one file of a program.  Arguments of the program: names of the
 * tests to run; none: all.  --here NAME runs one in this process, for gdb.
 */
#ifndef UNIT_H
#define UNIT_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "shim/shim.h"

#define UNIT_TESTS_MAX		256
#ifndef UNIT_TIMEOUT_SECONDS
#define UNIT_TIMEOUT_SECONDS	300
#endif
#define UNIT_REPORTS_MAX	20

enum unit_result { UNIT_PASS = 0, UNIT_FAIL = 1, UNIT_SKIP = 4 };

struct unit_test {
	const char *name;
	void (*run)(void);
};

static struct unit_test unit_tests[UNIT_TESTS_MAX];
static unsigned int unit_test_count;
static unsigned int unit_failures;
static char *unit_skip_reason;	/* shared with the process of the test */

#define TEST(test_name)							\
static void test_##test_name(void);					\
__attribute__((__constructor__)) static void unit_add_##test_name(void)	\
{									\
	if (unit_test_count == UNIT_TESTS_MAX)				\
		abort();						\
	unit_tests[unit_test_count++] =					\
		(struct unit_test){ #test_name, test_##test_name };	\
}									\
static void test_##test_name(void)

/* Reports a failure; the first ones only, a loop may fail a million times. */
__attribute__((__format__(printf, 3, 4)))
static inline void unit_fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	if (unit_failures++ >= UNIT_REPORTS_MAX)
		return;
	printf("# %s:%d: ", file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	printf("\n");
	fflush(stdout);
}

#define UNIT_CHECK(held, stop, ...) do {				\
	if (!(held)) {							\
		unit_fail(__FILE__, __LINE__, __VA_ARGS__);		\
		if (stop)						\
			_exit(UNIT_FAIL);				\
	} } while (0)

/* Both as the type that C compares them in: a literal 0 beside an unsigned value is no mistake. */
#define UNIT_COMPARE(a, b, op, stop) do {				\
	__typeof__(1 ? (a) : (b)) __ua = (a);				\
	__typeof__(1 ? (a) : (b)) __ub = (b);				\
	UNIT_CHECK(__ua op __ub, stop, "%s %s %s does not hold: %lld (0x%llx), %lld (0x%llx)", \
		   #a, #op, #b, (long long)__ua, (unsigned long long)__ua, \
		   (long long)__ub, (unsigned long long)__ub);		\
	} while (0)

#define EXPECT_TRUE(x)		UNIT_CHECK(x, false, "%s does not hold", #x)
#define EXPECT_FALSE(x)		UNIT_CHECK(!(x), false, "%s holds", #x)
#define EXPECT_EQ(a, b)		UNIT_COMPARE(a, b, ==, false)
#define EXPECT_NE(a, b)		UNIT_COMPARE(a, b, !=, false)
#define EXPECT_LT(a, b)		UNIT_COMPARE(a, b, <, false)
#define EXPECT_LE(a, b)		UNIT_COMPARE(a, b, <=, false)
#define EXPECT_GT(a, b)		UNIT_COMPARE(a, b, >, false)
#define EXPECT_GE(a, b)		UNIT_COMPARE(a, b, >=, false)
#define EXPECT_STREQ(a, b)	UNIT_CHECK(!strcmp(a, b), false, "\"%s\" is not \"%s\"", a, b)
#define EXPECT_MEMEQ(a, b, n)	UNIT_CHECK(!memcmp(a, b, n), false, "%s and %s differ", #a, #b)
/* With words of one's own: which case of a table failed. */
#define EXPECT(x, ...)		UNIT_CHECK(x, false, __VA_ARGS__)

#define ASSERT_TRUE(x)		UNIT_CHECK(x, true, "%s does not hold", #x)
#define ASSERT_FALSE(x)		UNIT_CHECK(!(x), true, "%s holds", #x)
#define ASSERT_EQ(a, b)		UNIT_COMPARE(a, b, ==, true)
#define ASSERT_NE(a, b)		UNIT_COMPARE(a, b, !=, true)
#define ASSERT_LT(a, b)		UNIT_COMPARE(a, b, <, true)
#define ASSERT_LE(a, b)		UNIT_COMPARE(a, b, <=, true)
#define ASSERT_GT(a, b)		UNIT_COMPARE(a, b, >, true)
#define ASSERT_GE(a, b)		UNIT_COMPARE(a, b, >=, true)
#define ASSERT_MEMEQ(a, b, n)	UNIT_CHECK(!memcmp(a, b, n), true, "%s and %s differ", #a, #b)
#define ASSERT(x, ...)		UNIT_CHECK(x, true, __VA_ARGS__)

#define SKIP(...) do {							\
	snprintf(unit_skip_reason, 256, __VA_ARGS__);			\
	_exit(UNIT_SKIP); } while (0)

static int unit_run_here(const struct unit_test *test)
{
	test->run();
	rcu_barrier();
	if (shim_alloc_live())
		unit_fail(__FILE__, __LINE__, "%ld allocations were not freed", shim_alloc_live());
	if (unit_failures > UNIT_REPORTS_MAX)
		printf("# and %u more\n", unit_failures - UNIT_REPORTS_MAX);
	fflush(stdout);
	return unit_failures ? UNIT_FAIL : UNIT_PASS;
}

static enum unit_result unit_run(const struct unit_test *test)
{
	int status;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (pid < 0) {
		perror("fork");
		return UNIT_FAIL;
	}
	if (!pid) {
		alarm(UNIT_TIMEOUT_SECONDS);
		exit(unit_run_here(test));	/* not _exit: looks for leaks */
	}
	if (waitpid(pid, &status, 0) != pid)
		return UNIT_FAIL;
	if (WIFSIGNALED(status)) {
		printf("# ended by signal %d (%s)\n", WTERMSIG(status), strsignal(WTERMSIG(status)));
		return UNIT_FAIL;
	}
	if (WEXITSTATUS(status) == UNIT_PASS || WEXITSTATUS(status) == UNIT_SKIP)
		return WEXITSTATUS(status);
	if (WEXITSTATUS(status) != UNIT_FAIL)
		printf("# ended with status %d, a sanitizer's complaint\n", WEXITSTATUS(status));
	return UNIT_FAIL;
}

static bool unit_wanted(const struct unit_test *test, int argc, char **argv)
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strcmp(argv[i], test->name))
			return true;
	return argc < 2;
}

static int unit_debug(const char *name)
{
	unsigned int i;

	for (i = 0; i < unit_test_count; i++)
		if (!strcmp(unit_tests[i].name, name))
			return unit_run_here(&unit_tests[i]);
	fprintf(stderr, "no test is named %s\n", name);
	return UNIT_FAIL;
}

int main(int argc, char **argv)
{
	unsigned int i, wanted = 0, number = 0, failed = 0;
	const struct unit_test *test;

	unit_skip_reason = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
				-1, 0);
	if (unit_skip_reason == MAP_FAILED) {
		perror("mmap");
		return UNIT_FAIL;
	}
	if (argc == 3 && !strcmp(argv[1], "--here"))
		return unit_debug(argv[2]);
	for (i = 0; i < unit_test_count; i++)
		wanted += unit_wanted(&unit_tests[i], argc, argv);
	printf("KTAP version 1\n1..%u\n", wanted);
	for (i = 0; i < unit_test_count; i++) {
		test = &unit_tests[i];
		if (!unit_wanted(test, argc, argv))
			continue;
		number++;
		switch (unit_run(test)) {
		case UNIT_PASS:
			printf("ok %u %s\n", number, test->name);
			break;
		case UNIT_SKIP:
			printf("ok %u %s # SKIP %s\n", number, test->name, unit_skip_reason);
			break;
		default:
			printf("not ok %u %s\n", number, test->name);
			failed++;
		}
	}
	if (!wanted)
		fprintf(stderr, "no test has that name\n");
	return failed || !wanted ? UNIT_FAIL : UNIT_PASS;
}

#endif
