// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A plug-in of qemu: how often each instruction of the guest's kernel was run.
 * Built and used by `profile`.
 *
 *	-plugin count_instructions.so,out=FILE
 *
 * FILE gets a line "ADDRESS COUNT" for each instruction run, when qemu ends.  The
 * interface is that of qemu 7 (its plug-in API, version 1), declared here
 * because Debian packages no header for it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PLUGIN		__attribute__((visibility("default")))
#define KERNEL_FIRST	0xffff800000000000ULL
#define COUNTERS	(1U << 22)	/* a kernel has fewer instructions that ever run */

struct qemu_plugin_tb;
struct qemu_plugin_insn;

enum { QEMU_PLUGIN_INLINE_ADD_U64 };

void qemu_plugin_register_vcpu_tb_trans_cb(uint64_t id,
					   void (*translate)(uint64_t, struct qemu_plugin_tb *));
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int operation,
						void *counter, uint64_t by);
void qemu_plugin_register_atexit_cb(uint64_t id, void (*end)(uint64_t, void *), void *data);
size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);

PLUGIN int qemu_plugin_version = 1;
PLUGIN int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv);

static struct {
	uint64_t address;
	uint64_t count;
} counters[COUNTERS];

static FILE *out;

/* Open addressing; the place of an instruction never changes. */
static uint64_t *counter(uint64_t address)
{
	uint32_t at = address * 0x9e3779b97f4a7c15ULL >> 42;

	while (counters[at].address && counters[at].address != address)
		at = (at + 1) % COUNTERS;
	counters[at].address = address;
	return &counters[at].count;
}

static void translate(uint64_t id, struct qemu_plugin_tb *block)
{
	size_t i, count = qemu_plugin_tb_n_insns(block);

	(void)id;
	for (i = 0; i < count; i++) {
		struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
		uint64_t address = qemu_plugin_insn_vaddr(insn);

		if (address >= KERNEL_FIRST)
			qemu_plugin_register_vcpu_insn_exec_inline(insn, QEMU_PLUGIN_INLINE_ADD_U64,
								   counter(address), 1);
	}
}

static void write_counts(uint64_t id, void *data)
{
	uint32_t i;

	(void)id;
	(void)data;
	for (i = 0; i < COUNTERS; i++)
		if (counters[i].count)
			fprintf(out, "%016" PRIx64 " %" PRIu64 "\n", counters[i].address,
				counters[i].count);
	fclose(out);
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
	(void)info;
	if (argc != 1 || strncmp(argv[0], "out=", 4)) {
		fprintf(stderr, "count_instructions: want out=FILE\n");
		return -1;
	}
	out = fopen(argv[0] + 4, "w");
	if (!out) {
		perror(argv[0] + 4);
		return -1;
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
	qemu_plugin_register_atexit_cb(id, write_counts, NULL);
	return 0;
}
