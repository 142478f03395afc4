#!/bin/sh
# Installs what the tests need and is not there yet. Does nothing, quickly, when all of it is there.
#   scripts/install.sh            all the tests need
#   scripts/install.sh build      only what building needs
#   scripts/install.sh bench      also wrk and pgbench
set -eu
cd "$(dirname "$0")/.."
what=${1:-test}
say() { printf '%s\n' "$*"; }
die() { printf 'tasktrack: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# --- compilers we do not install for you
have cargo || die "Rust is missing: install 1.95 or newer from https://rustup.rs and run this again."
rust=$(rustc --version | awk '{print $2}')
[ "$(printf '%s\n1.95.0\n' "$rust" | sort -V | head -1)" = 1.95.0 ] || die "Rust $rust is too old: 1.95 or newer is needed (rustup update)."
have node && have npm || die "Node.js is missing: install version 20 or newer (https://nodejs.org) and run this again."
node=$(node --version | tr -d v)
[ "${node%%.*}" -ge 20 ] || die "Node.js $node is too old: version 20 or newer is needed."
have python3 || die "Python 3.11 or newer is missing."

# --- packages of the system
packages=
want() { packages="$packages $*"; }
have cc && have c++ && have make || want build-essential
have pkg-config || want pkg-config
have perl || want perl
have cmake || want cmake
[ -f /usr/include/openssl/ssl.h ] || want libssl-dev
[ -f /usr/include/zlib.h ] || want zlib1g-dev
if [ "$what" != build ]; then
  if [ -z "${DATABASE_URL:-}" ] || [ "$what" = bench ]; then [ -x /usr/lib/postgresql/15/bin/initdb ] || want postgresql-15; fi
  [ -n "${REDIS_URL:-}" ] || have redis-server || want redis-server
  if [ -z "${KAFKA_BOOTSTRAP_SERVERS:-}" ]; then
    have javac || want openjdk-17-jdk-headless
    have mvn || want maven
  fi
  have curl || want curl
  have setpriv || want util-linux
  [ -n "${CHROMIUM_PATH:-}" ] || have chromium || have chromium-browser || have google-chrome || want chromium
  python3 -c 'import venv, ensurepip' 2>/dev/null || want python3-venv
fi
if [ "$what" = bench ]; then have wrk || want wrk; fi

if [ -n "$packages" ]; then
  have apt-get || die "missing:$packages. There is no apt-get here: install these by your system's own means and run this again."
  if [ "$(id -u)" = 0 ]; then as=; elif have sudo && sudo -n true 2>/dev/null; then as="sudo -n"; else
    die "missing:$packages. Installing needs root: run 'sudo apt-get install$packages' and then this again."; fi
  say "installing:$packages"
  # The packages must not start services or make a database cluster of their own.
  policy=
  if [ ! -e /usr/sbin/policy-rc.d ]; then
    policy=1; printf '#!/bin/sh\nexit 101\n' | $as tee /usr/sbin/policy-rc.d >/dev/null; $as chmod +x /usr/sbin/policy-rc.d
    trap '$as rm -f /usr/sbin/policy-rc.d' EXIT
  fi
  $as mkdir -p /etc/postgresql-common
  [ -e /etc/postgresql-common/createcluster.conf ] || echo 'create_main_cluster = false' | $as tee /etc/postgresql-common/createcluster.conf >/dev/null
  mkdir -p .run; log=$PWD/.run/apt.log
  { $as apt-get update && $as env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
      -o Dpkg::Options::=--force-confold -o DPkg::Lock::Timeout=300 $packages; } >"$log" 2>&1 \
    || { tail -5 "$log" >&2; die "apt-get could not install$packages (the whole log: .run/apt.log)."; }
  if [ -n "$policy" ]; then $as rm -f /usr/sbin/policy-rc.d; trap - EXIT; fi
fi

# --- Python packages of the tests, in a folder of their own
if [ "$what" != build ]; then
  stamp=$(sha256sum tests/requirements.txt | cut -c1-16)-$(python3 -c 'import sys;print("%d.%d"%sys.version_info[:2])')
  if [ "$(cat .venv/.stamp 2>/dev/null || true)" != "$stamp" ]; then
    say "installing the Python packages of the tests into .venv"
    python3 -m venv --clear .venv || die "Python's venv module does not work here (on Debian: apt-get install python3-venv)."
    .venv/bin/pip install -q --disable-pip-version-check -r tests/requirements.txt || die "pip could not install tests/requirements.txt (no network, or a package that is not to be had)."
    echo "$stamp" > .venv/.stamp
  fi
fi
