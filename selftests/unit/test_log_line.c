// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/log_line.c userspace/lib/journal.c userspace/lib/syslog.c userspace/lib/log_socket.c userspace/lib/log_sink.c
/* What a log line promises its readers, and how it is framed for each of them. */
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "../../userspace/lib/journal.h"
#include "../../userspace/lib/log_line.h"
#include "../../userspace/lib/log_sink.h"
#include "../../userspace/lib/syslog.h"
#include "unit.h"

#define ID	"00112233445566778899aabbccddeeff"

static struct tm_log_entry entry;
static char line[TM_LOG_LINE_SIZE];

static void start(void)
{
	tm_log_entry_start(&entry, TM_LOG_SEVERITY_WARNING, ID);
	tm_log_entry_sentence(&entry, "%s", "something happened");
}

TEST(line_is_sentence_colon_and_pairs)
{
	start();
	tm_log_entry_add(&entry, "rule.name", "%s", "syn-per-source");
	tm_log_entry_add(&entry, "source.ip", "%s", "2001:db8::1");
	EXPECT_EQ(tm_log_line_encode(&entry, line), strlen(line));
	EXPECT_STREQ(line, "something happened: rule.name=syn-per-source source.ip=2001:db8::1");
}

TEST(value_never_holds_space_quote_or_control)
{
	char escaped[TM_LOG_VALUE_SIZE];

	tm_log_value_escape(escaped, sizeof(escaped), "a b\"c'd=e\\f%g\n\t\x7f\xc3\xbc`");
	EXPECT_STREQ(escaped, "a%20b%22c%27d%3De%5Cf%25g%0A%09%7F%C3%BC%60");
	EXPECT_EQ(tm_log_value_escape(escaped, sizeof(escaped), "A-z_0.9:[]"), 10);
	EXPECT_STREQ(escaped, "A-z_0.9:[]");
}

TEST(value_is_cut_between_escapes)
{
	char escaped[8];

	EXPECT_EQ(tm_log_value_escape(escaped, sizeof(escaped), "abcde\n"), 5);
	EXPECT_STREQ(escaped, "abcde");
	EXPECT_EQ(tm_log_value_escape(escaped, sizeof(escaped), "abcd\n\n"), 7);
	EXPECT_STREQ(escaped, "abcd%0A");
}

TEST(sentence_ends_at_the_first_colon_and_space)
{
	start();
	tm_log_entry_sentence(&entry, "%s", "a: b=c\nd: e at ::1 \xff:");
	EXPECT_STREQ(entry.sentence, "a, b?c?d, e at ::1 ?,");
}

TEST(empty_value_adds_no_field)
{
	start();
	tm_log_entry_add(&entry, "a", "%s", "");
	EXPECT_EQ(entry.field_count, 0);
}

TEST(fields_beyond_the_most_are_left_out)
{
	unsigned int i;

	start();
	for (i = 0; i < TM_LOG_FIELDS_MAX + 5; i++)
		tm_log_entry_add(&entry, "k", "%u", i);
	EXPECT_EQ(entry.field_count, TM_LOG_FIELDS_MAX);
}

TEST(long_line_leaves_fields_out_whole_and_says_so)
{
	unsigned int i;
	char *pair;

	start();
	for (i = 0; i < TM_LOG_FIELDS_MAX; i++)
		tm_log_entry_add(&entry, "key", "%080u", i);
	EXPECT_LE(tm_log_line_encode(&entry, line), 1024);
	EXPECT_EQ(strlen(line), tm_log_line_encode(&entry, line));
	EXPECT_STREQ(line + strlen(line) - strlen(" tm.truncated=1"),
		     " tm.truncated=1");
	for (pair = strstr(line, " key="); pair; pair = strstr(pair + 1, " key="))
		EXPECT_EQ(strcspn(pair + 1, " "), 84);
}

TEST(line_of_exactly_the_most_is_whole)
{
	char longest[2 * TM_LOG_LINE_SIZE] = "";
	int fields = 0;

	/* Ten fields of 84 + a space, and one that fills up to 1,024. */
	start();
	memset(entry.sentence, 's', 99);
	entry.sentence[99] = '\0';
	while (fields++ < 10)
		tm_log_entry_add(&entry, "key", "%080u", 0);
	memset(longest, 'v', 1024 - 100 - 850 - 5);
	tm_log_entry_add(&entry, "key", "%s", longest);
	EXPECT_EQ(tm_log_line_encode(&entry, line), 1024);
	EXPECT_TRUE(!strstr(line, "tm.truncated"));
	/* One more field: the one before makes room for the mark. */
	tm_log_entry_add(&entry, "k", "v");
	EXPECT_LE(tm_log_line_encode(&entry, line), 1024);
	EXPECT_TRUE(strstr(line, "k=v tm.truncated=1") != NULL);
	entry.field_count--;
	strcat(longest, "v");
	entry.field_count--;
	tm_log_entry_add(&entry, "key", "%s", longest);
	EXPECT_LE(tm_log_line_encode(&entry, line), 1024);
	EXPECT_TRUE(strstr(line, "tm.truncated=1") != NULL);
}

