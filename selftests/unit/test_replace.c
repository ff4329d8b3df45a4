// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/replace.c userspace/lib/error.c
/*
 * Files are replaced as a whole, or stay what they were to the byte.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../userspace/lib/replace.h"
#include "unit.h"

#define OLD	"what was there\n"

static char folder[64], path[96];

static const char *name_in_folder(const char *name)
{
	static char names[4][96];
	static unsigned int next;
	char *place = names[next++ % 4];

	snprintf(place, sizeof(names[0]), "%s/%s", folder, name);
	return place;
}

static void setup(void)
{
	strcpy(folder, "/tmp/test_replace.XXXXXX");
	ASSERT_TRUE(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/file", folder);
}

static void put(const char *name, const char *text, mode_t mode)
{
	FILE *stream = fopen(name, "w");

	ASSERT_TRUE(stream);
	fputs(text, stream);
	fclose(stream);
	ASSERT_EQ(chmod(name, mode), 0);
}

static const char *get(const char *name)
{
	static char text[256];
	FILE *stream = fopen(name, "r");
	size_t length = 0;

	if (stream) {
		length = fread(text, 1, sizeof(text) - 1, stream);
		fclose(stream);
	}
	text[length] = '\0';
	return text;
}

static mode_t mode_of(const char *name)
{
	struct stat status;

	ASSERT_EQ(stat(name, &status), 0);
	return status.st_mode & 07777;
}

/* Files of the folder; nothing that was begun may be left. */
static unsigned int count_files(void)
{
	DIR *stream = opendir(folder);
	unsigned int count = 0;
	struct dirent *entry;

	ASSERT_TRUE(stream);
	while ((entry = readdir(stream)))
		count += strcmp(entry->d_name, ".") &&
			 strcmp(entry->d_name, "..");
	closedir(stream);
	return count;
}

static void clean(void)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder);
	EXPECT_EQ(system(command), 0);
}

static int replace_with(const char *name, const char *text,
			struct tm_error *error)
{
	struct tm_replace replace;

	if (tm_replace_begin(&replace, name, error))
		return -1;
	fputs(text, replace.stream);
	return tm_replace_end(&replace, 0640, error);
}

TEST(a_new_file_has_the_mode_asked_for_an_old_one_keeps_its_own)
{
	struct tm_error error = { 0 };

	setup();
	umask(0077);
	ASSERT(!replace_with(path, "new\n", &error), "%s", error.message);
	EXPECT_STREQ(get(path), "new\n");
	EXPECT_EQ(mode_of(path), 0640);
	ASSERT_EQ(chmod(path, 0604), 0);
	EXPECT_EQ(replace_with(path, "newer\n", &error), 0);
	EXPECT_STREQ(get(path), "newer\n");
	EXPECT_EQ(mode_of(path), 0604);
	EXPECT_EQ(count_files(), 1);
	clean();
}

TEST(the_owner_stays)
{
	struct tm_error error = { 0 };
	struct stat status;

	setup();
	put(path, OLD, 0600);
	/* Only root may give a file away. */
	if (!geteuid())
		ASSERT_EQ(chown(path, 65534, 65533), 0);
	EXPECT_EQ(replace_with(path, "new\n", &error), 0);
	ASSERT_EQ(stat(path, &status), 0);
	EXPECT_EQ(status.st_uid, geteuid() ? geteuid() : 65534);
	EXPECT_EQ(status.st_gid, geteuid() ? getegid() : 65533);
	EXPECT_EQ(mode_of(path), 0600);
	clean();
}

TEST(until_the_end_and_when_given_up_the_old_file_is_there)
{
	struct tm_error error = { 0 };
	struct tm_replace replace;

	setup();
	put(path, OLD, 0600);
	ASSERT_EQ(tm_replace_begin(&replace, path, &error), 0);
	fputs("half of it", replace.stream);
	fflush(replace.stream);
	EXPECT_STREQ(get(path), OLD);
	tm_replace_abandon(&replace);
	EXPECT_STREQ(get(path), OLD);
	EXPECT_EQ(count_files(), 1);
	clean();
}

