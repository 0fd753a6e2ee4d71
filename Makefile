# The commands of this project; each makes its own environment (.venv) and is quick the second time.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

# An environment whose interpreter is gone (upgraded, or copied from elsewhere) is made anew.
ifeq ($(shell $(BIN)/python -c 'import pip' 2>/dev/null && echo usable),)
$(shell rm -f $(STAMP))
endif

.DEFAULT_GOAL := help
.PHONY: help demo test run bench lint packages

help:
	@echo "make demo    see the whole way once: sample sites to mailbox and team chat"
	@echo "make test    every check"
	@echo "make run     the service on the configured sources"
	@echo "make bench   measurements on this machine"

$(STAMP): pyproject.toml constraints.txt
	@.ci/make-venv "$(PYTHON)" "$(VENV)"
	@echo "Installing Yaoxun and its libraries into $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore \
		-c constraints.txt -e '.[dev]'
	@touch $@

demo: $(STAMP)
	@$(BIN)/yaoxun demo

run: $(STAMP)
	@$(BIN)/yaoxun serve

bench: $(STAMP)
	@$(BIN)/python -m tests.bench
	@$(BIN)/python -m tests.bench.rules

packages:
	@.ci/system-packages chromium fonts-noto-cjk antiword

lint: $(STAMP)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: $(STAMP) packages lint
	$(BIN)/python -m pytest -n 2 --dist loadgroup
