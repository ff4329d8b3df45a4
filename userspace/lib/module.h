/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The loaded module and module files: what is loaded, what is installed, and
 * putting one in the other's place.
 */
#ifndef TM_MODULE_H
#define TM_MODULE_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"

#define TM_MODULE_NAME	"trafficmon"

/* Of a module: strings are empty where there is nothing to know. */
struct tm_module {
	char version[32];
	char srcversion[48];	/* hash of its sources: tells builds apart */
	char file[512];
};

/* What is loaded, out of /sys/module.  Returns false when nothing is. */
bool tm_module_loaded(struct tm_module *module);

/*
 * What `modprobe trafficmon` would load, or, with file, what is in that file.
 * -1 with error set when there is none, or modinfo does not run.
 */
int tm_module_installed(const char *file, struct tm_module *module,
			struct tm_error *error);

/* Are both the same build? */
bool tm_module_same(const struct tm_module *a, const struct tm_module *b);

/* The parameters of a load, "name=value" each, ended by NULL. */
struct tm_module_parameters {
	char *words[65];
	unsigned int count;
};

/* The values that the loaded module runs with, out of /sys/module. */
int tm_module_parameters_read(struct tm_module_parameters *parameters,
			      struct tm_error *error);
/* The value of one, empty where it has none. */
const char *tm_module_parameter(const struct tm_module_parameters *parameters,
				const char *name);
void tm_module_parameters_free(struct tm_module_parameters *parameters);

/* Load: modprobe, or with file insmod.  parameters may be NULL. */
int tm_module_load(const char *file,
		   const struct tm_module_parameters *parameters,
		   struct tm_error *error);
int tm_module_unload(struct tm_error *error);

#endif /* TM_MODULE_H */
