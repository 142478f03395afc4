#!/usr/bin/env python3
"""Reads the log of one step and prints "PASSED FAILED".

Known forms: cargo test, vitest, playwright, pytest, and our own scripts' last line "N passed, N failed".
A step without tests of its own counts as one: passed if it ended with 0, else failed. A step that ended with
another code than 0 has at least one failure, whatever it printed.
"""
import re
import sys

log, code = sys.argv[1], sys.argv[2]
text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", open(log, encoding="utf-8", errors="replace").read())
passed = failed = 0
known = False


def add(p, f):
    global passed, failed, known
    passed, failed, known = passed + p, failed + f, True


for m in re.finditer(r"^test result: \w+\. (\d+) passed; (\d+) failed;", text, re.M):
    add(int(m[1]), int(m[2]))
for m in re.finditer(r"^\s*Tests\s+(?:(\d+) failed\s*\|\s*)?(?:(\d+) passed)?", text, re.M):
    if m[1] or m[2]:
        add(int(m[2] or 0), int(m[1] or 0))
for m in re.finditer(r"^(\d+) passed, (\d+) failed$", text, re.M):
    add(int(m[1]), int(m[2]))
for m in re.finditer(r"^(?:=+ )?((?:\d+ [a-z]+(?:, )?)+) in [\d.]+s(?: .*)?$", text, re.M):
    p = re.search(r"(\d+) passed", m[1])
    add(int(p[1]) if p else 0, sum(int(x) for x in re.findall(r"(\d+) (?:failed|errors?)", m[1])))
if re.search(r"^Running \d+ tests? using \d+ workers?", text, re.M):
    p = re.search(r"^\s+(\d+) passed", text, re.M)
    f = re.search(r"^\s+(\d+) failed", text, re.M)
    add(int(p[1]) if p else 0, int(f[1]) if f else 0)
if not known:
    add(1 if code == "0" else 0, 0)
if code != "0" and failed == 0:
    failed = 1
print(passed, failed)
