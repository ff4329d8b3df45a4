# SPDX-License-Identifier: GPL-2.0-or-later
#
# Builds, tests and installs TrafficMonitor; `make help` lists what there is.
# The kernel module's own makefile is Kbuild: DKMS uses that one and not this.

VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
KDIR ?= /lib/modules/$(shell uname -r)/build
PREFIX ?= /usr
SYSCONFDIR ?= /etc
DESTDIR ?=
O := $(CURDIR)/build
SOURCE_DIR := $(DESTDIR)/usr/src/trafficmon-$(VERSION)

.PHONY: all help module tools demo check check-long check-kernels lint fuzz install uninstall \
	bench bench-long dkms-source dkms-install dkms-remove clean

all: tools

help:
	@echo "make tools         build tmctl into build/ (the default)"
	@echo "make module        build trafficmon.ko for the running kernel, or for KDIR=..."
	@echo "make demo          a flood on a real kernel: seen, explained, stopped (HOST=1: without a guest)"
	@echo "make check         all tests; does its own set-up on Debian 12 as root"
	@echo "make check-long    the long runs: 10 million packets, a planted bug for each promise"
	@echo "make check-kernels the main tests on every kernel and architecture: hours; goes on where it was"
	@echo "make bench         what a packet costs, ours and the peers: table, JSON, chart (HOST=1: ns, on this kernel)"
	@echo "make bench-long    the same under all circumstances: hours"
	@echo "make lint          static analysis: compilers, sparse, coccinelle, analyzers, cppcheck, ..."
	@echo "make fuzz          longer fuzzing (RUNS=2000000)"
	@echo "make install       tmctl, man page, completion, units, examples (DESTDIR, PREFIX)"
	@echo "make dkms-source   the module's sources into /usr/src (DESTDIR)"
	@echo "make dkms-install  the same, then dkms add, build and install"
	@echo "make dkms-remove   the reverse"
	@echo "make clean         remove build/"

tools:
	$(MAKE) -C userspace O=$(O)

# In a copy, so that the source tree stays clean.
module:
	mkdir -p $(O)/module/host
	cp -a -u Kbuild dkms.conf kmod uapi $(O)/module/host/
	$(MAKE) -C $(KDIR) M=$(O)/module/host modules
	@echo $(O)/module/host/trafficmon.ko

demo:
	@selftests/setup demo
	@selftests/demo/run $(if $(HOST),--host)

check:
	@selftests/setup check
	@selftests/run

check-long:
	@selftests/setup check
	@selftests/run --long

check-kernels:
	@selftests/setup kernels
	@selftests/kernels/run

bench:
	@selftests/setup check
	@selftests/bench/run $(if $(HOST),--host)

bench-long:
	@selftests/setup check
	@selftests/bench/run --long

lint:
	@selftests/setup check
	@selftests/lint/run

fuzz:
	@selftests/setup check
	@selftests/fuzz/run -n $(or $(RUNS),2000000)

install: tools
	$(MAKE) -C userspace O=$(O) install DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)
	install -D -m 644 docs/examples/modprobe.d/trafficmon.conf \
		$(DESTDIR)$(PREFIX)/share/doc/trafficmon/examples/modprobe.d/trafficmon.conf
	install -D -m 644 docs/examples/modules-load.d/trafficmon.conf \
		$(DESTDIR)$(PREFIX)/share/doc/trafficmon/examples/modules-load.d/trafficmon.conf
	install -m 644 docs/policies.md docs/policy.schema.json docs/logs.md \
		$(DESTDIR)$(PREFIX)/share/doc/trafficmon/
	install -m 644 docs/examples/*.json $(DESTDIR)$(PREFIX)/share/doc/trafficmon/examples/

uninstall:
	$(MAKE) -C userspace O=$(O) uninstall DESTDIR=$(DESTDIR) PREFIX=$(PREFIX)
	rm -rf $(DESTDIR)$(PREFIX)/share/doc/trafficmon

dkms-source:
	install -d $(SOURCE_DIR)
	cp -a Kbuild dkms.conf kmod uapi $(SOURCE_DIR)/

# dkms install alone would take what was built before, whatever the source is now.
dkms-install: dkms-source
	dkms add -m trafficmon -v $(VERSION) || dkms status trafficmon/$(VERSION) | grep -q .
	dkms build --force -m trafficmon -v $(VERSION) $(if $(KERNEL),-k $(KERNEL))
	dkms install --force -m trafficmon -v $(VERSION) $(if $(KERNEL),-k $(KERNEL))

dkms-remove:
	dkms remove -m trafficmon -v $(VERSION) --all
	rm -rf $(SOURCE_DIR)

clean:
	rm -rf build
