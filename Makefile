# `make` alone lists what can be done. The work itself is in tools/, one small script a deed.

.DEFAULT_GOAL := help
.PHONY: help demo test check fix bench screenshots docs lock audit setup
BIN := .venv/bin

help: ## list what can be done (this text)
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-18s %s\n", $$1, $$2 }'

demo: ## install what is needed and open the demo (Ctrl-C ends it)
	@sh tools/setup.sh runtime
	@exec $(BIN)/chancela demo $(ARGS)

test: ## check everything: style, types, architecture, all tests (what must pass before a change lands)
	@sh tools/setup.sh dev browser
	@sh tools/test.sh all

check: ## the quick part of `make test`: style, types, architecture, core and house tests
	@sh tools/setup.sh dev
	@sh tools/test.sh quick

fix: ## put the code into the house's format and mend what can be mended by itself
	@sh tools/setup.sh dev
	@$(BIN)/ruff check --fix --quiet . || true
	@$(BIN)/ruff format .

bench: ## measure how many cycles a second this machine does and write bench/results.json
	@sh tools/setup.sh dev
	@exec $(BIN)/python -m bench $(ARGS)

screenshots: ## draw docs/screenshots/*.png anew in a real browser
	@sh tools/setup.sh dev
	@CHANCELA_CHROMIUM="$$(sh tools/chromium.sh)" && export CHANCELA_CHROMIUM && exec $(BIN)/python tools/screenshots.py $(ARGS)

docs: ## write the parts of docs/ that are drawn from the code
	@sh tools/setup.sh dev
	@exec $(BIN)/python tools/docs.py

lock: ## renew requirements.lock and requirements-dev.lock from pyproject.toml, and Lighthouse's lock
	@sh tools/setup.sh dev
	@PATH="$(CURDIR)/$(BIN):$$PATH" python tools/lock.py $(ARGS)
	@exec $(BIN)/python tools/lighthouse.py lock

audit: ## ask the public advisories about the locked versions (needs the network)
	@sh tools/setup.sh dev
	@exec $(BIN)/pip-audit --require-hashes --disable-pip --progress-spinner off -r requirements-dev.lock

setup: ## install everything for work on Chancela into .venv and do nothing else
	@sh tools/setup.sh dev
