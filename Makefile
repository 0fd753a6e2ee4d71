# The commands of this project; each makes its own environment (.venv) and is quick the second time.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.DEFAULT_GOAL := help
.PHONY: help demo test run bench

help:
	@echo "make demo   see the whole way once: sample sites to mailbox and team chat"
	@echo "make test   every check"
	@echo "make run    the service on the configured sources"
	@echo "make bench  measurements"

$(STAMP): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Yaoxun needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "The module venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)
	@$(BIN)/yaoxun demo

run: $(STAMP)
	@$(BIN)/yaoxun serve
