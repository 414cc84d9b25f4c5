# The commands of everyday work. Needs Python 3.11 or newer and make; everything else comes by itself.
#
#   make run    try it out: starts everything in the foreground (see README.md)
#   make demo   one scripted call from ring to recap
#   make test   the whole test suite       make lint   style and types
#   make bench  what things cost, beside yardsticks (ARGS=quick: shorter)
#   make drill  outages and kills under load: nothing may be lost (ARGS=short: shorter)
#   make simulate  a whole shift of 5,000 callers: all figures must agree (ARGS=...: another one)
#   make lock   pin the requirements (newer ones: make lock ARGS=--upgrade)

.DEFAULT_GOAL := run
.DELETE_ON_ERROR:
.PHONY: run demo test bench drill simulate lint lock clean

VENV := .venv
BIN := $(VENV)/bin
WORKERS ?= 2
PYTEST_ARGS ?=

# The newest Python that is there, and new enough.
PYTHON ?= $(shell for python in python3.13 python3.12 python3.11 python3.14 python3 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)

PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
LOCK := CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras \
	--no-emit-find-links --no-emit-index-url --no-emit-trusted-host

run: $(VENV)/.installed
	@exec $(BIN)/python -m callcenter run

demo: $(VENV)/.installed
	@exec $(BIN)/python -m callcenter demo

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) $(PYTEST_ARGS)

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.bench $(ARGS)

drill: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.drill $(ARGS)

simulate: $(VENV)/.installed
	@exec $(BIN)/python -m callcenter simulate $(or $(ARGS),--agents 30 --callers 5000 --seed 7)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: $(VENV)/.installed-dev
	$(LOCK) $(ARGS) --output-file=requirements.txt requirements.in
	$(LOCK) $(ARGS) --output-file=requirements-dev.txt requirements-dev.in

clean:
	rm -rf $(VENV)

$(VENV)/.python:
	@if [ -z "$(PYTHON)" ]; then \
		echo "Python 3.11 or newer is needed and was not found. Install it, or name one:" \
			"make PYTHON=/path/to/python3.11" >&2; exit 1; fi
	@"$(PYTHON)" -c 'import ensurepip, venv' 2>/dev/null || { \
		echo "$(PYTHON) comes without venv. On Debian: apt install python3-venv" >&2; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV) ..."; "$(PYTHON)" -m venv $(VENV); }
	@touch $@

$(VENV)/.installed: requirements.txt | $(VENV)/.python
	@echo "Installing requirements.txt ..."
	@$(PIP) install --require-hashes -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@echo "Installing requirements-dev.txt ..."
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@
