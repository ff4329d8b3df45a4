/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the files of `tmctl set` share.
 */
#ifndef TMCTL_SET_H
#define TMCTL_SET_H

#include "options.h"

/* set_save.c: sets as files, and over a reboot. */
int set_export_run(struct tm_context *context, struct tm_error *error);
int set_save_run(struct tm_context *context, struct tm_error *error);
int set_restore_run(struct tm_context *context, struct tm_error *error);

#endif /* TMCTL_SET_H */
