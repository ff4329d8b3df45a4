// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Module files and the loaded module.  Contract in module.h.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "module.h"
#include "process.h"

#define MODULE_FOLDER	"/sys/module/" TM_MODULE_NAME
#define VALUE_SIZE	4096	/* what a file of sysfs holds at most */

/* One line of a file below the module's folder; false when it is not there. */
static bool read_line(const char *name, char *text, size_t size)
{
	char path[512];
	ssize_t length;
	int fd;

	text[0] = '\0';
	snprintf(path, sizeof(path), MODULE_FOLDER "/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	length = read(fd, text, size - 1);
	close(fd);
	text[length > 0 ? length : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	return length >= 0;
}

bool tm_module_loaded(struct tm_module *module)
{
	memset(module, 0, sizeof(*module));
	if (access(MODULE_FOLDER, F_OK))
		return false;
	read_line("version", module->version, sizeof(module->version));
	read_line("srcversion", module->srcversion,
		  sizeof(module->srcversion));
	return true;
}

/* The last line of what a program said: its reason. */
static const char *last_line(const char *text)
{
	const char *newline = strrchr(text, '\n');

	return newline ? newline + 1 : text;
}

static int modinfo(const char *field, const char *which, char *text,
		   size_t size, struct tm_error *error)
{
	const char *const argv[] = { "modinfo", "-F", field, which, NULL };
	char output[512];
	int status = tm_process_run(argv, output, sizeof(output), error);

	if (status < 0)
		return -1;
	if (!status) {
		snprintf(text, size, "%s", output);
		return 0;
	}
	tm_error_set(error, TM_EXIT_REFUSED, ENOENT,
		     "there is no module to load: %s", last_line(output));
	return tm_error_hint(error, "install it for this kernel (`dkms status` shows for which it is built), or name a file");
}

int tm_module_installed(const char *file, struct tm_module *module,
			struct tm_error *error)
{
	const char *which = file ? file : TM_MODULE_NAME;

	memset(module, 0, sizeof(*module));
	return modinfo("filename", which, module->file, sizeof(module->file),
		       error) ||
	       modinfo("version", which, module->version,
		       sizeof(module->version), error) ||
	       modinfo("srcversion", which, module->srcversion,
		       sizeof(module->srcversion), error) ? -1 : 0;
}

bool tm_module_same(const struct tm_module *a, const struct tm_module *b)
{
	if (a->srcversion[0] && b->srcversion[0])
		return !strcmp(a->srcversion, b->srcversion);
	return !strcmp(a->version, b->version);
}

/* "name=value", quoted where the kernel's parser would split it. */
static char *parameter_word(const char *name, const char *value)
{
	const char *quote = strpbrk(value, " \t") ? "\"" : "";
	char *word;

	if (asprintf(&word, "%s=%s%s%s", name, quote, value, quote) < 0)
		return NULL;
	return word;
}

static int parameter_read(struct tm_module_parameters *parameters,
			  const char *name, struct tm_error *error)
{
	size_t room = sizeof(parameters->words) /
		      sizeof(parameters->words[0]) - 1;
	char value[VALUE_SIZE];
	char path[300];
	char *word;

	snprintf(path, sizeof(path), "parameters/%.255s", name);
	/* Empty and "(null)" are strings that were not given. */
	if (!read_line(path, value, sizeof(value)) || !value[0] ||
	    !strcmp(value, "(null)"))
		return 0;
	if (parameters->count == room)
		return tm_error_set(error, TM_EXIT_TOO_OLD, E2BIG,
				    "the loaded module has more than %zu parameters",
				    room);
	word = parameter_word(name, value);
	if (!word)
		return tm_error_set(error, TM_EXIT_REFUSED, ENOMEM,
				    "out of memory");
	parameters->words[parameters->count++] = word;
	return 0;
}

int tm_module_parameters_read(struct tm_module_parameters *parameters,
			      struct tm_error *error)
{
	struct dirent *entry;
	int result = 0;
	DIR *folder;

	memset(parameters, 0, sizeof(*parameters));
	folder = opendir(MODULE_FOLDER "/parameters");
	if (!folder)
		return errno == ENOENT ? 0 :
			tm_error_set(error, TM_EXIT_REFUSED, errno,
				     "cannot read the module's parameters: %s",
				     strerror(errno));
	while (!result && (entry = readdir(folder))) {
		if (entry->d_name[0] != '.')
			result = parameter_read(parameters, entry->d_name,
						error);
	}
	closedir(folder);
	if (result)
		tm_module_parameters_free(parameters);
	return result;
}

const char *tm_module_parameter(const struct tm_module_parameters *parameters,
				const char *name)
{
	size_t length = strlen(name);
	unsigned int i;

	for (i = 0; i < parameters->count; i++)
		if (!strncmp(parameters->words[i], name, length) &&
		    parameters->words[i][length] == '=')
			return parameters->words[i] + length + 1;
	return "";
}

void tm_module_parameters_free(struct tm_module_parameters *parameters)
{
	while (parameters->count)
		free(parameters->words[--parameters->count]);
}

static int run_kmod(const char *const *argv, const char *what,
		    struct tm_error *error)
{
	char output[1024];
	int status = tm_process_run(argv, output, sizeof(output), error);

	if (status <= 0)
		return status;
	if (strstr(output, "Operation not permitted")) {
		tm_error_set(error, TM_EXIT_PERMISSION, EPERM,
			     "no permission to %s", what);
		return tm_error_hint(error, "run as root on the host");
	}
	tm_error_set(error, TM_EXIT_REFUSED, EIO, "cannot %s: %.400s", what,
		     output[0] ? last_line(output) : argv[0]);
	return tm_error_hint(error, "`dmesg | tail` says why");
}

int tm_module_load(const char *file,
		   const struct tm_module_parameters *parameters,
		   struct tm_error *error)
{
	const char *argv[3 + sizeof(parameters->words) /
			 sizeof(parameters->words[0])];
	unsigned int count = 0, i;

	argv[count++] = file ? "insmod" : "modprobe";
	argv[count++] = file ? file : TM_MODULE_NAME;
	for (i = 0; parameters && i < parameters->count; i++)
		argv[count++] = parameters->words[i];
	argv[count] = NULL;
	return run_kmod(argv, "load the module", error);
}

int tm_module_unload(struct tm_error *error)
{
	const char *const argv[] = { "rmmod", TM_MODULE_NAME, NULL };

	return run_kmod(argv, "unload the module", error);
}
