# Every command of this repository. `make` alone lists them.

PYTHON      ?= python3# the Python that .venv is made from: 3.11 or newer
RUN_ARGS    ?=# flags of `footfall run`, as in: make run RUN_ARGS="--settings my.yaml"
PYTEST_ARGS ?=# flags of pytest, as in: make test PYTEST_ARGS="-k midnight"
IMAGE       ?= footfall:dev# the name of the image, as in: make image IMAGE=registry.example/footfall:1
GLUE_PYTHON ?= 3.11# the Python of Glue 5.1; Glue 6.0 has 3.13
LOCK_ARGS   ?=# flags of the lock, as in: make lock LOCK_ARGS="--upgrade-package rich"
HISTORIES   ?= 10000# how many simulated histories, and the number of the first, FIRST
FIRST       ?= 1
MINUTES     ?= 2# how long a soak takes, as in: make soak MINUTES=60
SOAK_ARGS   ?=# flags of the soak, as in: make soak-stores MINUTES=30 SOAK_ARGS="--seed 2"
GUARDS_ARGS ?=# flags of the guards, as in: make test-guards GUARDS_ARGS="--only maintenance"
BENCH_ARGS  ?=# flags of the bench, as in: make bench BENCH_ARGS=--small; BENCH_ARGS=--help lists them
EXACTNESS_ARGS ?=# flags of the scoreboard, as in: make exactness EXACTNESS_ARGS="--pings 1e7 --minutes 10 --seed 2"
BUDGET_ARGS ?=# flags of the budget, as in: make budget BUDGET_ARGS="--pings 1e6 --results /tmp"
TRUTH_ARGS  ?=# flags of the diaries, as in: make truth TRUTH_ARGS="--people 50"

# Tools for checks that come as Go modules; Go verifies them by its checksum database.
ACTIONLINT  := 1.7.12
KUSTOMIZE   := 5.8.2

# Draws the pictures of the docs: the file that the package of npm brings, by its digest.
MERMAID        := 11.17.2
MERMAID_SHA256 := 6ad2f42c3fc26bbf9e45cbb6d11898972573ea52b33a5f4ff51952899f950ffd

BIN     := .venv/bin
# What a command imports is compiled when it is first imported, and kept: to compile all packages takes as long as to install them.
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile
GO_INSTALL := GOFLAGS= GOBIN="$(CURDIR)/.delivery/bin" go install
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --generate-hashes --python-version 3.11

# The Spark and the packages of the locks, not those of the machine.
unexport SPARK_HOME PYTHONPATH PYTHONHOME
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help setup run test test-template test-stores lint fix test-spark test-spark35 test-spark43 test-wheel bench budget exactness truth jars image test-image test-cluster test-workflows test-airflow test-faults test-load soak soak-stores docs pages report lock prerequisites kind delivery kustomize test-glue wheel glue advisories lint-delivery test-delivery

help: ## this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-16s%s\n", $$1, $$2}' Makefile

setup: .venv/development.stamp ## all that tests and checks need, in .venv

run: .venv/runtime.stamp ## the job on the bundled sample: counts, and the path of the report (needs Python alone)
	@$(BIN)/footfall run $(RUN_ARGS)

test: .venv/development.stamp ## the quick suite, on all cores: all but what starts Spark, publishes to stores, or is about delivery
	$(BIN)/pytest -n auto --dist loadfile -m "not spark and not stores and not faults and not registry" --ignore tests/workflows --ignore tests/aws $(PYTEST_ARGS)

test-template: .venv/development.stamp ## a repository that copier makes of this one, under another name: its own make fix, lint and test (asks the package registry; takes as long as they do)
	$(BIN)/pytest -m registry tests/template $(PYTEST_ARGS)

test-stores: .venv/development.stamp jars ## runs that read from S3 and publish Iceberg there, on real servers (needs Maven)
	$(BIN)/pytest -m stores $(PYTEST_ARGS)

lint: .venv/development.stamp ## style, format and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

fix: .venv/development.stamp ## mend what can be mended: style, format, and the pages that are made of code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@$(MAKE) --no-print-directory pages

test-spark: .venv/development.stamp ## the tests that start Spark, on three Sparks: 4.1, 3.5 and 4.3; downloads Java if there is none
	$(BIN)/pytest -m "spark and not stores and not faults" $(PYTEST_ARGS)
	@$(MAKE) --no-print-directory test-spark35 test-spark43

