/* SPDX-License-Identifier: GPL-2.0-or-later */
/* swap, in two parts: swap.c replaces rulesets, swap_invalid.c tries wrong ones. */
#ifndef SWAP_H
#define SWAP_H

#include "info.h"
#include "policy_nl.h"
#include "transaction.h"

/* End the program with what is wrong. */
void __attribute__((noreturn)) swap_fail(const struct tm_error *error, const char *what);

uint64_t swap_generation(struct tm_nl *nl);

/* Open a transaction and put all of @file into it; ends the program on an error. */
void swap_stage(struct tm_nl *nl, const struct tm_policy_file *file);

/*
 * Try each kind of transaction that must be refused or dropped, @times times;
 * each must leave generation and number of policies as they were.  Prints a
 * line each.  Returns how many changed something or were not refused.
 */
unsigned int swap_invalid(const struct tm_policy_file *file, unsigned int times);

#endif
