// SPDX-License-Identifier: GPL-2.0-or-later
// build: userspace/lib/signing.c userspace/lib/error.c
/* Which kernels demand signatures, and what a person is told then. */
#include "../../userspace/lib/signing.h"
#include "unit.h"

TEST(a_kernel_that_is_locked_down_or_enforces_demands_signatures)
{
	EXPECT_TRUE(tm_signing_demanded("none [integrity] confidentiality\n", "N\n"));
	EXPECT_TRUE(tm_signing_demanded("none integrity [confidentiality]\n", "N\n"));
	EXPECT_TRUE(tm_signing_demanded("[none] integrity confidentiality\n", "Y\n"));
	EXPECT_TRUE(tm_signing_demanded("", "Y\n"));
}

TEST(others_do_not)
{
	EXPECT_TRUE(!tm_signing_demanded("[none] integrity confidentiality\n", "N\n"));
	EXPECT_TRUE(!tm_signing_demanded("", ""));
}

TEST(the_hint_is_whole_and_says_how_to_enrol)
{
	struct tm_error error = { .hint = "" };

	EXPECT_EQ(tm_signing_hint(&error), -1);
	EXPECT_TRUE(strstr(error.hint, "mokutil --import") != NULL);
	EXPECT_TRUE(strstr(error.hint, "says why") != NULL);
}