/* The room ends behind 64 bytes. */
TEST(what_does_not_fit_leaves_the_old_file)
{
	static const unsigned int sizes[] = { 65, 5000, 1 << 20 };
	struct tm_error error = { 0 };
	struct tm_replace replace;
	unsigned int i, k;

	setup();
	put(path, OLD, 0600);
	signal(SIGXFSZ, SIG_IGN);
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct rlimit little = { 64, RLIM_INFINITY };
		struct rlimit much = { RLIM_INFINITY, RLIM_INFINITY };

		ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &little), 0);
		ASSERT_EQ(tm_replace_begin(&replace, path, &error), 0);
		for (k = 0; k < sizes[i]; k++)
			fputc('x', replace.stream);
		EXPECT_EQ(tm_replace_end(&replace, 0640, &error), -1);
		ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &much), 0);
		EXPECT_EQ(error.exit_code, TM_EXIT_REFUSED);
		EXPECT_EQ(error.errnum, EFBIG);
		EXPECT(strstr(error.message, path), "%s", error.message);
		EXPECT_STREQ(get(path), OLD);
		EXPECT_EQ(mode_of(path), 0600);
		EXPECT_EQ(count_files(), 1);
	}
	clean();
}

TEST(links_are_followed_also_to_what_is_not_there_yet)
{
	struct tm_error error = { 0 };
	const char *link, *absolute;

	setup();
	link = name_in_folder("link");
	absolute = name_in_folder("absolute");
	ASSERT_EQ(symlink("file", link), 0);
	ASSERT_EQ(symlink(link, absolute), 0);
	EXPECT_EQ(replace_with(absolute, "first\n", &error), 0);
	EXPECT_STREQ(get(path), "first\n");
	EXPECT_EQ(replace_with(absolute, "second\n", &error), 0);
	EXPECT_STREQ(get(path), "second\n");
	EXPECT_EQ(count_files(), 3);
	EXPECT_EQ(unlink(link), 0);
	ASSERT_EQ(symlink("link", link), 0);
	EXPECT_EQ(replace_with(link, "third\n", &error), -1);
	EXPECT_EQ(error.errnum, ELOOP);
	EXPECT_STREQ(get(path), "second\n");
	clean();
}

TEST(what_is_no_file_is_refused_and_stays)
{
	struct tm_error error = { 0 };
	struct stat status;

	setup();
	ASSERT_EQ(mkdir(path, 0700), 0);
	EXPECT_EQ(replace_with(path, "new\n", &error), -1);
	ASSERT_EQ(rmdir(path), 0);
	ASSERT_EQ(mkfifo(path, 0600), 0);
	EXPECT_EQ(replace_with(path, "new\n", &error), -1);
	ASSERT_EQ(stat(path, &status), 0);
	EXPECT_TRUE(S_ISFIFO(status.st_mode));
	EXPECT_EQ(replace_with(name_in_folder("none/file"), "new\n", &error),
		  -1);
	EXPECT_EQ(error.errnum, ENOENT);
	EXPECT_EQ(count_files(), 1);
	clean();
}

TEST(folders_are_made_down_to_the_last_and_files_removed_once)
{
	struct tm_error error = { 0 };

	setup();
	umask(0077);
	ASSERT(!tm_folder_make(name_in_folder("a/b/c"), 0700, &error), "%s",
	       error.message);
	EXPECT_EQ(mode_of(name_in_folder("a")), 0755);
	EXPECT_EQ(mode_of(name_in_folder("a/b/c")), 0700);
	ASSERT_EQ(chmod(name_in_folder("a/b/c"), 0711), 0);
	EXPECT_EQ(tm_folder_make(name_in_folder("a/b/c"), 0700, &error), 0);
	EXPECT_EQ(mode_of(name_in_folder("a/b/c")), 0711);
	put(path, OLD, 0600);
	EXPECT_EQ(tm_folder_make(name_in_folder("file/x"), 0700, &error), -1);
	EXPECT_EQ(tm_replace_remove(path, &error), 0);
	EXPECT_EQ(tm_replace_remove(path, &error), 0);
	EXPECT_EQ(access(path, F_OK), -1);
	EXPECT_EQ(tm_replace_remove(folder, &error), -1);
	clean();
}
