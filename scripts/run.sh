#!/bin/sh
# make run: build, then serve with demo data. The server itself prints its address and the log-in.
set -eu
cd "$(dirname "$0")/.."
listen=${TASKTRACK_LISTEN:-127.0.0.1:8080}
# Say so before some minutes of compiling, not after.
python3 - "$listen" 2>/dev/null <<'P' || { [ $? -eq 3 ] && { echo "tasktrack: $listen is taken; stop what listens there or set TASKTRACK_LISTEN to another address." >&2; exit 1; }; }
import socket, sys, errno
host, _, port = sys.argv[1].rpartition(":")
s = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
try:
    s.bind((host.strip("[]"), int(port)))
except OSError as e:
    sys.exit(3 if e.errno == errno.EADDRINUSE else 0)
except ValueError:
    sys.exit(0)
P
scripts/build.sh release
exec target/release/tasktrack serve --demo "$@"
