# Two commands matter: `make run` (everything on this machine, then the address) and `make test` (every check).
# The steps themselves are in scripts/, where they can say what went wrong and what to do about it.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help setup run test simulate check bench docs

export FARTHING_HOME ?= $(CURDIR)/.farthing

help:
	@echo "make run      set up, start Farthing with the demo household, print the address (Ctrl-C stops it)"
	@echo "make test     set up, then lint, types, import contract, tests and browser tests"
	@echo "make simulate 200 simulated lives of a household, or those of FARTHING_TEST_SEEDS=1:5001, and the planted bugs"
	@echo "make setup    only prepare .venv and the front end"
	@echo "make check    lint, types and import contract alone (seconds)"
	@echo "make docs     write the lists of settings, commands and routes anew"
	@echo "make bench    every benchmark, one JSON object a line; the last one, pages, drives Chromium"

setup:
	@scripts/setup

run: setup
	@exec .venv/bin/farthing up --demo

test: setup
	@scripts/test

simulate: setup
	@FARTHING_TEST_SEEDS=$${FARTHING_TEST_SEEDS:-1:201} .venv/bin/python -m pytest -q -n logical --maxprocesses 4 --dist load \
	  tests/simulation

check: setup
	@scripts/check

docs: setup
	@.venv/bin/python scripts/write_docs.py
	@.venv/bin/python scripts/write_files_table.py
	@PYTHONPATH=tests .venv/bin/python -m simulation.seen_at

bench: setup
	@kept=$$(mktemp -d) && trap 'rm -rf "$$kept"' EXIT && \
	for work in ingest sync categorize match size live "read --wide --keep $$kept" "pages --keep $$kept"; do \
	  .venv/bin/farthing bench $$work --json || exit 1; \
	done
