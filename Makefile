SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
RAW ?= data/raw
OUT ?= data/processed
SHARED ?= ../shared/data

.DEFAULT_GOAL := help
.PHONY: help all test check format golden bench quality models lock audit clean

help: ## list these targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

all: $(VENV)/.ready ## set up, then run every stage on data/raw
	@$(BIN)/opdenk run --raw $(RAW) --out $(OUT)

test: $(VENV)/.ready ## set up, then run the tests
	@$(BIN)/python -m pytest

check: $(VENV)/.ready ## formatting, lint, types, architecture
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready ## format the code and mend what ruff can mend
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

golden: $(VENV)/.ready ## rewrite the golden files; read the difference before you commit it
	$(BIN)/python -m tests.golden

quality: $(VENV)/.ready ## measure every stage (SHARED: folder with the benchmark data)
	$(BIN)/python -m benchmarks.quality --data $(SHARED)

bench: $(VENV)/.ready ## measure speed and memory
	$(BIN)/python -m benchmarks.speed

models: $(VENV)/.ready ## explain how the bundled models were made, and run what can run
	$(BIN)/python models/train.py --data $(SHARED)

lock: $(VENV)/.ready ## write requirements.lock anew from pyproject.toml
	echo "./$(wildcard models/language/*.whl)" | $(BIN)/uv pip compile pyproject.toml - --group dev --python-version 3.11 \
		--generate-hashes --no-header --no-emit-index-url --no-annotate --quiet -o requirements.lock

audit: $(VENV)/.ready ## ask for known faults of what is in the lock file (needs a network)
	@sed '/^\.\//,/--hash/d' requirements.lock > $(VENV)/audited.txt
	@if $(BIN)/uv tool run --python $(BIN)/python pip-audit --version >/dev/null 2>&1; then \
		$(BIN)/uv tool run --python $(BIN)/python pip-audit --disable-pip --no-deps --require-hashes -r $(VENV)/audited.txt; \
	else echo "audit: skipped, pip-audit cannot be had without a network"; fi

clean: ## remove the virtual environment and all results
	rm -rf $(VENV) $(OUT)/*

# Modules are compiled now: a first run would spend four seconds on it, and where they cannot be written each would.
# Everything is pinned with hashes, BERTopic's optional heavy parts are left out: hence --no-deps.
$(VENV)/.ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; try make PYTHON=python3.11")'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --require-hashes --compile-bytecode -r requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q pipeline
	@touch $@
