# make m1: set everything up and grade your exercises. make test: the tests. Nothing but Python 3.11+ is needed.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SIDE_BY_SIDE := -n auto --dist worksteal
USERS_SHELL := $(shell echo $$SHELL)

.PHONY: setup test test-fast lint docs bench gpu clean m0 m1 m2 m3 m4 m5 m6

m0 m1 m2 m3 m4 m5 m6: $(READY)
	@$(BIN)/dlf-grade $@ || [ $$? -eq 1 ]   # 1 means work left, which is no failure of make
	@command -v dlf-grade > /dev/null || echo "put dlf-grade on your path: source $(BIN)/activate$(if $(findstring fish,$(USERS_SHELL)),.fish)"

setup: $(READY)

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; name one with: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "setting up .venv (PyTorch is large: a minute or two, once)"
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python -r requirements.txt -e .
	@touch $@

test: $(READY)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) tests/unit tests/contract
	$(BIN)/python -m pytest tests/e2e
	$(BIN)/python -m pytest tests/attacks
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) tests/mutants
	$(BIN)/python -m pytest tests/corpus

test-fast: $(READY)
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) tests/unit tests/contract

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/dlf-grade dev sync --check
	$(BIN)/dlf-grade dev notebooks --check
	$(BIN)/dlf-grade dev docs --check
	$(BIN)/dlf-grade dev lint --no-mutants

docs: $(READY)
	$(BIN)/sphinx-build --quiet --fail-on-warning --keep-going -c docs -d build/doctrees . build/docs
	@echo "open build/docs/index.html"

bench: $(READY)
	$(BIN)/python -m benchmarks

DEVICE ?= cuda
SCALE ?= 1
gpu: $(READY)  # what only a card can show; SCALE=0.01 DEVICE=cpu tries the program itself
	$(BIN)/python -m benchmarks.gpu --device $(DEVICE) --scale $(SCALE)

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache build dist
