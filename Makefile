# Everything here works on a fresh Debian machine with Python 3.11 or newer, and root or sudo.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

RUNTIME_PACKAGES := libgl1 libglib2.0-0 tesseract-ocr tesseract-ocr-script-arab \
	tesseract-ocr-script-cyrl tesseract-ocr-script-deva tesseract-ocr-script-hebr \
	tesseract-ocr-script-grek tesseract-ocr-script-beng
TEST_PACKAGES := postgresql nginx-light chromium nodejs redis-server fonts-ocr-b fonts-dejavu-core \
	fonts-liberation fonts-freefont-ttf fonts-noto-core fonts-noto-cjk fonts-hack fonts-noto-mono \
	fonts-courier-prime

COMPILE := uv pip compile pyproject.toml --python-version 3.11 --universal --generate-hashes \
	--no-emit-index-url --no-annotate --no-header -q

.PHONY: setup run serve test check bench samples screenshots locales licences sbom audit lock clean debian-runtime debian-test

setup: debian-runtime $(STAMP) ## install everything that running needs

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed: PYTHON=python3.11 make $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) \
		|| { echo "Install the Debian package python3-venv, then run this again."; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		-r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps \
		--no-build-isolation -e .
	@touch $@

debian-runtime:
	@sh scripts/debian.sh $(RUNTIME_PACKAGES)

debian-test:
	@sh scripts/debian.sh $(RUNTIME_PACKAGES) $(TEST_PACKAGES)

run: setup ## the demo: every sample through the real service, then stays up
	@$(BIN)/prescreen demo $(ARGS)

serve: setup ## the service with a stand-in for Blaaiz
	@$(BIN)/prescreen serve --dev $(ARGS)

# A hundred processes start: what the first of them compiled is kept for the others.
test: export PYTHONDONTWRITEBYTECODE :=
# Three for two cores: drills of crashes and outages mostly wait.
test: debian-test $(STAMP) ## the whole suite, on two cores
	$(BIN)/python -m pytest -n 3 --dist loadgroup --no-loadscope-reorder $(ARGS)

check: $(STAMP) ## lint, formatting, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/basedpyright
	$(BIN)/lint-imports

bench: setup
	$(BIN)/python -m benchmarks.readers $(ARGS)

samples: debian-test $(STAMP) ## draw sample_docs/specimens again
	$(BIN)/python -m sample_docs.generate

screenshots: debian-test $(STAMP) ## every screen of console and capture page into docs/pictures
	$(BIN)/python -m scripts.console_screenshots
	$(BIN)/python -m scripts.capture_screenshots

locales: $(STAMP) ## bring the catalogues of every language up to date, and compile them
	$(BIN)/python -m scripts.update_locales

licences: $(STAMP) ## the licence of every package that the service runs on; refuses others
	$(BIN)/python -m scripts.licences

sbom: $(STAMP) ## the service's packages as CycloneDX: dist/sbom.json
	mkdir -p dist
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --mc-type application \
		--output-reproducible --of JSON -o dist/sbom.json requirements.lock

audit: $(STAMP) ## known weaknesses of the locked packages; needs the network and uv
	@command -v uvx >/dev/null || { echo "Needs uv: not looked up."; exit 0; }; \
	uvx pip-audit --disable-pip --require-hashes -r requirements.lock; found=$$?; \
		[ $$found -le 1 ] || { echo "Could not be looked up: no network, or no uv."; exit 0; }; exit $$found

lock: ## both lock files anew; needs uv
	$(COMPILE) --extra build --extra otel --extra redis -o requirements.lock
	$(COMPILE) --extra dev -o requirements-dev.lock

clean:
	rm -rf $(VENV) var dist .pytest_cache .ruff_cache .hypothesis
