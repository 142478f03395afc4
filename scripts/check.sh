#!/bin/sh
# make check: what needs no service. Every step runs; the whole fails if one does.
set -u
cd "$(dirname "$0")/.."
. scripts/steps.sh
scripts/install.sh build || exit 1
mkdir -p frontend/dist
step "rust format"       cargo fmt --all --check
step "front-end packages" scripts/frontend.sh --deps
step "front-end lint"    sh -c 'cd frontend && npm run --silent lint'
step "front-end types"   sh -c 'cd frontend && npm run --silent typecheck'
step "front-end unit"    sh -c 'cd frontend && npm run --silent test'
step "licences"          python3 scripts/licences.py
step "clippy"            cargo clippy --locked --workspace --all-targets -- -D warnings
step "rust unit"         cargo test --locked --workspace --lib --bins
finish