test-spark35: .venv/development.stamp .spark35/installed.stamp ## the tests that start Spark, on Spark 3.5
	PYTHONPATH="$(CURDIR)/.spark35" $(BIN)/pytest -m "spark and not stores and not faults" $(PYTEST_ARGS)

test-spark43: .venv/development.stamp .spark43/installed.stamp ## the tests that start Spark, on Spark 4.3
	PYTHONPATH="$(CURDIR)/.spark43" $(BIN)/pytest -m "spark and not stores and not faults" $(PYTEST_ARGS)

test-wheel: .venv/development.stamp ## the wheel in an environment of its own, without extras: pip installs it, and it counts the sample
	$(BIN)/pytest -m registry tests/workflows/test_wheel.py $(PYTEST_ARGS)

test-glue: ## the tests that start Spark, on the Spark of AWS Glue, in its container (needs docker, or to be in it)
	@.ci/test-glue

advisories: .delivery/installed.stamp ## known weaknesses of the packages that the locks hold (asks a service of advisories)
	@PATH="$(CURDIR)/.delivery/bin:$$PATH" $(PYTHON) .github/advisories.py

lint-delivery: delivery ## workflows, shell scripts, the Dockerfile, templates of AWS
	@PATH="$(CURDIR)/.delivery/bin:$$PATH" .ci/lint-delivery

test-delivery: .venv/development.stamp delivery ## the commands of workflows and buildspecs, and the templates of AWS in a look-alike
	PATH="$(CURDIR)/.delivery/bin:$$PATH" $(BIN)/pytest -m "not stores" tests/workflows tests/aws $(PYTEST_ARGS)

wheel: .venv/development.stamp ## the wheel of the job, in dist; the same from the same commit
	@SOURCE_DATE_EPOCH=1672531200 $(BIN)/hatchling build -t wheel

glue: wheel ## the archive that `footfall glue deploy` takes, in dist, for the Python of GLUE_PYTHON
	@git diff --quiet HEAD || { echo "There are changes that are in no commit, after which an archive is named: commit them" >&2; exit 2; }
	@$(BIN)/python aws/wheels.py dist/footfall-*-py3-none-any.whl "$$(git rev-parse HEAD)" $(GLUE_PYTHON) dist

bench: .venv/development.stamp bench/.venv/installed.stamp ## footfall against its peers: bench/results.md (BENCH_ARGS=--small only checks the rows)
	@$(BIN)/python -m bench $(BENCH_ARGS)

budget: .venv/development.stamp ## where the CPU time of a run goes, stage by stage, with a floor for each: bench/budget.md and docs/spatial-join.md
	@$(BIN)/python -m bench.budget --page docs/spatial-join.md $(BUDGET_ARGS)

exactness: .venv/development.stamp bench/.venv/installed.stamp ## pings where inside is hardest: who differs from GEOS and from exact arithmetic, in bench/exactness.md
	@$(BIN)/python -m bench.exactness $(EXACTNESS_ARGS)

truth: .venv/development.stamp bench/.venv/installed.stamp ## visits that are found against diaries that are known, in bench/truth.md
	@$(BIN)/python -m bench.truth $(TRUTH_ARGS)

test-load: .venv/development.stamp ## 200 million pings, 10,000 files, a CSV of gigabytes, 1,000 days: each once, with its memory (hours; 15 GB of disk)
	@$(BIN)/python -m bench.load all

jars: ## the jars that S3 and Iceberg need, resolved by Maven and verified, in .jars
	@$(PYTHON) docker/jars.py fetch .jars

kind: .venv/all.stamp image ## the job on a kind cluster of its own, from nothing to a run of the sample
	@k8s/kind.sh

image: ## the image of the commit that is checked out, as IMAGE (docker/build says with what)
	@docker/build $(IMAGE)

test-image: .venv/development.stamp ## build the image twice, look at what it is, and run the tests of the job in it
	@docker/build $(IMAGE)
	@BUILDAH_ARGS="$$BUILDAH_ARGS --no-cache" BUILDX_ARGS="$$BUILDX_ARGS --no-cache" docker/build $(IMAGE)-again
	@IMAGE_UNDER_TEST=$(IMAGE) IMAGE_BUILT_AGAIN=$(IMAGE)-again $(BIN)/pytest tests/docker
	@docker/test $(IMAGE) $(PYTEST_ARGS)

test-faults: .venv/development.stamp jars ## runs that are killed, cut off, crowded out: the same table in the end (needs Maven; half an hour; where a cluster is up, also there)
	$(BIN)/pytest -v -m faults tests/faults tests/cluster/test_faults.py $(PYTEST_ARGS)

test-simulation: .venv/development.stamp ## 10,000 simulated histories of publishing, each from its number (two minutes; HISTORIES and FIRST say which)
	$(BIN)/python -m tests.simulation --histories $(HISTORIES) --from $(FIRST)

soak: .venv/development.stamp ## runs, backfills, readers and the history at once on one folder for MINUTES, then what was lost or grew
	$(BIN)/python -m tests.soak --minutes $(MINUTES) $(SOAK_ARGS)

soak-stores: .venv/development.stamp jars ## the same on S3 and a catalog, with their upkeep, by Spark (needs Maven)
	$(BIN)/python -m tests.soak --stores --minutes $(MINUTES) $(SOAK_ARGS)

test-guards: .venv/development.stamp ## take each guard of the job out, once: its test must find it (nine minutes on a busy machine)
	$(BIN)/python -m tests.guards $(GUARDS_ARGS)

test-cluster: .venv/development.stamp ## the story of the job on a real cluster, from a commit to a run and back (half an hour)
	$(BIN)/pytest -v tests/cluster --ignore tests/cluster/test_workflows.py -m "not faults" $(PYTEST_ARGS)

test-workflows: .venv/development.stamp ## days by Argo Workflows on a real cluster: a schedule, a stop, a backfill (a quarter of an hour)
	$(BIN)/pytest -v tests/cluster/test_workflows.py $(PYTEST_ARGS)

test-airflow: .venv/development.stamp airflow/.venv/installed.stamp ## the DAG in a real Airflow, and runs of it
	airflow/$(BIN)/pytest --confcutdir=tests/airflow tests/airflow $(PYTEST_ARGS)
	$(BIN)/pytest tests/glue/test_airflow.py $(PYTEST_ARGS)

docs: .docs/installed.stamp .docs/mermaid-$(MERMAID).js ## the site of docs, in .docs/site, which asks no other site; a link that leads nowhere fails it (needs npm)
	@MERMAID="$(CURDIR)/.docs/mermaid-$(MERMAID).js" NO_MKDOCS_2_WARNING=1 .docs/bin/mkdocs build --strict --quiet
	@echo "$(CURDIR)/.docs/site/index.html"

pages: .venv/development.stamp ## write the pages that are made of code: docs/settings.md, its schema, docs/commands.md
	@$(BIN)/python .ci/pages.py

