# Every target does its own set-up: `make refresh` in a fresh clone is enough.
# Needs GNU make, bash and a Python 3.11, 3.12 or 3.13. To say which one: make clean setup PYTHON=/path/to/python

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

VENV := .venv
BIN := $(VENV)/bin

# Nothing run from here reports home.
export DO_NOT_TRACK := 1
export DAGSTER_DISABLE_TELEMETRY := 1
export GX_ANALYTICS_ENABLED := false
# Python keeps what it compiles, also where the environment forbids it, as container images do: else every process that
# imports Dagster, dbt and Great Expectations compiles them again, which takes it half of its start.
unexport PYTHONDONTWRITEBYTECODE
# uv uses a Python that is there. It copies packages, as its cache may be on another disk.
export UV_PYTHON_DOWNLOADS := never
export UV_LINK_MODE := copy
# As pip does, trust what this machine trusts: networks that inspect traffic add their own certificate.
export UV_SYSTEM_CERTS ?= 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_ROOT_USER_ACTION := ignore

.PHONY: help refresh test test-spark torture dev bench lint types docs coverage format setup manifest service lock clean browser

help: ## Say what the targets do
	@sed -nE 's/^([a-z-]+):.*## (.*)/make \1@\2/p' Makefile | awk -F@ '{printf "%-17s%s\n", $$1, $$2}'

# ---- Set-up ---------------------------------------------------------------------------------------------------------

# uv from PATH when that one runs, else our own, which pip puts into .tools.
UV_VERSION := 0.13.9
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .tools/bin/uv)

# The first Python on PATH that runs and fits: a name on PATH may be a shim with no Python behind it. Of one version that
# of the system comes first: distributions build it with optimisations that version managers leave out, which saves a
# refresh an eighth of its time.
PYTHON ?=
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
CANDIDATES = "$(PYTHON)" $$(PATH="/usr/bin:$$PATH"; type -ap python3.13 python3.12 python3.11 python3 python)
FIND_PYTHON = \
	for candidate in $(CANDIDATES); do \
		if [ -n "$$candidate" ] && "$$candidate" -c '$(FITS)' >/dev/null 2>&1; then \
			"$$candidate" -c 'import sys; print(sys.executable)'; exit 0; \
		fi; \
		[ -z "$$candidate" ] || [ "$$candidate" != "$(PYTHON)" ] || break; \
	done; \
	echo "No Python 3.11, 3.12 or 3.13 was found$(if $(PYTHON), at $(PYTHON), on PATH)." \
		"Install one, or name one that fits: make setup PYTHON=/path/to/python" >&2; exit 1

# The stamp holds the folder it was made in: an environment that was copied elsewhere would run the old folder's code.
SET_UP := $(VENV)/.set-up
MOVED := $(shell [ ! -e $(SET_UP) ] || [ "$$(cat $(SET_UP))" = "$$(pwd -P)" ] || echo moved)
.PHONY: moved

$(SET_UP): pyproject.toml requirements.lock $(MOVED) | $(if $(findstring .tools,$(UV)),$(UV))
	@if [ "$$(cat $@ 2>/dev/null)" != "$$(pwd -P)" ] || ! $(BIN)/python -c '$(FITS)' 2>/dev/null; then \
		python="$$($(FIND_PYTHON))"; echo "Making $(VENV) with $$python"; \
		rm -rf $(VENV); $(UV) venv --quiet --python "$$python" $(VENV); \
	fi
	@$(UV) pip sync --quiet --require-hashes --python $(BIN)/python requirements.lock
	@$(UV) pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python --editable .
	@pwd -P >$@

.tools/bin/uv:
	@for candidate in $(CANDIDATES); do \
		if [ -n "$$candidate" ] && "$$candidate" -m pip --version >/dev/null 2>&1; then \
			echo "Putting uv $(UV_VERSION) into .tools"; \
			rm -rf .tools; exec "$$candidate" -m pip install --quiet --target .tools uv==$(UV_VERSION); \
		fi; \
	done; \
	echo "No Python with pip was found. Install pip (on Debian: apt install python3-pip) or install uv." >&2; exit 1

# The styles of the site, which come as a package for node. The site is built without node.
STYLES := node_modules/.package-lock.json
$(STYLES): package.json package-lock.json
	@npm --version >/dev/null 2>&1 || { \
		echo "npm was not found. Install Node.js 20 or later (on Debian: apt install npm): the site takes its styles from" \
			"there." >&2; exit 1; }
	@npm ci --silent && touch $@

setup: $(SET_UP) $(STYLES) ## Make .venv as requirements.lock has it, and node_modules as package-lock.json has it

lock: | $(if $(findstring .tools,$(UV)),$(UV)) ## Write requirements.lock and requirements-spark.lock from pyproject.toml; UPGRADE=1 takes newer versions
	$(UV) pip compile --quiet --universal --extra dev --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) --output-file requirements.lock pyproject.toml
	$(UV) pip compile --quiet --universal --group spark --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command 'make lock' $(if $(UPGRADE),--upgrade) --output-file requirements-spark.lock

clean: ## Remove what set-up and runs leave behind; published/ stays
	rm -rf $(VENV) $(SPARK_VENV) .tools node_modules tests/platform/node_modules work dbt_project/target dbt_project/logs .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# ---- dbt's manifest, from which Dagster learns the models -----------------------------------------------------------

