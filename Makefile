# Two commands set everything up on a machine with Python 3.11 or later: `make demo` and `make test`.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin

.PHONY: demo test soak lint format bench build clean

demo: $(VENV)/.installed
	$(BIN)/rabis-sync demo --keep demo-library

test: $(VENV)/.installed  # OPTIONS=--cov shows what the tests reach, in two thirds more time
	$(BIN)/python -m pytest --numprocesses auto --dist loadscope $(OPTIONS)

soak: $(VENV)/.installed
	$(BIN)/python -m pytest -m soak

lint: $(VENV)/.installed
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

bench: $(VENV)/.installed  # SOURCE=file.mrc measures on a catalogue of yours
	$(BIN)/python bench/codec.py $(SOURCE)
	$(BIN)/python bench/store.py
	$(BIN)/python -m bench.reconcile
	$(BIN)/python -m bench.corrections --seed 7331
	$(BIN)/python -m bench.dedup --peers recordmanager
	$(BIN)/python bench/publish.py

build: $(VENV)/.installed
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir dist .

$(VENV)/.installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "rabis-sync needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[test,lint]'
	touch $@

clean:
	rm -rf $(VENV) demo-library dist .mypy_cache .pytest_cache .ruff_cache .coverage
