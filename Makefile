# Everything that is done with this project: `make run`, `make test`, `make check`, …
# Needs Python 3.11 or newer with its venv module, and make. See `make help`.

VENV  := .venv
BIN   := $(VENV)/bin
READY := $(VENV)/.ready
PO    := olvery_tui/locale/ru/LC_MESSAGES/olvery_tui.po
MO    := $(PO:.po=.mo)

# Whichever is 3.11 or newer; `make PYTHON=…` to choose another.
NEW_ENOUGH := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3.11 python3; do \
	if $$python -c '$(NEW_ENOUGH)' 2>/dev/null; then echo $$python; break; fi; done)

# Five workers and hundreds of processes under test would each compile the sources anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run needed test monkey check format locale snapshots hangups lock bench crowd pictures build clean distclean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

setup: $(READY)  ## make or mend .venv; the others do this when it is needed

$(READY): requirements.lock pyproject.toml hatch_build.py
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer with its venv module is needed:\
	 install it (Debian: apt-get install python3-venv) or say where it is, make PYTHON=…" >&2; exit 2; }
	@echo "Setting up $(VENV) (about a minute the first time) …"
	@$(BIN)/python -c 'import pip' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --quiet --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(MO): $(PO) | $(READY)
	@$(BIN)/python tools/catalogue.py compile
	@touch $@

locale: $(MO)  ## compile the Russian texts

run: $(READY) $(MO)  ## open the application on its demonstration data
	@$(BIN)/olvery-tui --demo

needed:
	@.ci/packages

test: $(READY) $(MO) needed  ## all tests; `make test ARGS="-k visitor"` for some of them
	$(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)

monkey: $(READY) $(MO) needed  ## 200,000 random keys on each engine (hours); `MONKEY_KEYS`, `MONKEY_SEED`
	TERMINALS_SECONDS=$${TERMINALS_SECONDS:-300} \
		$(BIN)/python -m pytest -s tests/e2e/test_six_terminals.py $(ARGS)
	MONKEY_KEYS=$${MONKEY_KEYS:-200000} $(BIN)/python -m pytest -n 2 -s tests/screens/test_monkey.py $(ARGS)

check: $(READY) $(MO)  ## style, types, walls between the layers, the catalogue
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/python tools/catalogue.py check

format: $(READY)  ## lay the code out
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

snapshots: $(READY) $(MO)  ## accept how the screens look now; look at each change before committing
	$(BIN)/python -m pytest -n auto --dist worksteal --snapshot-update $(ARGS)

hangups: $(READY) $(MO)  ## end terminals in a flood of keys, fifty times in each way on each engine
	HANGUP_ROUNDS=100 $(BIN)/python -m pytest -n 4 --dist worksteal tests/e2e/test_hangup.py $(ARGS)

lock: $(READY)  ## resolve requirements.lock anew; `make lock ARGS=--upgrade` for newer versions
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
		--generate-hashes --no-annotate --no-header --no-emit-package olvery-tui --quiet \
		--output-file requirements.lock $(ARGS) >/dev/null

bench: $(READY) $(MO)  ## measure what docs promise, with a million tickets; about twelve minutes
	@test -x $(BIN)/vd || $(BIN)/python -m pip install --quiet 'visidata>=3.3,<4'  # a peer
	$(BIN)/python -m bench $(ARGS)

crowd: $(READY) $(MO)  ## the same on PostgreSQL, with fifty terminals at once; as long again
	$(BIN)/python -m bench.postgresql $(ARGS)

pictures: $(READY) $(MO)  ## draw the screens of the documentation
	$(BIN)/python -m tools.pictures $(ARGS)

build: $(READY)  ## sdist and wheel into dist/
	rm -rf dist
	$(BIN)/python -m build --no-isolation

clean:  ## remove what was made, but not .venv
	rm -rf dist build snapshot_report.html .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	rm -f $(MO)
	find . -name __pycache__ -not -path './$(VENV)/*' -prune -exec rm -rf {} +

distclean: clean  ## and .venv
	rm -rf $(VENV)
