/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Ending at SIGTERM, SIGINT and SIGHUP, at a point of the program's choice. */
#ifndef TM_STOP_H
#define TM_STOP_H

#include <signal.h>

/*
 * Block the three but while a ppoll() waits with *waiting as its mask; from
 * then on each sets the flag that is returned.  Call once, in one thread.
 */
const volatile sig_atomic_t *tm_stop_on_signals(sigset_t *waiting);

#endif /* TM_STOP_H */
