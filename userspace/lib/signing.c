// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Kernels that load signed modules only.  Contract in signing.h.
 */
#include <stdio.h>
#include <string.h>

#include "signing.h"

static void read_file(const char *path, char *text, int size)
{
	FILE *file = fopen(path, "re");

	text[0] = '\0';
	if (!file)
		return;
	if (!fgets(text, size, file))
		text[0] = '\0';
	fclose(file);
}

/* The state that holds is the one in brackets: "none [integrity] confidentiality". */
bool tm_signing_demanded(const char *lockdown, const char *enforced)
{
	return strstr(lockdown, "[integrity]") ||
	       strstr(lockdown, "[confidentiality]") || enforced[0] == 'Y';
}

bool tm_signing_required(void)
{
	char lockdown[64], enforced[8];

	read_file("/sys/kernel/security/lockdown", lockdown, sizeof(lockdown));
	read_file("/sys/module/module/parameters/sig_enforce", enforced,
		  sizeof(enforced));
	return tm_signing_demanded(lockdown, enforced);
}

int tm_signing_hint(struct tm_error *error)
{
	return tm_error_hint(error, "this kernel loads only modules that are signed with a key it knows, as it does under Secure Boot: enrol the key that DKMS signs with (`mokutil --import /var/lib/dkms/mok.pub`), reboot and confirm it on the console, then `modprobe trafficmon`; if that fails, `dmesg | tail` says why");
}
