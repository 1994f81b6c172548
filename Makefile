# SPDX-License-Identifier: GPL-2.0
# The entry for people; the kernel's build reads Kbuild.
#
# KERNEL=   6.1, 6.12 (Debian's, downloaded), running, or a build folder
# JOBS=     what runs at a time (default 3: a test on real Xen also waits)

KERNEL ?=
JOBS ?= 3

build-modules := scripts/build-modules $(if $(KERNEL),--kernel $(KERNEL)) --jobs $(JOBS)

# The lab boots no other kernels.
lab-kernel := $(or $(filter 6.1 6.12,$(KERNEL)),6.1)

# What the next make builds again in minutes; not what is downloaded or slow.
built := modules check lab kunit docs demo bench coverage fuzz

.PHONY: all install demo check check-fast bench lab-shell docs clean distclean help

all: ## the modules, for the kernel KERNEL (default: the running one, else 6.1)
	@$(build-modules)
	@echo "modules: $$($(build-modules) --print-dir)"

install: ## the modules into /lib/modules (INSTALL_MOD_PATH=... in front of it)
	@$(build-modules) --install

demo: ## a real Xen guest writes and reads a disk through our modules
	@scripts/demo

check: ## the checks and tests, all but the long ones on real Xen; logs in build/check
	@scripts/check --jobs $(JOBS)

check-fast: ## the checks that take less than three minutes together
	@scripts/check --jobs $(JOBS) --fast

bench: ## measure against the distribution's modules on real Xen
	@scripts/run-tool tools/bench/bench

lab-shell: ## a dom0 console on real Xen, with our modules loaded
	@scripts/packages lab
	@scripts/build-modules --kernel $(lab-kernel) --jobs $(JOBS)
	@scripts/run-tool tools/lab/lab shell -k $(lab-kernel)

docs: ## the documentation as HTML in build/docs
	@scripts/packages docs
	@sphinx-build -q -W --keep-going -b html Documentation build/docs
	@echo "documentation: build/docs/index.html"

clean: ## forget what was built here, keep what is slow to get
	@rm -rf $(addprefix build/,$(built))

distclean: ## forget everything that was built or downloaded
	@rm -rf build

help: ## this list
	@echo "usage: make [TARGET] [KERNEL=6.1|6.12|running|FOLDER] [JOBS=N]"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 16
