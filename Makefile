# `make run` and `make test` do all of their set-up themselves, and are quick the second time.
# Needed: Python 3.11 to 3.13; Node 20 or newer for the Teams-like client and the storage emulator.
#     make run                  the bot and a client in front of it
#     make test PYTEST_ARGS=…   the tests, or some of them
#     make … PYTHON=python3.13  with this Python instead of the first that fits

VENV := .venv
VENV_PYTHON := $(VENV)/bin/python
UV := uv==0.13.9

# A stamp is named after the contents of the files that it stands for: changed files ask for a new one.
hash = $(shell cat $(1) 2>/dev/null | cksum | tr -dc 0-9)
VENV_STAMP := $(VENV)/.made$(if $(PYTHON),-with-$(subst /,-,$(PYTHON)))
RUN_STAMP := $(VENV)/.run-$(call hash,requirements.txt)
TEST_STAMP := $(VENV)/.test-$(call hash,requirements.txt tests/requirements.txt)
TOOLS := .venv-infra
TOOLS_STAMP := $(TOOLS)/.made-$(call hash,tests/infra/requirements.txt)
SBOM_TOOLS := .venv-sbom
SBOM_STAMP := $(SBOM_TOOLS)/.made-$(call hash,infra/sbom-requirements.txt)
NODE_STAMP := tests/node_modules/.installed-$(call hash,tests/package-lock.json)

PYTHONS := python3 python3.13 python3.12 python3.11
WANTED := Python 3.11, 3.12 or 3.13
NO_PYTHON := $(strip $(if $(PYTHON),$(PYTHON) does not run as $(WANTED).,\
	$(WANTED) was not found (looked for $(PYTHONS)). Install one, or name it: make PYTHON=…))
PIP_INSTALL := $(VENV_PYTHON) -m pip install -qq --disable-pip-version-check --no-input
COMPILE := $(VENV_PYTHON) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"
NODE_FITS := node -e 'process.exit(process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null
BROWSERS := chromium chromium-browser google-chrome

.DEFAULT_GOAL := help
.PHONY: help run check test mutants lint bench train package dist sbom lock clean infra-tools systemd node-packages \
	chromium again

help: ## What there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-13s%s\n", $$1, $$2 }' Makefile

run: $(RUN_STAMP) node-packages ## Start the bot and the Agents Playground in front of it; Ctrl-C ends both
	@exec $(VENV_PYTHON) -m tests.playground.serve

test: $(TEST_STAMP) node-packages chromium ## Run the tests; PYTEST_ARGS is passed on
	@exec $(VENV_PYTHON) -m pytest -n 3 --dist loadfile $(PYTEST_ARGS)

# Half of the time would go into compiling the tests, where the environment forbids to keep what was compiled.
check: export PYTHONDONTWRITEBYTECODE :=
check: $(TEST_STAMP) ## Style, types, and the tests that need neither Node, nor a browser, nor the whole bot; with few examples
	@$(VENV_PYTHON) -m mypy & types=$$!; \
	$(VENV_PYTHON) -m ruff check . && $(VENV_PYTHON) -m ruff format --check . \
		&& $(VENV_PYTHON) -m pytest -n 2 --ignore tests/journeys --ignore tests/playground -m "not azurite" \
			--hypothesis-profile=check $(PYTEST_ARGS); \
	passed=$$?; wait $$types && exit $$passed

lint: $(TEST_STAMP) ## Check style and types
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m mypy

mutants: $(TEST_STAMP) ## Which small changes of MODULE=storage/… no test notices; TESTS=… instead of those beside it
	@exec $(VENV_PYTHON) -m tests.support.mutants $(MODULE) $(TESTS)

bench: $(TEST_STAMP) node-packages ## Measure the answers (accuracy, speed, two baselines), the bot's memory and the register
	@$(VENV_PYTHON) -m tests.bench_answers $(BENCH_ARGS)
	@$(VENV_PYTHON) -m tests.bench_bot_memory
	@exec $(VENV_PYTHON) -m tests.bench_register

train: $(RUN_STAMP) $(VENV)/.train-$(call hash,requirements.txt policy/learning/train-requirements.txt) ## Learn the ranking anew from policy/learning/questions
	@$(VENV_PYTHON) -m policy.learning.train
	@exec $(VENV_PYTHON) -m policy.learning.train_harm

package: $(VENV_STAMP) ## Build the Teams app package into build/
	@exec $(VENV_PYTHON) -m manifest.package

dist: $(RUN_STAMP) ## Build build/dist/: every package as a wheel, with hashes, and the bot's own files
	@exec $(VENV_PYTHON) -m infra.dist

