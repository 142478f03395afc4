#!/bin/sh
# Debug server on TASKTRACK_LISTEN and Vite with reload; Ctrl-C ends both.
set -eu
cd "$(dirname "$0")/.."
scripts/install.sh build
scripts/frontend.sh --deps
mkdir -p frontend/dist
cargo build --locked --workspace
target/debug/tasktrack serve --demo & server=$!
trap 'kill $server 2>/dev/null; wait $server 2>/dev/null' EXIT INT TERM
cd frontend && npm run dev
