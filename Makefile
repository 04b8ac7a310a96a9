# Two commands: `make demo` (a fee paid on both channels, offline) and `make test` (what CI runs).
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := -m pip install --quiet --disable-pip-version-check --require-hashes

OFFICIAL := .venv-alipay-official

.PHONY: setup demo test check bench reference lock test-official-sdk test-node-sdks clean

setup: $(VENV)/.ready

$(VENV)/.ready: requirements/runtime.lock requirements/dev.lock
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed: make PYTHON=python3.12 …") if sys.version_info < (3, 11) else None'
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python $(PIP) -r requirements/runtime.lock -r requirements/dev.lock
	@touch $@

demo: setup
	$(BIN)/python -m channel_gateway demo

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# What measures time or kills processes runs by itself, after the rest.
test: check
	requirements/system
	$(BIN)/python -m pytest -n auto --dist worksteal --ignore tests/processes --ignore tests/benchmarks
	$(BIN)/python -m pytest tests/processes tests/benchmarks

# The official Alipay SDK (506 MB installed) in an environment of its own: it and python-alipay-sdk
# bring the same package.
test-official-sdk: setup $(OFFICIAL)/.ready
	$(OFFICIAL)/bin/python -m pytest -c tests/sdk/alipay_official/pytest.ini tests/sdk/alipay_official

$(OFFICIAL)/.ready: tests/sdk/alipay_official/requirements.lock
	test -x $(OFFICIAL)/bin/python || $(PYTHON) -m venv $(OFFICIAL)
	$(OFFICIAL)/bin/python $(PIP) -r $<
	@touch $@

test-node-sdks: setup
	tests/sdk/node/run

bench: setup
	-$(BIN)/python -m tests.benchmarks

reference: setup
	$(BIN)/python -m channel_gateway reference docs/reference

lock:
	requirements/lock
	tests/sdk/alipay_official/lock

clean:
	rm -rf $(VENV) .venv-* var
