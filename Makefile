# Every target makes what it needs: a virtual environment in the checkout, from Python 3.11 or newer alone.
# .venv is for developers; .venv-run has what a registry and a crawler need, and no more; .venv-base has the filter.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
BASE := .venv-base
FLOORS := .venv-floors
RUN := $(if $(wildcard $(VENV)/.ready),$(VENV),.venv-run)
TESTS := $(BIN)/python -m pytest -q -n 3 --dist loadfile --ignore tests/test_architecture.py
INSTALL := -m pip install -q --disable-pip-version-check
# One setuptools builds both distributions; by default pip would fetch one for each.
BUILDER := --no-compile 'setuptools>=77'
LEAN := --no-compile --no-build-isolation
# An environment keeps the Python it was made with: another one first on the PATH would mix its library into it.
venv = $(1)/bin/python -c 'import pip, ssl' 2>/dev/null || $(PYTHON) -m venv --clear $(2) $(1)
EXTRAS := aiohttp,arrow,c2pa,codings,compare,content,crawlee,dask,datasets,datatrove,duckdb,embed,evidence,httpx,names,pandas,playwright,polars,scrapy,warc,webdataset
# Java, a cluster and half of the bytes: only the tests of the engines need them.
ENGINES := ray,spark
SETTINGS := setup.cfg pyproject.toml packaging/registry/pyproject.toml
RULES ?= 1000000
PYTHONS ?= $(PYTHON)
COMMIT ?= HEAD

# The tests are compiled once for all runs, wherever bytecode may be written.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo serve test test-ci test-base test-floors test-extras test-long costs check format bench messages openapi docs site same-bytes clean python

help:  ## show this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## */\t/' | expand -t 14

demo: $(RUN)/.demo  ## declare, prove, publish, sync and crawl a small site on this machine
	$(RUN)/bin/python -m demo

serve: $(RUN)/.ready  ## start a registry on http://127.0.0.1:8080 that prints its sign-in links
	$(RUN)/bin/optout-registry serve --dev

test: $(VENV)/.ready check  ## checks, and the tests of every change; under four minutes on two quiet cores
	$(TESTS) -m "not (slow or whole or browser or system)"

test-ci: $(VENV)/.engines check test-base  ## what .ci/run runs: whole programs, the tours of the pages in a browser and the engines too
	$(TESTS) -m "not slow or browser or system"
	$(BIN)/python -m pytest -q -m slow tests/crawler_filter/integrations/test_matrix.py -k engine

test-base: $(BASE)/.ready  ## the filter's tests with nothing installed but what the filter needs; properties aside
	$(BASE)/bin/python -m pytest -q tests/crawler_filter -n 2 --dist loadfile -m "not slow and not hypothesis"

test-floors: $(FLOORS)/.ready  ## the filter's tests with the oldest dependencies that it says it works with
	$(FLOORS)/bin/python -m pytest -q tests/crawler_filter -n 2 --dist loadfile

test-extras: $(VENV)/.ready  ## install and use each extra alone, oldest and newest; PYTHONS="python3.11 python3.12 python3.13"
	$(BIN)/python -m tests.extras $(PYTHONS)

test-long: $(VENV)/.fuzz  ## the long rounds: whole programs, crashes, fuzzing, every generated request, a thousand examples of each property
	$(BIN)/python -m pytest -q -m "slow or whole or hypothesis" --hypothesis-profile=long

costs: $(VENV)/.ready  ## measure what hostile requests cost, and write docs/reference/cost-of-requests.md
	$(BIN)/python -m tests.attacks.costs

check: $(VENV)/.ready  ## style, types, who may import whom, and the shape of the house
	$(BIN)/ruff format --check -q .
	$(BIN)/ruff check -q .
	$(BIN)/mypy
	$(BIN)/lint-imports --config setup.cfg
	$(BIN)/python -m pytest -q tests/test_architecture.py

format: $(VENV)/.ready  ## put the code in the house style
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.bench  ## speed and size beside peers; RULES=10000000 for ten million rules
	$(BIN)/python -m benchmarks --rules $(RULES)

messages: $(VENV)/.ready  ## collect the sentences of the pages for translators, and list what has no translation
	$(BIN)/python -m tools.messages

openapi: $(VENV)/.ready  ## write docs/reference/openapi.json anew
	$(BIN)/optout-registry openapi > docs/reference/openapi.json

docs: $(VENV)/.ready  ## write the generated blocks of the manuals anew
	$(BIN)/python -m tools.docs

site: $(VENV)/.site  ## build the documents as static HTML in build/site
	$(BIN)/python -m sphinx -W --keep-going -q -b html docs build/site

same-bytes: $(VENV)/.ready  ## show whether API, routes, schema, snapshot and vectors are those of COMMIT
	$(BIN)/python -m tools.same_bytes $(COMMIT)

clean:  ## remove what the targets made
	rm -rf $(VENV) .venv-run $(BASE) $(FLOORS) build *.egg-info packaging/*/*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3.11"; exit 1; }

$(VENV)/.ready: $(SETTINGS) | python
	$(call venv,$(VENV),--upgrade-deps)
	$(BIN)/python $(INSTALL) -e '.[$(EXTRAS)]' -e 'packaging/registry[replica]' --group dev
	@touch $@

.venv-run/.ready: $(SETTINGS) | python
	$(call venv,.venv-run)
	.venv-run/bin/python $(INSTALL) $(BUILDER)
	.venv-run/bin/python $(INSTALL) $(LEAN) -e . -e packaging/registry
	@touch $@

$(BASE)/.ready: $(SETTINGS) | python
	$(call venv,$(BASE),--upgrade-deps)
	$(BASE)/bin/python $(INSTALL) -e . --group base-tests
	@touch $@

$(FLOORS)/.ready: $(SETTINGS) | python
	$(call venv,$(FLOORS))
	$(FLOORS)/bin/python $(INSTALL) uv
	$(FLOORS)/bin/uv pip install -q --python $(FLOORS) --resolution lowest-direct -e . --group base-tests
	@touch $@

$(VENV)/.engines: $(VENV)/.ready
	$(BIN)/python $(INSTALL) -e '.[$(ENGINES)]'
	@touch $@

$(VENV)/.demo: $(VENV)/.ready
	@touch $@

.venv-run/.demo: $(SETTINGS) | python
	$(call venv,.venv-run)
	.venv-run/bin/python $(INSTALL) $(BUILDER)
	.venv-run/bin/python $(INSTALL) $(LEAN) -e '.[media,scrapy]' -e packaging/registry
	@touch .venv-run/.ready $@

$(VENV)/.fuzz: $(VENV)/.ready
	$(BIN)/python $(INSTALL) --group fuzz
	@touch $@

$(VENV)/.bench: $(VENV)/.ready
	-$(BIN)/python $(INSTALL) -r benchmarks/requirements.txt
	@touch $@

$(VENV)/.site: $(VENV)/.ready
	$(BIN)/python $(INSTALL) --group docs
	@touch $@
