# Nothing is assumed but make and Python 3.11 or newer; everything lives in .venv.
# TOOLKIT_NO_UV=1 keeps to pip. PYTHON=/path/to/python3 chooses the interpreter.
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo test matrix lint bench torture docs lock clean
MAKEFLAGS += --no-print-directory
IN := .venv/bin
# Whatever environment the caller has active must not leak in.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
# Told to keep no compiled code, every program that a test or a run starts would compile it anew.
unexport PYTHONDONTWRITEBYTECODE

help:  ## Say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1\t/' | expand -t 14

demo:  ## Run the whole job on the fictional sample study and say where to look
	@.ci/environment runtime
	@$(IN)/toolkit demo

test: lint  ## Set up what the tests need, check style, types and import order, run every test
	@TOOLKIT_BROWSER="$$(.ci/browser)" && TMPDIR="$$(.ci/scratch)" || exit 1; \
	    export TOOLKIT_BROWSER TMPDIR; trap 'rm -rf "$$TMPDIR"' EXIT; trap 'exit 130' INT TERM; \
	    $(IN)/pytest -q -n 3 --dist worksteal --basetemp="$$TMPDIR/p" $(ARGS)
	@echo "make test: style, types, import order and all tests are good."

matrix:  ## Test the engines on the oldest and the newest packages that pyproject.toml allows
	@.ci/environment test
	@$(IN)/python -m tests.publish.engine.matrix

lint:  ## Check style, types and import order only
	@.ci/environment test
	@$(IN)/ruff check --quiet .
	@$(IN)/ruff format --check --quiet . || { echo "Run: .venv/bin/ruff format ." >&2; exit 1; }
	@$(IN)/mypy --no-error-summary
	@$(IN)/lint-imports --no-logo > .venv/lint-imports.log 2>&1 || { cat .venv/lint-imports.log >&2; exit 1; }

bench:  ## Compare speed with others and print ratios (not a test; use a quiet machine)
	@.ci/environment test
	@TOOLKIT_BROWSER="$$(.ci/browser)" || exit 1; export TOOLKIT_BROWSER; \
	    $(IN)/python tests/benchmarks/report.py

torture:  ## Try for an hour or two to make store and calls lose something (ARGS: the store's alone)
	@.ci/environment test
	@$(IN)/python -m tests.store.faults.torture $(ARGS)
	@TAMPERING=all $(IN)/pytest -q -p no:cacheprovider tests/store/tampering
	@test -n "$(ARGS)" || $(IN)/python -m tests.guide.topic.brute_force
	@test -n "$(ARGS)" || { TOOLKIT_BROWSER="$$(.ci/browser)" && export TOOLKIT_BROWSER && \
	    $(IN)/python -m tests.browser.torture; }

lock:  ## Pin the dependencies anew after a change in pyproject.toml (UPGRADE=1: the newest)
	@.ci/environment test
	@.ci/lock

docs:  ## Write the pages that come out of the code and build the documentation site, offline
	@.ci/environment test
	@$(IN)/python docs/generate.py
	@$(IN)/sphinx-build --quiet --fail-on-warning --keep-going docs docs/_build
	@echo "Open this page in a browser: docs/_build/index.html"

clean:  ## Remove .venv, caches and builds; outputs and studies stay
	@rm -rf .venv build dist docs/_build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	@find toolkit tests -name __pycache__ -type d -prune -exec rm -rf {} +
