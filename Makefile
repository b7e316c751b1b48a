# Everything that is done with this repository, in one word each.

PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: help setup run test check fix bench simulate mutants torture

help: ## say what can be done
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' Makefile

setup: ## install what is needed into .venv and web/node_modules, and build the client
	@$(PYTHON) scripts/setup.py

run: setup ## start Tallybook on this machine, with an example to look at
	@.venv/bin/tallybook migrate
	@.venv/bin/tallybook demo
	@.venv/bin/tallybook serve

test: ## check everything and run every test
	@$(PYTHON) scripts/setup.py --tests
	@$(PYTHON) -m scripts.run_tests

check: ## read the code, run none of it: style, types, layers
	@$(PYTHON) scripts/setup.py --tests
	@$(PYTHON) -m scripts.run_tests check

fix: ## put right what a machine can put right
	@$(PYTHON) scripts/setup.py --tests
	@$(PYTHON) -m scripts.run_tests fix

bench: setup ## measure, on this machine
	@.venv/bin/python -m bench

SECONDS ?= 60
SEED ?= 1

simulate: ## new seeds of the simulation from SEED on, for so many SECONDS
	@$(PYTHON) scripts/setup.py --tests
	@.venv/bin/python -m scripts.simulate --seconds $(SECONDS) --seed $(SEED)

mutants: ## remove each line that keeps a law, and see the simulation fail
	@$(PYTHON) scripts/setup.py --tests
	@.venv/bin/python -m scripts.mutants

torture: ## kill servers, databases and browsers again and again, for long
	@$(PYTHON) scripts/setup.py --tests
	@$(PYTHON) -m scripts.run_tests torture
