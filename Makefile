.DEFAULT_GOAL := help
PYTHON ?= python3
BIN := .venv/bin
INI ?= development.ini
DATABASE := var/tracker.sqlite

help: ## show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

# The two sets of pinned packages. Each mark is newer than its list once the list is installed.
.venv/.run: requirements/run.txt setup.cfg
	@test -x $(BIN)/python || requirements/make-venv $(PYTHON)
	@echo "Installing the packages that the service needs (a few minutes, once)..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

.venv/.test: .venv/.run requirements/test.txt
	@echo "Installing the packages that the tests need..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/test.txt
	@touch $@

setup: .venv/.test ## make .venv and install everything into it

run: .venv/.run ## serve on http://localhost:6543; the first time, build the demo trust
	@mkdir -p var
	@$(BIN)/tracker start --config $(INI)

test: .venv/.test ## install and start what the tests need, run them all; one file: make test T=tests/unit/metrics
	@tests/run $(T)

test-ad: .venv/.test ## the same for Active Directory: runs a Samba domain controller; needs root
	@tests/run-ad

lint: .venv/.test ## say what is wrong with the style, the types and the layers
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

fix: .venv/.test ## put right what can be put right by machine
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

check: lint test ## all that CI asks; run before you push

bench: .venv/.test ## measure speed and memory; prints ratios against something in the same run
	@$(BIN)/python -m benchmarks

simulate: .venv/.test ## how often the report's sentences are wrong, and how often they find what is there
	@$(BIN)/python -m benchmarks.simulate
	@$(BIN)/python -m benchmarks.simulate_comparisons
	@$(BIN)/python -m benchmarks.simulate_demo

demo: .venv/.run ## write the demo trust's files to var/demo and load them
	@mkdir -p var
	@$(BIN)/tracker migrate --config $(INI)
	@$(BIN)/tracker demo --config $(INI) --out var/demo

migrate: .venv/.run ## bring the database up to date
	@mkdir -p var
	@$(BIN)/tracker migrate --config $(INI)

migration: .venv/.test ## write a new migration from the models: make migration M="what it does"
	@$(BIN)/alembic -c $(INI) revision --autogenerate -m "$(M)"

PIN := $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --annotation-style line

pins: .venv/.test ## write requirements/*.txt anew from setup.cfg
	@$(PIN) -o requirements/run.txt setup.cfg
	@$(PIN) --extra dev -c requirements/run.txt -o requirements/test.txt setup.cfg

.PHONY: help setup run test test-ad lint fix check bench simulate demo migrate migration pins