sbom: dist $(SBOM_STAMP) ## List the parts of the running bot with their licences (CycloneDX) in build/
	@exec $(VENV_PYTHON) -m infra.sbom $(SBOM_TOOLS)/bin/cyclonedx-py

lock: $(VENV_STAMP) ## Compile all requirements, with the hash of every file
	@echo "Compiling requirements.txt and those of the tests and tools."
	@$(PIP_INSTALL) $(UV)
	@$(COMPILE) requirements.in --output-file requirements.txt
	@$(COMPILE) --constraint requirements.txt tests/requirements.in --output-file tests/requirements.txt
	@$(COMPILE) tests/infra/requirements.in --output-file tests/infra/requirements.txt
	@$(COMPILE) infra/sbom-requirements.in --output-file infra/sbom-requirements.txt

clean: ## Remove all that was installed or built; data/ stays
	rm -rf $(VENV) $(TOOLS) $(SBOM_TOOLS) tests/node_modules build .pytest_cache .mypy_cache .ruff_cache .hypothesis

# A virtual environment whose Python has gone since is made again.
$(VENV_STAMP): $(shell test -x $(VENV_PYTHON) || echo again)
	@for python in $(or $(PYTHON),$(PYTHONS)) none; do \
		$$python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && break; \
	done; \
	if [ $$python = none ]; then \
		echo "$(NO_PYTHON)" >&2; \
		exit 1; \
	fi; \
	version=$$($$python -c 'import sys; print("%d.%d" % sys.version_info[:2])'); \
	if ! $$python -c 'import ensurepip, venv' 2>/dev/null; then \
		echo "Python $$version cannot make virtual environments here. On Debian: apt install python$$version-venv" >&2; \
		exit 1; \
	fi; \
	echo "Making a virtual environment with Python $$version."; \
	rm -rf $(VENV) && $$python -m venv $(VENV) && touch $@ $(VENV)/.made

$(RUN_STAMP): $(VENV_STAMP)
	@echo "Installing the Python packages of the bot (a minute, the first time)."
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(TEST_STAMP): $(VENV_STAMP)
	@echo "Installing the Python packages of the bot and its tests (a minute, the first time)."
	@$(PIP_INSTALL) -r tests/requirements.txt
	@touch $@ $(RUN_STAMP)

$(VENV)/.train-%: $(VENV_STAMP)
	@echo "Installing what learning needs (a few minutes, the first time)."
	@$(PIP_INSTALL) -r policy/learning/train-requirements.txt
	@touch $@

infra-tools: $(TOOLS_STAMP) systemd ## Install what judges infra/ and the Dockerfile (half a minute, the first time)

# Quicker by uv than by pip, and apart: checkov pins packages that the bot has in other versions.
$(TOOLS_STAMP): $(VENV_STAMP)
	@echo "Installing what judges infra/ and the Dockerfile."
	@$(PIP_INSTALL) $(UV)
	@rm -rf $(TOOLS) && $(VENV_PYTHON) -m venv $(TOOLS)
	@$(VENV_PYTHON) -m uv pip install --quiet --python $(TOOLS)/bin/python --require-hashes -r tests/infra/requirements.txt
	@touch $@

$(SBOM_STAMP): $(VENV_STAMP)
	@echo "Installing what lists the parts."
	@$(PIP_INSTALL) $(UV)
	@rm -rf $(SBOM_TOOLS) && $(VENV_PYTHON) -m venv $(SBOM_TOOLS)
	@$(VENV_PYTHON) -m uv pip install --quiet --python $(SBOM_TOOLS)/bin/python --require-hashes -r infra/sbom-requirements.txt
	@touch $@

systemd:
	@if command -v systemd-analyze >/dev/null; then exit 0; fi; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
		echo "systemd-analyze was not found: the test of the systemd unit is skipped. On Debian: apt install systemd"; exit 0; \
	fi; \
	echo "Installing systemd-analyze (Debian's package systemd)."; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends systemd >/dev/null \
		|| echo "systemd could not be installed." >&2

# What cannot be installed here is no error here: the bot runs without a client, and a test says why it is skipped.
node-packages:
	@if [ -e $(NODE_STAMP) ] || ! $(NODE_FITS); then exit 0; fi; \
	echo "Installing the Agents Playground and the storage emulator with npm."; \
	if npm ci --prefix tests --no-audit --no-fund >/dev/null; then touch $(NODE_STAMP); \
	else echo "npm could not install them. Is npm there (on Debian: apt install npm), and the network?" >&2; fi

chromium:
	@for name in $(BROWSERS); do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
		echo "Chromium was not found: the tests in a browser are skipped. On Debian: apt install chromium"; exit 0; \
	fi; \
	echo "Installing Chromium (Debian's package)."; \
	apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends \
		chromium fonts-liberation >/dev/null || echo "Chromium could not be installed." >&2

again:
