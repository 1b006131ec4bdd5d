.DEFAULT_GOAL := help
PYTHON ?= python3.11
BIN := .venv/bin
export OMP_NUM_THREADS ?= 2
# Tests run side by side: threads that wait for each other on busy cores take ten times as long.
test: export OMP_NUM_THREADS = 1
test: export OMP_WAIT_POLICY = PASSIVE
export BENTOML_DO_NOT_TRACK = True

.PHONY: help setup demo serve test screenshots check format docs study-figures \
	study-recovery study-coverage study-null study-worlds study-ablation study-roster-peers study-roster-scale \
	study-optimize study-measure study-design study-backtest study-feature-scale study-service-load study-page-speed peers study-public-benchmarks study-learner-speed lock lock-peers clean

help:  ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 26

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

screenshots: setup  ## pictures of the planner page for docs/, on the demo's home
	$(BIN)/python -m tests.browser.screenshots

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

study-figures: setup  ## seconds and memory of demo, training and prediction
	$(BIN)/python -m experiments.studies.figures --write

study-recovery: setup  ## accuracy by number of campaigns, beside what could be known
	$(BIN)/python -m experiments.studies.recovery --write

study-coverage: setup  ## do intervals hold the truth, in twenty worlds
	$(BIN)/python -m experiments.studies.coverage --write

study-worlds: setup  ## what is made of worlds with a catch, and what is noticed
	$(BIN)/python -m experiments.studies.worlds --write

study-null: setup  ## what is found where there is nothing to find, in fifty worlds
	$(BIN)/python -m experiments.studies.null --write

study-ablation: setup  ## what each part of roster boosting adds
	$(BIN)/python -m experiments.studies.ablation --write

study-roster-peers: setup peers  ## roster boosting beside other learners on roster averages
	$(BIN)/python -m experiments.studies.roster_peers --write

study-roster-scale: setup  ## seconds and memory of fits on 5,000 campaigns
	$(BIN)/python -m experiments.studies.roster_scale --write

study-optimize: setup  ## true lift of optimised rosters and of rules of thumb
	$(BIN)/python -m experiments.studies.optimize --write

study-measure: setup  ## measured lifts against published and true ones
	$(BIN)/python -m experiments.studies.measure --write

study-design: setup  ## predicted power of holdout tests beside that of tests played out
	$(BIN)/python -m experiments.studies.design --write

study-backtest: setup  ## what a user would have got, quarter by quarter
	$(BIN)/python -m experiments.studies.backtest --write

study-feature-scale: setup  ## features, reach and catalog on large data
	$(BIN)/python -m experiments.studies.feature_scale --write

study-service-load: setup peers  ## latency, throughput, swaps, any input, killed workers
	$(BIN)/python -m experiments.studies.service_load --write

study-page-speed: setup  ## first view, comparison and search of the planner page, in a browser
	$(BIN)/python -m experiments.studies.page_speed --write

peers: .venv-peers/ready  ## the libraries ours are measured against, 2 GB apart from our own

.venv-peers/ready: experiments/studies/peers/requirements.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement $<
	touch $@

study-public-benchmarks: setup peers  ## our learners and metrics beside the peers' on public data
	$(BIN)/python -m experiments.studies.public_benchmarks --write

study-learner-speed: setup peers  ## seconds and memory of R and DR, beside LightGBM alone and the peers
	$(BIN)/python -m experiments.studies.learner_speed --write

lock: setup  ## resolve the dependencies anew
	$(BIN)/uv pip compile pyproject.toml --extra dev --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --upgrade --quiet --output-file requirements.lock
	$(BIN)/uv pip compile pyproject.toml --extra postgres --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --constraint requirements.lock --quiet \
		--output-file requirements.serving.lock

lock-peers: setup  ## resolve the peers' dependencies anew
	$(BIN)/uv pip compile experiments/studies/peers/requirements.in --python-version 3.11 --generate-hashes \
		--no-header --no-emit-index-url --upgrade --quiet --output-file experiments/studies/peers/requirements.txt

clean:  ## remove the environments and the demo's home
	rm -rf .venv .venv-peers .rosterlift
