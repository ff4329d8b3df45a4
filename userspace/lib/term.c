// SPDX-License-Identifier: GPL-2.0-or-later
/* Terms of a match in words: see term.h. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "names.h"
#include "term.h"
#include "value.h"

#define RANGE_EXPECTED	"a number, or a range in double quotes, \"64-128\""

const struct tm_term_type tm_term_types[__TM_TERM_MAX] = {
	[TM_TERM_TCP_FLAGS] = { "tcp_flags", TRAFFICMON_A_POLICY_TCP_FLAGS,
				1, UINT8_MAX, true,
				"TCP flags in double quotes, \"syn/syn+ack\"" },
	[TM_TERM_LENGTH] = { "length", TRAFFICMON_A_POLICY_LENGTH,
			     4, UINT32_MAX, false, RANGE_EXPECTED },
	[TM_TERM_HOP_LIMIT] = { "hop_limit", TRAFFICMON_A_POLICY_HOP_LIMIT,
				1, UINT8_MAX, false, RANGE_EXPECTED },
	[TM_TERM_MARK] = { "mark", TRAFFICMON_A_POLICY_MARK,
			   4, UINT32_MAX, true, "a mark, \"0x10/0xff\"" },
};

/* "syn+ack", "none": the bits of byte 13 of the TCP header. */
static int parse_flags(const char *text, size_t length, uint32_t *flags,
		       struct tm_error *error)
{
	char word[16];
	size_t n;
	int flag;

	*flags = 0;
	if (length == strlen("none") && !memcmp(text, "none", length))
		return 0;
	for (;;) {
		n = strcspn(text, "+");
		n = n < length ? n : length;
		snprintf(word, sizeof(word), "%.*s",
			 (int)(n < sizeof(word) ? n : sizeof(word) - 1), text);
		flag = tm_name_parse(&tm_names_tcp_flag, word, error);
		if (flag < 0)
			return -1;
		*flags |= 1u << flag;
		if (n == length)
			return 0;
		text += n + 1;
		length -= n + 1;
	}
}

/* A number of C: a mark is written in base 16 as a rule. */
static int parse_mark(const char *text, size_t length, uint32_t *mark,
		      struct tm_error *error)
{
	char number[24];
	unsigned long long value;
	char *end;

	snprintf(number, sizeof(number), "%.*s",
		 (int)(length < sizeof(number) ? length : sizeof(number) - 1),
		 text);
	value = strtoull(number, &end, number[0] == '0' &&
			 (number[1] == 'x' || number[1] == 'X') ? 16 : 10);
	if (number[0] >= '0' && number[0] <= '9' && !*end &&
	    value <= UINT32_MAX && length < sizeof(number)) {
		*mark = value;
		return 0;
	}
	tm_error_usage(error, "'%s' is no mark", number);
	return tm_error_hint(error, "write it as 0x10, 0x10/0xff or 16");
}

static int parse_masked(enum tm_term_kind kind, const char *text,
			struct tm_term *term, struct tm_error *error)
{
	int (*parse)(const char *text, size_t length, uint32_t *value,
		     struct tm_error *error) =
		kind == TM_TERM_MARK ? parse_mark : parse_flags;
	size_t length = strcspn(text, "/");

	if (parse(text, length, &term->first, error))
		return -1;
	if (!text[length])
		term->last = kind == TM_TERM_MARK ? UINT32_MAX : term->first;
	else if (parse(text + length + 1, strlen(text + length + 1),
		       &term->last, error))
		return -1;
	if (!term->last) {
		tm_error_usage(error, "'%.64s' looks at nothing", text);
		return kind == TM_TERM_MARK ?
		       tm_error_hint(error, "the mask behind the slash is not 0") :
		       tm_error_hint(error, "name behind a slash the flags that are looked at: none/syn+ack");
	}
	if (!(term->first & ~term->last))
		return 0;
	tm_error_usage(error, "'%.64s' can never be: what is set is not all looked at",
		       text);
	return tm_error_hint(error, "what stands in front of the slash stands behind it, too");
}

int tm_term_parse(enum tm_term_kind kind, const char *text,
		  struct tm_term *term, struct tm_error *error)
{
	const struct tm_term_type *type = &tm_term_types[kind];

	term->except = *text == '!';
	text += term->except;
	if (type->masked)
		return parse_masked(kind, text, term, error);
	return tm_range_parse(type->name, text, type->most, &term->first,
			      &term->last, error);
}

static void format_flags(uint32_t flags, char *text, size_t size)
{
	char word[TM_NAME_TEXT];
	size_t used = 0;
	unsigned int i;

	snprintf(text, size, "none");
	for (i = 0; i < 8; i++)
		if (flags & 1u << i)
			used += snprintf(text + used, size - used, "%s%s",
					 used ? "+" : "",
					 tm_name(&tm_names_tcp_flag, i, word));
}

const char *tm_term_format(enum tm_term_kind kind, const struct tm_term *term,
			   char *buffer)
{
	const char *not = term->except ? "!" : "";
	char value[36], mask[36];

	switch (kind) {
	case TM_TERM_TCP_FLAGS:
		format_flags(term->first, value, sizeof(value));
		format_flags(term->last, mask, sizeof(mask));
		if (term->first == term->last)
			snprintf(buffer, TM_TERM_TEXT, "%s%s", not, value);
		else
			snprintf(buffer, TM_TERM_TEXT, "%s%s/%s", not, value,
				 mask);
		break;
	case TM_TERM_MARK:
		if (term->last == UINT32_MAX)
			snprintf(buffer, TM_TERM_TEXT, "%s0x%" PRIx32, not,
				 term->first);
		else
			snprintf(buffer, TM_TERM_TEXT,
				 "%s0x%" PRIx32 "/0x%" PRIx32, not,
				 term->first, term->last);
		break;
	default:
		if (term->first == term->last)
			snprintf(buffer, TM_TERM_TEXT, "%s%" PRIu32, not,
				 term->first);
		else
			snprintf(buffer, TM_TERM_TEXT,
				 "%s%" PRIu32 "-%" PRIu32, not, term->first,
				 term->last);
	}
	return buffer;
}
