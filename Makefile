# `make help` lists the targets. Each one makes ready by itself what it needs.
SHELL := /bin/sh
PYTHON_VENV := .venv/bin/python
# One more than the two cores aimed at: a third of the time is waiting for servers and programs.
TEST_WORKERS ?= 3
UV_VERSION := 0.13.9

.DEFAULT_GOAL := help
.PHONY: help setup run test lint bench bench-quick screenshots lock prove-fresh clean

help:  ## this list
	@grep -E '^[a-z-]+:.*  ## ' $(MAKEFILE_LIST) | sed -e 's/:.*  ## /\t/' | expand -t 16

setup:  ## everything that running, testing and checking needs
	@sh installer/setup.sh test

run:  ## the program with a demo hospital
	@sh installer/setup.sh run
	@$(PYTHON_VENV) -m hms_desktop --demo

test:  ## all tests, on SQLite and on a throw-away Postgres
	@sh installer/setup.sh test
	@QT_QPA_PLATFORM=offscreen $(PYTHON_VENV) -m pytest -q -n $(TEST_WORKERS)

lint:  ## style, formatting, types, import floors
	@sh installer/setup.sh lint
	@$(PYTHON_VENV) -m ruff check .
	@$(PYTHON_VENV) -m ruff format --check .
	@$(PYTHON_VENV) -m mypy
	@.venv/bin/lint-imports --cache-dir .import_linter_cache

bench:  ## all benchmarks, full size
	@sh installer/setup.sh test
	@QT_QPA_PLATFORM=offscreen $(PYTHON_VENV) -m benchmarks

bench-quick:  ## all benchmarks at a tenth of the size
	@sh installer/setup.sh test
	@QT_QPA_PLATFORM=offscreen $(PYTHON_VENV) -m benchmarks --quick

screenshots:  ## the pictures of docs/, made anew
	@sh installer/setup.sh test
	@$(PYTHON_VENV) docs/make_screenshots.py
	@$(PYTHON_VENV) docs/make_real_screenshots.py

lock:  ## requirements*.txt anew from pyproject.toml (add ARGS=--upgrade for newer ones)
	@sh installer/setup.sh lint
	@$(PYTHON_VENV) -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@sh installer/lock.sh $(ARGS)

prove-fresh:  ## the whole set-up in an empty Debian 12 (needs root and debootstrap)
	@sh installer/prove-fresh.sh

clean:  ## whatever can be made again, the virtual environment too
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov .coverage .coverage.*
	find hms_desktop tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true