TEST(syslog_frame_is_that_of_the_c_library)
{
	char message[TM_SYSLOG_MESSAGE_SIZE];

	start();
	tm_log_entry_add(&entry, "k", "v");
	setenv("TZ", "UTC0", 1);
	tzset();
	EXPECT_EQ(tm_syslog_format("trafficmon", 42, 1795174879, &entry, message),
		  strlen(message));
	EXPECT_STREQ(message, "<28>Nov 20 11:41:19 trafficmon[42]: something happened: k=v");
	tm_syslog_format("trafficmon", 42, 1793534400 + 3600, &entry, message);
	EXPECT_STREQ(message, "<28>Nov  1 13:00:00 trafficmon[42]: something happened: k=v");
}

TEST(syslog_time_is_local)
{
	char message[TM_SYSLOG_MESSAGE_SIZE];

	start();
	setenv("TZ", "IST-5:30", 1);
	tzset();
	tm_syslog_format("trafficmon", 42, 1795174879, &entry, message);
	EXPECT(!strncmp(message, "<28>Nov 20 17:11:19 ", 20), "%s", message);
}

TEST(journal_message_has_line_and_fields)
{
	char message[TM_JOURNAL_MESSAGE_SIZE];
	size_t length;

	start();
	tm_log_entry_add(&entry, "source.ip", "192.0.2.1");
	tm_log_entry_add(&entry, "tm.limit_pps", "100");
	length = tm_journal_format("trafficmon", &entry, message);
	message[length] = '\0';
	EXPECT_STREQ(message,
		     "MESSAGE=something happened: source.ip=192.0.2.1 tm.limit_pps=100\n"
		     "MESSAGE_ID=" ID "\n"
		     "PRIORITY=4\n"
		     "SYSLOG_FACILITY=3\n"
		     "SYSLOG_IDENTIFIER=trafficmon\n"
		     "DOCUMENTATION=man:tmctl(8)\n"
		     "TM_SENTENCE=something happened\n"
		     "TM_SOURCE_IP=192.0.2.1\n"
		     "TM_LIMIT_PPS=100\n");
}

static void start_largest(void)
{
	unsigned int i;

	start();
	for (i = 0; i < TM_LOG_FIELDS_MAX; i++)
		tm_log_entry_add(&entry, "observer.ingress.interface.name",
				 "%095u", i);
}

TEST(journal_message_holds_the_largest_entry)
{
	char message[TM_JOURNAL_MESSAGE_SIZE];
	unsigned int lines = 0;
	size_t length, i;

	start_largest();
	length = tm_journal_format("trafficmon", &entry, message);
	for (i = 0; i < length; i++)
		lines += message[i] == '\n';
	EXPECT_EQ(lines, 7 + TM_LOG_FIELDS_MAX);
}

TEST(journal_message_too_large_for_the_socket_goes_as_a_sealed_file)
{
	const int seals = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL;
	char message[TM_JOURNAL_MESSAGE_SIZE], got[TM_JOURNAL_MESSAGE_SIZE];
	union { char bytes[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } control;
	struct iovec iov = { got, sizeof(got) };
	struct msghdr header = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes, .msg_controllen = sizeof(control) };
	int pair[2], tiny = 1, file;
	size_t length;

	ASSERT_EQ(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair), 0);
	ASSERT_EQ(setsockopt(pair[0], SOL_SOCKET, SO_SNDBUF, &tiny, sizeof(tiny)), 0);
	start_largest();
	length = tm_journal_format("trafficmon", &entry, message);
	ASSERT_EQ(tm_journal_send(pair[0], "trafficmon", &entry), 0);
	ASSERT_EQ(recvmsg(pair[1], &header, 0), 0);
	ASSERT_TRUE(CMSG_FIRSTHDR(&header) != NULL);
	memcpy(&file, CMSG_DATA(CMSG_FIRSTHDR(&header)), sizeof(file));
	EXPECT_EQ(fcntl(file, F_GET_SEALS), seals);
	EXPECT_EQ(pread(file, got, sizeof(got), 0), length);
	EXPECT_MEMEQ(got, message, length);
}

/* A daemon that listens on a socket in a folder of its own. */
static char folder[32], path[64];

static int daemon_start(void)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (!folder[0]) {
		strcpy(folder, "/tmp/test_log_line.XXXXXX");
		ASSERT_TRUE(mkdtemp(folder) != NULL);
		snprintf(path, sizeof(path), "%s/log", folder);
	}
	unlink(path);
	strcpy(address.sun_path, path);
	ASSERT_EQ(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	return fd;
}

static void daemon_end(void)
{
	unlink(path);
	rmdir(folder);
}

TEST(sink_connects_anew_to_a_restarted_daemon)
{
	char got[TM_SYSLOG_MESSAGE_SIZE];
	struct tm_log_sink sink;
	int fd = daemon_start();

	start();
	tm_log_sink_init(&sink, TM_LOG_TO_SYSLOG, NULL, path);
	EXPECT_EQ(tm_log_sink_send(&sink, &entry), 0);
	EXPECT_GT(recv(fd, got, sizeof(got), 0), 0);
	close(fd);
	EXPECT_EQ(tm_log_sink_send(&sink, &entry), -EAGAIN);
	EXPECT_EQ(sink.error, ECONNREFUSED);
	fd = daemon_start();
	EXPECT_EQ(tm_log_sink_send(&sink, &entry), 0);
	EXPECT_GT(recv(fd, got, sizeof(got), 0), 0);
	/* Restarted between two entries: nobody has to wait. */
	close(fd);
	fd = daemon_start();
	EXPECT_EQ(tm_log_sink_send(&sink, &entry), 0);
	EXPECT_GT(recv(fd, got, sizeof(got), 0), 0);
	tm_log_sink_close(&sink);
	close(fd);
	daemon_end();
}

TEST(sink_never_blocks_on_a_stalled_daemon_and_backs_off)
{
	struct tm_log_sink sink;
	unsigned int taken = 0;
	int fd = daemon_start();

	start();
	tm_log_sink_init(&sink, TM_LOG_TO_SYSLOG, NULL, path);
	while (!tm_log_sink_send(&sink, &entry) && taken < 100000)
		taken++;
	EXPECT_LT(taken, 100000);
	EXPECT_EQ(sink.error, EAGAIN);
	EXPECT_EQ(tm_log_sink_wait_ms(&sink), TM_LOG_SINK_WAIT_FIRST_MS);
	while (tm_log_sink_wait_ms(&sink) < TM_LOG_SINK_WAIT_LONGEST_MS)
		EXPECT_EQ(tm_log_sink_send(&sink, &entry), -EAGAIN);
	EXPECT_EQ(tm_log_sink_send(&sink, &entry), -EAGAIN);
	EXPECT_EQ(tm_log_sink_wait_ms(&sink), TM_LOG_SINK_WAIT_LONGEST_MS);
	tm_log_sink_close(&sink);
	close(fd);
	daemon_end();
}

TEST(auto_prefers_the_journal_and_stays_with_its_choice)
{
	struct tm_log_sink sink;
	int fd = daemon_start();

	start();
	tm_log_sink_init(&sink, TM_LOG_TO_AUTO, "/nowhere/journal", path);
	EXPECT_EQ(tm_log_sink_send(&sink, &entry), 0);
	EXPECT_EQ(sink.to, TM_LOG_TO_SYSLOG);
	tm_log_sink_close(&sink);

	tm_log_sink_init(&sink, TM_LOG_TO_AUTO, path, "/nowhere/log");
	EXPECT_EQ(tm_log_sink_send(&sink, &entry), 0);
	EXPECT_EQ(sink.to, TM_LOG_TO_JOURNAL);
	tm_log_sink_close(&sink);

	tm_log_sink_init(&sink, TM_LOG_TO_AUTO, "/nowhere/journal", "/nowhere/log");
	EXPECT_EQ(tm_log_sink_send(&sink, &entry), -EAGAIN);
	EXPECT_EQ(sink.error, ENOENT);
	EXPECT_EQ(sink.to, TM_LOG_TO_AUTO);
	close(fd);
	daemon_end();
}

TEST(path_too_long_for_a_socket_is_refused)
{
	char longest[200];
	struct tm_log_sink sink;

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	start();
	tm_log_sink_init(&sink, TM_LOG_TO_SYSLOG, NULL, longest);
	EXPECT_EQ(tm_log_sink_send(&sink, &entry), -EAGAIN);
	EXPECT_EQ(sink.error, ENAMETOOLONG);
}