ifneq ($(wildcard dbt_project/dbt_project.yml),)
MANIFEST := dbt_project/target/manifest.json
$(MANIFEST): $(SET_UP) $(shell find orchestration/sources orchestration/records/contracts dbt_project -mindepth 1 \
		\( -name target -o -name logs -o -name '.*' \) -prune -o -print)
	$(BIN)/python -m orchestration.build.transform
	@touch $@
endif

manifest: $(MANIFEST) ## Have dbt read its project

# A service cannot write beside the code, so Python could not keep what it compiles. A file that does not compile is one
# that no program imports.
service: setup manifest ## Set up for a service: also compile the code, because a service may not write here
	@-$(BIN)/python -m compileall -q -j 0 $(VENV)/lib orchestration synthetic_cohort

# ---- Work -----------------------------------------------------------------------------------------------------------

refresh: $(SET_UP) $(STYLES) $(MANIFEST) ## Read raw/, judge the result, publish it when it passes
	$(BIN)/ipp refresh

# The internal platform's own front-end, which shows our feed in a test, and the browser that it is shown in.
PLATFORM := tests/platform/node_modules/.package-lock.json
$(PLATFORM): tests/platform/package.json tests/platform/package-lock.json
	@npm ci --silent --prefix tests/platform --omit=dev --ignore-scripts --audit=false --fund=false && touch $@

browser: $(PLATFORM) ## Install Chromium for the browser tests, which skip themselves without it (Debian, as root)
	@command -v chromium >/dev/null || { \
		[ "$$(id -u)" = 0 ] && apt-get update -qq && \
		DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium >/dev/null; } || \
		echo "Chromium is not installed: the browser tests skip themselves. On Debian: apt install chromium" >&2

# One worker more than processors, as workers wait: for a refresh that another one makes, and for a browser.
WORKERS = $$(($$(getconf _NPROCESSORS_ONLN) + 1))
test: $(SET_UP) $(STYLES) $(PLATFORM) $(MANIFEST) ## Run the tests with up to four workers; long attacks in a short form
	$(BIN)/pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist worksteal

# Spark, its Java and Athena's dialect need packages that nothing else needs.
SPARK_VENV := .venv-spark
SPARK_SET_UP := $(SPARK_VENV)/.set-up
$(SPARK_SET_UP): requirements-spark.lock | $(SET_UP)
	@rm -rf $(SPARK_VENV); $(UV) venv --quiet --python $(BIN)/python $(SPARK_VENV)
	@$(UV) pip sync --quiet --require-hashes --python $(SPARK_VENV)/bin/python requirements-spark.lock
	@touch $@

test-spark: $(SPARK_SET_UP) $(STYLES) $(MANIFEST) ## Run the models on Spark, compare every row with DuckDB's, and compile them for Athena
	@[ -e work/candidate.duckdb ] && [ -e work/internal.duckdb ] || $(BIN)/ipp refresh
	$(SPARK_VENV)/bin/python -m engines
	$(SPARK_VENV)/bin/python -m engines.athena

torture: $(SET_UP) $(STYLES) $(MANIFEST) ## Run the long attacks and the whole refreshes that `make test` runs in a short form
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal -m torture

bench: $(SET_UP) $(SPARK_SET_UP) $(STYLES) $(MANIFEST) ## Run the benchmarks; an hour or more, 16 GiB of memory
	$(BIN)/python -m benchmarks

types: $(SET_UP) ## Check the types
	$(BIN)/mypy

lint: types docs $(SET_UP) ## Check style, types, SQL, the direction of imports, the pages and the versions installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(if $(MANIFEST),$(BIN)/sqlfluff lint --processes 0 --disable-progress-bar dbt_project)
	$(BIN)/lint-imports --no-logo
	$(UV) pip check --quiet --python $(BIN)/python

# The pages keep their places in the repository, so a link between them is the same on a code host and in the site.
PAGES := README.md CONTRIBUTING.md CHANGELOG.md SECURITY.md LICENCE-DATA.md LICENSE \
	raw/README.md expectations/README.md $(wildcard tests/*/README.md) docs
docs: $(SET_UP) $(MANIFEST) ## Build the pages and dbt's documentation as a site in work/docs_site; a broken link is an error
	@rm -rf work/docs && mkdir -p work/docs && tar -cf - --exclude=__pycache__ $(PAGES) | tar -xf - -C work/docs
	@$(BIN)/python -m orchestration.build.model_docs work/docs/models.html
	@$(BIN)/mkdocs build --strict 2>&1 | sed '/^INFO/d'

coverage: $(SET_UP) $(MANIFEST) ## Show which part of the code the quick unit tests run
	$(BIN)/pytest tests/unit -m 'not slow and not torture' --numprocesses auto --maxprocesses 4 --cov --cov-report=term:skip-covered

format: $(SET_UP) ## Fix what ruff can fix
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

dev: $(SET_UP) $(STYLES) $(MANIFEST) ## Open Dagster on http://127.0.0.1:3000
	umask 027 && mkdir -p work/dagster && cp dagster.yaml work/dagster/ && \
		DAGSTER_HOME="$(CURDIR)/work/dagster" $(BIN)/dagster dev --host 127.0.0.1 --port 3000
