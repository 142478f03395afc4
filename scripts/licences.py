#!/usr/bin/env python3
"""Bans, licences and sources of the dependency tree, read from `cargo metadata` and the npm lock file.

What it does not do: look up security advisories. Their databases need the network; `.github/workflows/ci.yml` does that.
"""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
ALLOWED = {
    "MIT", "MIT-0", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "BSD-2-Clause", "BSD-3-Clause", "ISC", "Zlib", "0BSD", "Unlicense", "CC0-1.0",
    "BSL-1.0", "Unicode-3.0", "Unicode-DFS-2016", "MPL-2.0", "OpenSSL", "CDLA-Permissive-2.0", "BlueOak-1.0.0", "Python-2.0", "CC-BY-4.0",
    "OFL-1.1", "AGPL-3.0-or-later", "LGPL-2.1-or-later",
}
# A banned crate, and below which crates it may nevertheless stand.
BANNED = {
    "openssl": set(),
    "native-tls": set(),
    "openssl-sys": {"rdkafka-sys"},
    "ring": set(),
}
failures = []


def licence_ok(expression):
    """An SPDX expression is fine if one side of every OR is. `/` is the old way of writing OR."""
    text = expression.replace("/", " OR ")
    tokens = re.findall(r"\(|\)|[^\s()]+", text)
    pos = 0

    def term():
        nonlocal pos
        if tokens[pos] == "(":
            pos += 1
            value = either()
            pos += 1
            return value
        name = tokens[pos]
        pos += 1
        if pos < len(tokens) and tokens[pos] == "WITH":
            name += " WITH " + tokens[pos + 1]
            pos += 2
        return name in ALLOWED

    def both():
        nonlocal pos
        value = term()
        while pos < len(tokens) and tokens[pos] == "AND":
            pos += 1
            value = term() and value
        return value

    def either():
        nonlocal pos
        value = both()
        while pos < len(tokens) and tokens[pos] == "OR":
            pos += 1
            value = both() or value
        return value

    return either()


def rust():
    out = subprocess.run(["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", "x86_64-unknown-linux-gnu"],
                         cwd=ROOT, capture_output=True, text=True)
    if out.returncode:
        failures.append("cargo metadata failed: " + out.stderr.strip().splitlines()[-1])
        return 0
    meta = json.loads(out.stdout)
    packages = {p["id"]: p for p in meta["packages"]}
    nodes = {n["id"]: n for n in meta["resolve"]["nodes"]}
    # Only what is built or linked: dev-dependencies count for licences and sources, not for bans.
    edges = {i: {d["pkg"] for d in n["deps"] if any(k["kind"] in (None, "build") for k in d["dep_kinds"])} for i, n in nodes.items()}
    everything = {i: {d["pkg"] for d in n["deps"]} for i, n in nodes.items()}

    def reach(start, graph):
        seen, todo = set(), list(start)
        while todo:
            i = todo.pop()
            if i not in seen:
                seen.add(i)
                todo.extend(graph.get(i, ()))
        return seen

    # cargo metadata also names what only a switched-off feature would bring; cargo tree names what is really built.
    tree = subprocess.run(["cargo", "tree", "--locked", "--workspace", "-e", "normal,build", "--prefix", "none", "-f", "{p}"],
                          cwd=ROOT, capture_output=True, text=True)
    if tree.returncode:
        failures.append("cargo tree failed: " + tree.stderr.strip().splitlines()[-1])
        return 0
    real = {tuple(line.replace(" v", " ").split()[:2]) for line in tree.stdout.splitlines() if line.strip()}

    def is_real(i):
        return (packages[i]["name"], packages[i]["version"]) in real

    members = meta["workspace_members"]
    built, all_ids = reach(members, edges), reach(members, everything)
    for i in sorted(all_ids):
        p = packages[i]
        name = f'{p["name"]} {p["version"]}'
        if p["source"] is None:
            if i not in members:
                failures.append(f"{name}: comes from a path outside the workspace")
            continue
        if not p["source"].startswith("registry+"):
            failures.append(f'{name}: comes from {p["source"].split("+")[0]}, not from the registry')
        licence = p["license"]
        if not licence:
            if not p.get("license_file"):
                failures.append(f"{name}: names no licence")
        elif not licence_ok(licence):
            failures.append(f"{name}: licence {licence} is not on the list")
    parents = {}
    for i in built:
        for d in edges.get(i, ()):
            parents.setdefault(d, set()).add(i)
    for i in built:
        p = packages[i]
        if p["name"] in BANNED and is_real(i):
            over = {packages[x]["name"] for x in parents.get(i, ()) if is_real(x)}
            wrong = over - BANNED[p["name"]]
            if wrong:
                failures.append(f'{p["name"]} {p["version"]}: banned, used by {", ".join(sorted(wrong))}')
    return len(all_ids)


def npm():
    lock = ROOT / "frontend" / "package-lock.json"
    if not lock.exists():
        return 0
    packages = {k: v for k, v in json.loads(lock.read_text()).get("packages", {}).items() if k and not v.get("link")}
    for path, p in packages.items():
        name = f'{path.rsplit("node_modules/", 1)[-1]} {p.get("version")}'
        resolved = p.get("resolved", "")
        if resolved and not resolved.startswith("https://registry.npmjs.org/"):
            failures.append(f"{name}: is not locked to registry.npmjs.org")
        if resolved.startswith(("git", "file")):
            failures.append(f"{name}: does not come from the registry")
        if "integrity" not in p:
            failures.append(f"{name}: is locked without a checksum")
        licence = p.get("license")
        # Tools that never reach the browser may have what they like, as long as it is free.
        if licence and not p.get("dev") and not licence_ok(licence):
            failures.append(f"{name}: licence {licence} is not on the list")
    return len(packages)


crates, modules = rust(), npm()
for f in failures:
    print("  " + f)
print(f"{crates} crates, {modules} npm packages: {len(failures)} objections to bans, licences or sources; advisories were not checked")
sys.exit(1 if failures else 0)
