.DEFAULT_GOAL := help
PYTHON ?= python3.11
BIN := .venv/bin
# One thread a library: fits and tests run side by side instead.
export OMP_NUM_THREADS ?= 2
export BENTOML_DO_NOT_TRACK = True

.PHONY: help setup demo serve test check format docs study-main-job study-figures lock clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

setup: .venv/ready  ## make the environment from the lock

# Everything comes from the lock, with hashes; the project itself is linked in.
.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

demo: setup  ## simulate a small world, train, compare three rosters
	$(BIN)/rosterlift demo

serve: setup  ## the service and the planner page on the demo's home
	$(BIN)/rosterlift serve

test: setup  ## all tests
	$(BIN)/python -m pytest --numprocesses 2 --dist loadscope

check: setup  ## format, lint, types, import arrows
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup  ## format and sort imports
	$(BIN)/ruff check --fix --select I .
	$(BIN)/ruff format .

docs: setup  ## write the reference pages of docs/ from the code
	$(BIN)/python -m rosterlift.reference

study-main-job: setup  ## predicted against true lift in worlds of known truth
	$(BIN)/python -m experiments.studies.main_job --write

study-figures: setup  ## seconds and memory of demo, training and prediction
	$(BIN)/python -m experiments.studies.figures --write

lock: setup  ## resolve the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --upgrade --quiet --output-file requirements.lock

clean:  ## remove the environment and the demo's home
	rm -rf .venv .rosterlift
