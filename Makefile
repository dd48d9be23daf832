# Everything a fresh machine needs: `make demo` and `make test`. `make help` lists the rest.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# A process for each core: each with a database of its own; browsers come last in each.
SPREAD := -n auto --maxprocesses 8 --dist loadfile --no-loadscope-reorder
STAMP := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo check test test-quick faults bench pictures area browser clean format

help: ## list what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

setup: $(STAMP) ## make .venv with everything that check and test need

$(STAMP): requirements-dev.txt pyproject.toml scripts/setup.sh
	@PYTHON=$(PYTHON) scripts/setup.sh $(VENV)
	@touch $(STAMP)

demo: $(STAMP) ## set everything up and serve the demo clinic (FRESH=1 begins anew, PORT=8000)
	@FRESH=$(FRESH) PORT=$(or $(PORT),8000) scripts/demo.sh $(BIN)

check: $(STAMP) ## format, lint, types, import contracts, house tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/house

test: $(STAMP) browser ## all tests but the faults, with a real PostgreSQL and a real Chromium
	$(BIN)/python -m pytest -q $(SPREAD) $(ARGS) tests

test-quick: $(STAMP) ## the tests without a browser
	$(BIN)/python -m pytest -q $(SPREAD) -m "not browser and not faults" $(ARGS) tests

faults: $(STAMP) ## kill -9, races, full disks, broken files, fuzzing
	$(BIN)/python -m pytest -q $(SPREAD) -m faults $(ARGS) tests

bench: $(STAMP) ## measure what is claimed to be fast (JSON lines)
	$(BIN)/python -m bench $(ARGS)

browser: $(STAMP) ## see to a Chromium for the tests
	@scripts/browser.sh $(BIN)

pictures: $(STAMP) browser ## write the pictures of the README from the demo clinic
	$(BIN)/python -m tests.web.pictures

area: ## list the rooms of one area: make area NAME=worklist
	@test -n "$(NAME)" || { echo "Say which: make area NAME=worklist"; exit 2; }
	@find careloop tests -name '$(NAME)*' -not -name '*.pyc' -o -path '*/$(NAME)/*' -not -name '*.pyc' -type f | sort

format: $(STAMP) ## write the code as the house writes it
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what was built (not the demo's data)
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
