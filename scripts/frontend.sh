#!/bin/sh
# Builds the front end into frontend/dist, unless nothing it is made of has changed.
set -eu
cd "$(dirname "$0")/../frontend"
command -v npm >/dev/null 2>&1 || { echo "tasktrack: Node.js 20 or newer is missing; the front end is built with it." >&2; exit 1; }
[ -f package.json ] || { echo "tasktrack: frontend/package.json is missing." >&2; exit 1; }
deps=$(cat package.json package-lock.json 2>/dev/null | sha256sum | cut -c1-16)
if [ "$(cat node_modules/.stamp 2>/dev/null || true)" != "$deps" ]; then
  echo "front end: installing packages"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error || { echo "tasktrack: npm could not install the front end's packages (no network, or no registry within reach)." >&2; exit 1; }
  echo "$deps" > node_modules/.stamp
fi
[ "${1:-}" != --deps ] || exit 0
want=$({ find . \( -name node_modules -o -name dist -o -name test-results -o -name playwright-report -o -name e2e \) -prune -o -type f -print; } \
  | LC_ALL=C sort | xargs -d '\n' sha256sum | sha256sum | cut -c1-16)-$(cat ../openapi/*.json 2>/dev/null | sha256sum | cut -c1-8)
if [ "$(cat node_modules/.built 2>/dev/null || true)" = "$want" ] && [ -f dist/index.html ]; then exit 0; fi
echo "front end: building"
npm run --silent build || { echo "tasktrack: the front end did not build (see above)." >&2; exit 1; }
touch dist/.gitkeep
echo "$want" > node_modules/.built
