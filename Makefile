# The same recipes for people and for .ci/run. Override PYTHON to use another environment.
PYTHON ?= .venv/bin/python
BIN := $(dir $(PYTHON))

.PHONY: check test bench docs

check:
	$(BIN)ruff check .
	$(BIN)ruff format --check .
	$(PYTHON) -m mypy
	$(BIN)lint-imports

test:
	$(PYTHON) -m pytest

bench:
	@for script in benchmarks/*.py; do echo "== $$script" && $(PYTHON) "$$script" || exit 1; done

docs:
	$(PYTHON) -m pytest tests/docs
