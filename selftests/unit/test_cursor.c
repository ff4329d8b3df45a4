// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/cursor.c
/* A log's cursor on disk. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../../userspace/lib/cursor.h"
#include "unit.h"

static char folder[64], path[128], other[160];

static struct tm_cursor here_with(uint64_t instance, uint64_t sequence)
{
	struct tm_cursor cursor;

	ASSERT_EQ(tm_cursor_init(&cursor), 0);
	cursor.instance = instance;
	cursor.sequence = sequence;
	return cursor;
}

static void setup(void)
{
	strcpy(folder, "/tmp/test_cursor.XXXXXX");
	ASSERT_TRUE(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/log.cursor", folder);
	snprintf(other, sizeof(other), "%s.new", path);
}

static void clean(void)
{
	char lock[160];

	snprintf(lock, sizeof(lock), "%s.lock", path);
	unlink(path);
	unlink(other);
	unlink(lock);
	EXPECT_EQ(rmdir(folder), 0);
}

static void put(const char *name, const void *text, size_t length)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ASSERT_GE(fd, 0);
	ASSERT_EQ(write(fd, text, length), length);
	close(fd);
}

static size_t get(char *text, size_t size)
{
	int fd = open(path, O_RDONLY);
	ssize_t length = read(fd, text, size - 1);

	close(fd);
	ASSERT_GT(length, 0);
	text[length] = '\0';
	return length;
}

static enum tm_cursor_found load(struct tm_cursor *cursor)
{
	struct tm_cursor here = here_with(0, 0);

	return tm_cursor_load(path, &here, cursor);
}

TEST(what_is_stored_is_loaded)
{
	struct tm_cursor stored = here_with(0x00c0ffee00c0ffee, UINT64_MAX);
	struct tm_cursor loaded;

	setup();
	stored.ended = true;
	EXPECT_EQ(load(&loaded), TM_CURSOR_ABSENT);
	EXPECT_EQ(tm_cursor_store(path, &stored), 0);
	EXPECT_EQ(load(&loaded), TM_CURSOR_FOUND);
	EXPECT_STREQ(loaded.boot_id, stored.boot_id);
	EXPECT_EQ(loaded.netns, stored.netns);
	EXPECT_EQ(loaded.instance, stored.instance);
	EXPECT_EQ(loaded.sequence, stored.sequence);
	EXPECT_TRUE(loaded.ended);
	EXPECT_EQ(access(other, F_OK), -1);
	clean();
}

TEST(every_damaged_byte_is_noticed)
{
	struct tm_cursor stored = here_with(1, 42), loaded;
	char text[512], damaged[512];
	size_t length, i;

	setup();
	ASSERT_EQ(tm_cursor_store(path, &stored), 0);
	length = get(text, sizeof(text));
	for (i = 0; i < length; i++) {
		memcpy(damaged, text, length);
		damaged[i] ^= 1;
		put(path, damaged, length);
		EXPECT(load(&loaded) != TM_CURSOR_FOUND, "byte %zu", i);
	}
	clean();
}

TEST(every_truncation_is_damage)
{
	struct tm_cursor stored = here_with(1, 42), loaded;
	char text[512];
	size_t length, i;

	setup();
	ASSERT_EQ(tm_cursor_store(path, &stored), 0);
	length = get(text, sizeof(text));
	for (i = 0; i < length; i++) {
		put(path, text, i);
		EXPECT(load(&loaded) != TM_CURSOR_FOUND, "length %zu", i);
	}
	put(path, text, 0);
	EXPECT_EQ(load(&loaded), TM_CURSOR_DAMAGED);
	put(path, text, length - 1);
	EXPECT_EQ(load(&loaded), TM_CURSOR_DAMAGED);
	text[length] = '\n';
	put(path, text, length + 1);
	EXPECT_EQ(load(&loaded), TM_CURSOR_DAMAGED);
	clean();
}

TEST(zeros_that_a_crash_left_are_damage)
{
	static const char zeros[300];
	struct tm_cursor loaded;

	setup();
	put(path, zeros, sizeof(zeros));
	EXPECT_EQ(load(&loaded), TM_CURSOR_DAMAGED);
	clean();
}

TEST(another_boot_and_another_namespace_are_told_apart)
{
	struct tm_cursor stored = here_with(1, 42), loaded;

	setup();
	stored.netns++;
	ASSERT_EQ(tm_cursor_store(path, &stored), 0);
	EXPECT_EQ(load(&loaded), TM_CURSOR_OTHER_NETNS);
	stored.boot_id[0] ^= 1;
	ASSERT_EQ(tm_cursor_store(path, &stored), 0);
	EXPECT_EQ(load(&loaded), TM_CURSOR_OTHER_BOOT);
	clean();
}

TEST(what_is_no_cursor_is_foreign)
{
	struct tm_cursor loaded;

	setup();
	put(path, "root:x:0:0::/root:/bin/sh\n", 26);
	EXPECT_EQ(load(&loaded), TM_CURSOR_FOREIGN);
	unlink(path);
	ASSERT_EQ(mkdir(path, 0700), 0);
	EXPECT_EQ(load(&loaded), TM_CURSOR_FOREIGN);
	rmdir(path);
	ASSERT_EQ(mkfifo(path, 0600), 0);
	EXPECT_EQ(load(&loaded), TM_CURSOR_FOREIGN);
	unlink(path);
	ASSERT_EQ(symlink("/etc/passwd", path), 0);
	EXPECT_EQ(load(&loaded), TM_CURSOR_FOREIGN);
	clean();
}

TEST(failed_store_leaves_the_old_cursor)
{
	struct tm_cursor stored = here_with(1, 42), loaded;

	setup();
	ASSERT_EQ(tm_cursor_store(path, &stored), 0);
	/* The file to be written is a folder: no write can begin. */
	ASSERT_EQ(mkdir(other, 0700), 0);
	stored.sequence = 43;
	EXPECT_EQ(tm_cursor_store(path, &stored), -EISDIR);
	rmdir(other);
	EXPECT_EQ(load(&loaded), TM_CURSOR_FOUND);
	EXPECT_EQ(loaded.sequence, 42);

	/* A link in its place is not followed. */
	ASSERT_EQ(symlink("/dev/full", other), 0);
	EXPECT_EQ(tm_cursor_store(path, &stored), -ELOOP);
	unlink(other);

	/* No room: the write ends short, and nothing is renamed. */
	signal(SIGXFSZ, SIG_IGN);
	ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 10, 10 }), 0);
	EXPECT_LT(tm_cursor_store(path, &stored), 0);
	EXPECT_EQ(access(other, F_OK), -1);
	EXPECT_EQ(load(&loaded), TM_CURSOR_FOUND);
	EXPECT_EQ(loaded.sequence, 42);
	clean();
}

TEST(leftover_of_a_killed_store_is_replaced)
{
	struct tm_cursor stored = here_with(1, 42), loaded;

	setup();
	put(other, "trafficmon-cursor 1\nboot", 24);
	EXPECT_EQ(tm_cursor_store(path, &stored), 0);
	EXPECT_EQ(load(&loaded), TM_CURSOR_FOUND);
	clean();
}

TEST(lock_is_held_by_one_and_makes_the_folder)
{
	int first, second;

	setup();
	ASSERT_EQ(rmdir(folder), 0);
	first = tm_cursor_lock(path);
	EXPECT_GE(first, 0);
	second = tm_cursor_lock(path);
	EXPECT_EQ(second, -EWOULDBLOCK);
	close(first);
	second = tm_cursor_lock(path);
	EXPECT_GE(second, 0);
	close(second);
	clean();
	EXPECT_EQ(tm_cursor_lock("/nowhere/at/all/log.cursor"), -ENOENT);
}
