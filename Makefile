# Every target makes what it needs: a virtual environment in the checkout, from Python 3.11 or newer alone.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
BASE := .venv-base
RULES ?= 1000000

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-base test-long check format bench messages openapi docs clean

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 14

demo: $(VENV)/.ready  ## declare, prove, publish, sync and crawl a small site on this machine
	$(BIN)/python -m demo

serve: $(VENV)/.ready  ## start a registry on http://127.0.0.1:8080 that prints its sign-in links
	$(BIN)/optout-registry serve --dev

test: $(VENV)/.ready check test-base  ## checks and tests, under five minutes on two cores
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

test-base: $(BASE)/.ready  ## the filter's tests with nothing installed but what the filter needs
	$(BASE)/bin/python -m pytest -q tests/crawler_filter -n 2 --dist loadfile

test-long: $(VENV)/.ready  ## the long rounds: crashes, fuzzing, every generated request
	$(BIN)/python -m pytest -q -m slow

check: $(VENV)/.ready  ## style, types and who may import whom
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg

format: $(VENV)/.ready  ## put the code in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.bench  ## speed and size beside peers; RULES=10000000 for ten million rules
	$(BIN)/python -m benchmarks --rules $(RULES)

messages: $(VENV)/.ready  ## collect the sentences of the pages for translators, and list what has no translation
	$(BIN)/python -m registry.web.messages

openapi: $(VENV)/.ready  ## write docs/reference/openapi.json anew
	$(BIN)/optout-registry openapi > docs/reference/openapi.json

docs: $(VENV)/.ready  ## write the generated blocks of the manuals anew
	$(BIN)/python -m tools.docs

clean:  ## remove what the targets made
	rm -rf $(VENV) $(BASE) build *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

$(VENV)/.ready: setup.cfg pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check -e '.[registry,scrapy,arrow,media,video,iscc,pdf,names,codings,c2pa,test]'
	@touch $@

$(BASE)/.ready: setup.cfg pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }
	$(PYTHON) -m venv $(BASE)
	$(BASE)/bin/python -m pip install -q --disable-pip-version-check -e . pytest pytest-xdist hypothesis
	@touch $@

$(VENV)/.bench: $(VENV)/.ready
	-$(BIN)/python -m pip install -q --disable-pip-version-check -r benchmarks/requirements.txt
	@touch $@
