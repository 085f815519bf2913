# One command for each thing; people and continuous integration run the same ones.
# `make` alone lists them. Nothing here asks for root, except to install a Debian package that is missing.

# Arguments of the demo, such as: make demo ARGS=--keep
ARGS =

# Tests run in so many processes, also on two cores, since most of them wait: file by file, and those of the daemon apart.
WORKERS = 3

# What the tests talk to besides Python: a broker; a sound server that stands in for a sound card; PortAudio with
# what it takes to build PyAudio; speech and tones out; independent DTMF decoders; a dummy radio; real speech; a dummy SMS modem;
# certificates; PostgreSQL.
# (Debian starts a broker on port 1883 and a PostgreSQL on 5432 of its own; the tests use free ports.)
TEST_PACKAGES = \
	mosquitto \
	pulseaudio pulseaudio-utils libasound2-plugins \
	libportaudio2 portaudio19-dev gcc libc6-dev \
	espeak-ng sox multimon-ng libspandsp2 libhamlib-utils \
	asterisk-core-sounds-en-wav \
	gammu gammu-smsd \
	openssl postgresql

BIN = .venv/bin

.PHONY: help demo test check format venv packages clean

help:                     ## list these commands
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

demo: .venv/.has-demo     ## see the bridge at work on recorded calls: no radio, no sound card, no root
	@$(BIN)/radiobridge demo $(ARGS)

test: check               ## everything: install what is missing, then `check`, then every test
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --ignore=tests/system
	$(BIN)/pytest -n $(WORKERS) tests/system

check: .venv/.has-test    ## format, lint, types, layers, and whether the generated schemas are fresh
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m radiobridge.bus.schema --check

format: .venv/.has-test   ## lay out the code and write the schemas anew
	$(BIN)/ruff format
	$(BIN)/ruff check --fix --exit-zero
	$(BIN)/python -m radiobridge.bus.schema

venv: .venv/.has-test     ## .venv with radiobridge (editable) and all that the tests need

packages:                 ## the Debian packages that the tests need
	@.ci/debian-packages $(TEST_PACKAGES) $$(.ci/python headers)

clean:                    ## remove what was made here; the downloads stay in pip's cache
	rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# Stamps: an environment is brought up to date only when the list of dependencies has changed.
.venv/.has-demo: setup.cfg pyproject.toml
	@.ci/venv demo
	@touch $@

# The packages come first, since PyAudio is compiled during the installation. The demo's extra is among the tests'.
.venv/.has-test: setup.cfg pyproject.toml | packages
	@.ci/venv test
	@touch $@ .venv/.has-demo