report: ## the path of the last report, shown in a browser where there is one
	@newest=$$(ls -t footfall-output/runs/*/report.html 2>/dev/null | head -n 1); \
	if [ -z "$$newest" ]; then echo "No report under footfall-output yet: make run" >&2; exit 2; fi; \
	echo "$(CURDIR)/$$newest"; \
	if [ "$$(uname)" = Darwin ]; then open "$$newest"; \
	elif [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ] && command -v xdg-open >/dev/null; then xdg-open "$$newest"; fi

lock: ## write the lock files again from pyproject.toml and those of bench/ and airflow/ (needs make setup)
	printf 'hatchling\neditables\n' | $(COMPILE) $(LOCK_ARGS) --extra all --group spark41 pyproject.toml - -o requirements-all.lock
	printf 'hatchling\neditables\n' | $(COMPILE) $(LOCK_ARGS) -c requirements-all.lock pyproject.toml - -o requirements.lock
	$(COMPILE) $(LOCK_ARGS) --extra all --group spark41 --group dev -c requirements-all.lock pyproject.toml -o requirements-dev.lock
	$(COMPILE) $(LOCK_ARGS) --extra aws --extra iceberg --group glue -c requirements-all.lock pyproject.toml -o requirements-glue.lock
	for line in 35 43; do $(COMPILE) $(LOCK_ARGS) --group pyproject.toml:spark$$line -o requirements-spark$$line.lock || exit; done
	$(COMPILE) --no-config $(LOCK_ARGS) --group pyproject.toml:delivery -o requirements-delivery.lock
	$(COMPILE) --no-config $(LOCK_ARGS) --group pyproject.toml:docs -o requirements-docs.lock
	$(COMPILE) --no-config $(LOCK_ARGS) bench/pyproject.toml -o bench/requirements.lock
	$(COMPILE) --no-config $(LOCK_ARGS) airflow/pyproject.toml -o airflow/requirements.lock

prerequisites:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing: install Python 3.11 or newer, or name it: make PYTHON=..." >&2; exit 2; }
	@PYTHONPATH=job $(PYTHON) -m footfall.prerequisites

.venv/runtime.stamp: requirements.lock pyproject.toml | prerequisites
	@echo "Installing the job into .venv (once; a minute where nothing is cached) ..."
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/all.stamp: requirements-all.lock .venv/runtime.stamp
	@echo "Installing the extras of the job into .venv (once) ..."
	@$(INSTALL) --require-hashes -r requirements-all.lock
	@touch $@

.venv/development.stamp: requirements-dev.lock .venv/runtime.stamp
	@echo "Installing the tools for tests and checks into .venv (once) ..."
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

.spark35/installed.stamp .spark43/installed.stamp: .spark%/installed.stamp: requirements-spark%.lock | .venv/runtime.stamp
	@echo "Installing another Spark into .spark$* (once) ..."
	@rm -rf .spark$*
	@$(INSTALL) --require-hashes --no-deps --target .spark$* -r requirements-spark$*.lock
	@touch $@

# Where Go is missing, so are the checks that need its tools, and they say so.
delivery: .delivery/installed.stamp kustomize
	@if command -v go >/dev/null; then \
	  test -x .delivery/bin/actionlint || $(GO_INSTALL) github.com/rhysd/actionlint/cmd/actionlint@v$(ACTIONLINT); \
	else echo "Go is missing, and so is actionlint"; fi

kustomize:
	@if command -v kustomize >/dev/null || test -x .delivery/bin/kustomize; then :; \
	elif command -v go >/dev/null; then $(GO_INSTALL) sigs.k8s.io/kustomize/kustomize/v5@v$(KUSTOMIZE); \
	else echo "Go is missing, and so is kustomize"; fi

.delivery/installed.stamp: requirements-delivery.lock
	@echo "Installing the checkers of delivery into .delivery (once; 500 MB) ..."
	@$(PYTHON) -m venv .delivery
	@.delivery/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-delivery.lock
	@touch $@

.docs/installed.stamp: requirements-docs.lock
	@echo "Installing what builds the site of docs into .docs (once) ..."
	@$(PYTHON) -m venv .docs
	@.docs/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-docs.lock
	@touch $@

.docs/mermaid-$(MERMAID).js: | .docs/installed.stamp
	@command -v npm >/dev/null || { echo "npm is missing: it brings Mermaid, which draws the pictures of the docs" >&2; exit 2; }
	@cd .docs && npm pack --silent mermaid@$(MERMAID) >/dev/null
	@$(PYTHON) -c 'import hashlib, sys; sys.exit(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest() != sys.argv[2])' .docs/mermaid-$(MERMAID).tgz $(MERMAID_SHA256) \
	|| { echo "mermaid-$(MERMAID).tgz is not the file whose SHA-256 is in the Makefile" >&2; exit 2; }
	@tar -xzOf .docs/mermaid-$(MERMAID).tgz package/dist/mermaid.min.js >$@.part && mv $@.part $@ && rm .docs/mermaid-$(MERMAID).tgz

airflow/.venv/installed.stamp: airflow/requirements.lock
	@echo "Installing Airflow into airflow/.venv (once) ..."
	@test -x airflow/$(BIN)/python || $(PYTHON) -m venv airflow/.venv
	@airflow/$(INSTALL) --require-hashes -r airflow/requirements.lock
	@touch $@

# A peer that cannot be installed is left out and reported as such, so a failure here is not one of the bench.
bench/.venv/installed.stamp: bench/requirements.lock bench/pyproject.toml bench/jars.py | .venv/development.stamp
	@echo "Installing the peers into bench/.venv (once; 2.4 GB) ..."
	@test -x bench/.venv/bin/python || $(PYTHON) -m venv bench/.venv
	@bench/$(INSTALL) --require-hashes -r bench/requirements.lock && $(BIN)/python -m bench.jars && touch $@ \
	|| echo "Not all peers could be installed, see above: those are left out"
