# Everything runs in .venv, made on first use from the hashed versions in requirements/.
# PYTHON=/path/to/python chooses the interpreter; the variables below and UPGRADE=1 can be given.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --no-input
# Tests of screens and of other programs wait for a part of their time: three fill two cores, and
# leave those that watch a terminal room to keep up.
PYTEST_JOBS ?= 3
PYTEST_ARGS ?=
DEMO_ARGS ?=
BENCH_ARGS ?=
CHAOS_ARGS ?=

# Tests start Python hundreds of times: what was compiled once is kept, also where the shell says no.
export PYTHONDONTWRITEBYTECODE :=

RUNTIME := $(VENV)/.runtime-installed
DEVELOP := $(VENV)/.develop-installed

.DEFAULT_GOAL := help
.PHONY: help demo setup test check format lock screenshots docs interop bench chaos clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(RUNTIME) ## open the client, talking to the bundled mock server
	@$(BIN)/wschat demo $(DEMO_ARGS)

setup: $(DEVELOP) ## make .venv with everything that tests and checks need

test: $(DEVELOP) ## run every test, then hold the coverage
	@rm -f .coverage .coverage.*
	$(BIN)/python -m pytest -n $(PYTEST_JOBS) --dist loadgroup --cov --cov-report= $(PYTEST_ARGS)
	@$(BIN)/python .ci/hold_coverage.py

check: $(DEVELOP) ## format, lint, types and import contracts, then the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(BIN)/python .ci/markup_calls.py
	@$(MAKE) --no-print-directory test

format: $(DEVELOP) ## put the code in its standard shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix-only --quiet .

lock: $(DEVELOP) ## write requirements/*.txt again (UPGRADE=1: with the newest allowed versions)
	$(BIN)/python .ci/lock.py $(if $(UPGRADE),--upgrade)

screenshots: $(DEVELOP) ## draw screenshots/*.svg from real screens
	$(BIN)/python screenshots/draw.py

docs: $(DEVELOP) ## write docs/KEYS.md from the actions, docs/SECURITY-TESTS.md from the tests
	$(BIN)/python docs/write_keys.py
	$(BIN)/python docs/write_security_tests.py

interop: $(DEVELOP) ## call Chromium, and write docs/INTEROP.md of it
	INTEROP_TABLE=docs/INTEROP.md $(BIN)/python -m pytest -q tests/browser

bench: $(DEVELOP) ## measure what the documents quote
	$(BIN)/python -m benchmarks $(BENCH_ARGS)

chaos: $(DEVELOP) ## kill clients and servers on a bad network, and audit what is left (10 minutes)
	$(BIN)/python -m benchmarks chaos --single --soak 36000 --save $(CHAOS_ARGS)

clean: ## remove .venv and everything that a run leaves behind
	rm -rf $(VENV) build dist .coverage .coverage.* htmlcov snapshot_report.html
	rm -rf .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp is newer than what it was made from, so a second run starts nothing.
$(RUNTIME): requirements/calls.txt requirements/run.txt requirements/build.txt pyproject.toml .ci/venv
	@.ci/venv $(VENV) "$(PYTHON)"
	@$(PIP) install --quiet --require-hashes -r requirements/calls.txt -r requirements/build.txt || { \
		echo "What calls need could not be installed; the client starts without them." >&2; \
		$(PIP) install --quiet --require-hashes -r requirements/run.txt -r requirements/build.txt; }
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(DEVELOP): requirements/dev.txt requirements/build.txt pyproject.toml .ci/venv
	@.ci/venv $(VENV) "$(PYTHON)"
	$(PIP) install --quiet --require-hashes -r requirements/build.txt
	$(PIP) install --quiet --require-hashes --no-build-isolation -r requirements/dev.txt
	$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $(RUNTIME) $@
