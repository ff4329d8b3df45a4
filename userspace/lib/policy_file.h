/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The policy file: JSON, schema 1, described in docs/policies.md and
 * docs/policy.schema.json.
 *
 * Reading checks everything that can be known without a kernel, so that what
 * was read is what the module takes, and completes each policy with the
 * defaults.  Writing gives a file that reads back as the same.
 */
#ifndef TM_POLICY_FILE_H
#define TM_POLICY_FILE_H

#include <stdio.h>

#include "policy_model.h"
#include "source.h"

#define TM_POLICY_FILE_SCHEMA	1

/* @sets: those that the file speaks of, and so replaces */
struct tm_policy_file {
	struct tm_policy_list policies;
	struct tm_set_list sets;
};

/*
 * tm_policy_file_read: the first error ends it, with its place and reason in
 * source->error; file is empty then.  Returns 0 or -1.
 */
int tm_policy_file_read(struct tm_policy_file *file, struct tm_source *source);
void tm_policy_file_free(struct tm_policy_file *file);

/* tm_policy_file_write: returns 0, or -1 when the stream is in error. */
int tm_policy_file_write(const struct tm_policy_file *file, FILE *stream);

#endif /* TM_POLICY_FILE_H */
