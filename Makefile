# Task Track. `make` alone lists what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.PHONY: help run test check bench speed dev build dist frontend fmt openapi licences services services-down clean

help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-14s %s\n", $$1, $$2}' Makefile

run: ## build everything, start on 127.0.0.1:8080 with demo data
	@scripts/run.sh

build: ## front end and release binary: target/release/tasktrack
	@scripts/build.sh release

dist: ## as build, with link-time optimisation: target/dist/tasktrack
	@scripts/build.sh dist

frontend: ## only the front end: frontend/dist
	@scripts/frontend.sh

dev: ## debug binary and the front end's own server with reload
	@scripts/dev.sh

test: ## everything: installs what it needs, starts real services, tests, stops them
	@scripts/test.sh

check: ## the quick part: format, lints, unit tests, types; no services
	@scripts/check.sh

bench: ## one table of figures (BENCH_BIG=1: also 1,000,000 tasks)
	@scripts/bench.sh

speed: ## the pages in a browser with 10,000 tasks: paint, interactions, scrolling (after make build)
	@cd frontend && npm run --silent speed

fmt: ## format Rust and TypeScript
	@cargo fmt --all
	@cd frontend && npm run --if-present --silent format

openapi: ## write openapi/*.json from the code
	@scripts/openapi.sh write

licences: ## licences, sources and banned crates of the dependency tree
	@python3 scripts/licences.py

services: ## PostgreSQL, Redis, Kafka for work by hand: addresses in .run/services/env
	@scripts/install.sh && scripts/services/fetch.sh && scripts/services/up.sh .run/services

services-down: ## stop them
	@scripts/services/down.sh .run/services

clean: ## remove what was built (not ./data)
	@cargo clean
	@rm -rf frontend/dist/assets frontend/dist/index.html frontend/dist/.stamp .run bench/out .venv
