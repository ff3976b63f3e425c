# `make run` and `make test` need Python 3.11 or newer, make and a way to the package registries.
# Everything they make lies in .tools, .venv and .data; `make clean` takes the first two away.

PYTHON ?= python3
# uv stays out of .venv: a sync would remove itself.
UV := .tools/bin/uv
BIN := .venv/bin
export UV_PYTHON_DOWNLOADS := never
SYNC := $(UV) pip sync --quiet --compile-bytecode --require-hashes --python $(BIN)/python
STAMPS := .venv/.stamps

.DEFAULT_GOAL := help
.PHONY: help install engine run test test-sqlite test-postgres lint types contracts fix check demo dist bench screenshots vendor translations clean

help: ## say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile | expand -t 20

install: $(STAMPS)/dev ## what the product and its tests stand on

engine: $(STAMPS)/engine ## compile the pairing engine, so that no first plan waits for it

# The server compiles the pairing engine beside itself, where it has not been compiled yet.
run: $(STAMPS)/base translations ## install, migrate, load the demonstration if there is none, serve
	@exec $(BIN)/jiedui run

demo: $(STAMPS)/base $(STAMPS)/engine translations ## load the demonstration NAME (panjin) beside what is there
	@$(BIN)/jiedui demo $(or $(NAME),panjin)

test: test-sqlite test-postgres ## everything: engines, apps, browser journeys; PostgreSQL where it can differ

test-sqlite: $(STAMPS)/dev $(STAMPS)/engine translations
	@JIEDUI_BROWSER="$$($(BIN)/python tools/browser.py)" && export JIEDUI_BROWSER && \
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

ifeq ($(JIEDUI_THOROUGH),1)
ON_POSTGRES = tests $(addprefix --ignore=tests/,browser engines tools upgrade demo/test_published_figures.py)
else
ON_POSTGRES = $(shell sed '/^\#/d' tests/postgresql.txt)
endif

test-postgres: $(STAMPS)/dev $(STAMPS)/engine translations
	@$(BIN)/python tools/with_postgres.py --skip-if-missing \
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ON_POSTGRES) $(ARGS)

dist: $(STAMPS)/dev translations ## build the wheel and the source archive into dist/
	@rm -rf dist
	@$(BIN)/python -m hatchling build -d dist

lint: $(STAMPS)/dev ## format and lint, without changing anything
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

fix: $(STAMPS)/dev ## format and mend what can be mended
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/python tools/translations.py update

types: $(STAMPS)/dev
	$(BIN)/mypy
	$(BIN)/mypy tools

contracts: $(STAMPS)/dev
	$(BIN)/lint-imports

check: lint types contracts translations ## what CI asks for beside the tests; quicker with -j2
	$(BIN)/django-admin makemigrations --check --dry-run --settings jiedui.settings
	$(BIN)/python tools/translations.py check
	$(BIN)/python tools/docs_check.py

bench: $(STAMPS)/dev $(STAMPS)/engine translations ## measure what the documentation claims
	@set -e; for one in exports figures imports import_reading matching pages load freshness; do \
	  echo "== $$one"; $(BIN)/python "benchmarks/$$one.py"; done

screenshots: $(STAMPS)/dev $(STAMPS)/engine translations ## take the pictures of docs/images anew
	@$(BIN)/python tools/screenshots.py

vendor: ## fetch the browser assets pinned in tools/vendor.json (needs npm)
	@$(PYTHON) tools/vendor.py

translations: $(STAMPS)/base
	@$(BIN)/python tools/translations.py compile

clean: ## remove the environment and every cache; the data folder stays
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src tests tools benchmarks -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
	find src -name '*.mo' -delete

# ---- the environment, made again only when what it is made of changes

$(UV): requirements/uv.txt tools/bootstrap.py
	@$(PYTHON) tools/bootstrap.py
	@touch $@

$(STAMPS)/base: $(UV) requirements/base.txt tools/bootstrap.py
	@echo "Installing what jiedui stands on"
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	@if test -e $(STAMPS)/dev; then $(SYNC) requirements/base.txt requirements/dev.txt; \
	else $(SYNC) requirements/base.txt; fi
	@$(BIN)/python tools/bootstrap.py --link
	@mkdir -p $(STAMPS) && touch $@

# A compiled function keeps what it calls as it was: where one file changes, all are compiled anew.
$(STAMPS)/engine: $(STAMPS)/base $(wildcard src/jiedui/engines/matching/*.py)
	@echo "Compiling the pairing engine"
	@rm -f src/jiedui/engines/matching/__pycache__/*.nbc src/jiedui/engines/matching/__pycache__/*.nbi
	@$(BIN)/python -m jiedui.engines.matching
	@touch $@

$(STAMPS)/dev: $(STAMPS)/base requirements/dev.txt
	@echo "Installing what the tests need"
	@$(SYNC) requirements/base.txt requirements/dev.txt
	@$(BIN)/python tools/bootstrap.py --link
	@touch $@
