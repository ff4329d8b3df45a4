/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What cppcheck has to know of macros whose headers it is not shown: a file with a
 * statement that it cannot read is not looked at.
 */
#define for_each_possible_cpu(cpu)	for ((cpu) = 0; (cpu) < NR_CPUS; (cpu)++)
#define list_for_each_entry(at, head, member) \
	for (at = first_of(head); at; at = next_of(at))
#define list_for_each_entry_rcu(at, head, member, ...) \
	for (at = first_of(head); at; at = next_of(at))
#define list_for_each_entry_safe(at, next, head, member) \
	for (at = first_of(head); at && (next = next_of(at)); at = next)
#define mnl_attr_for_each(attr, message, offset) \
	for (attr = first_of(message); attr; attr = next_of(attr))
#define mnl_attr_for_each_nested(attr, nest) \
	for (attr = first_of(nest); attr; attr = next_of(attr))

/* Of the kernel's harness and of unit.h; the former's stand before a TH_LOG(). */
#define ASSERT_EQ(a, b)	if (!((a) == (b))) _exit(1);
#define ASSERT_NE(a, b)	if (!((a) != (b))) _exit(1);
#define ASSERT_LT(a, b)	if (!((a) < (b))) _exit(1);
#define EXPECT_EQ(a, b)	if (!((a) == (b))) failures++;
#define EXPECT_NE(a, b)	if (!((a) != (b))) failures++;
#define EXPECT_LE(a, b)	if (!((a) <= (b))) failures++;
#define ASSERT_STREQ(a, b) if (strcmp(a, b)) _exit(1);

#define _exit exit	/* which is known not to return */
