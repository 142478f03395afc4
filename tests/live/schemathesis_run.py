#!/usr/bin/env python3
"""Schemathesis over /openapi.json as a logged-in admin: no server error, no undocumented status, no answer against its schema.

SCHEMATHESIS_SECONDS (240) bounds it, SCHEMATHESIS_EXAMPLES (30) is per operation. Log-out, which would end the session in
use, and the WebSockets are left out; so is the log-in and register pair's limit, which is set high.
"""
import os
import re
import subprocess
import time

import requests

from harness import OUT, REDIS, ROOT, SEED, Api, Server, fresh_database, need, report

need("binary", "TASKTRACK_TEST_POSTGRES")
SECONDS = int(os.environ.get("SCHEMATHESIS_SECONDS", "240"))
EXAMPLES = os.environ.get("SCHEMATHESIS_EXAMPLES", "30")
server = Server(fresh_database(), None, REDIS, env={"TASKTRACK_REGISTRATION": "new-account"})
api = Api(server)
document = requests.get(server.url + "/openapi.json", timeout=10).json()
report.check("the document is OpenAPI 3.1", document.get("openapi", "").startswith("3.1"), document.get("openapi"))
operations = [(m, p) for p, ms in document["paths"].items() for m in ms if m in ("get", "post", "put", "patch", "delete")]
report.check("no operation has a `default` answer", not [o for o in operations if "default" in document["paths"][o[1]][o[0]]["responses"]])
report.check("every operation has an operationId, all different", len({document["paths"][p][m].get("operationId") for m, p in operations}) == len(operations))
junit = OUT / "junit.xml"
cmd = [str(ROOT / ".venv/bin/st"), "run", server.url + "/openapi.json", "--header", f"Authorization: Bearer {api.token}", "--phases", "examples,coverage,fuzzing,stateful",
       "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance", "--max-examples", EXAMPLES, "--max-time", str(SECONDS), "--seed", str(SEED),
       "--workers", "2", "--continue-on-failure", "--request-timeout", "20", "--exclude-path-regex", r"/auth/logout|/users/me/sessions/|/live$|/ws/|/health|/metrics", "--suppress-health-check", "all", "--warnings", "off",
       "--report-junit-path", str(junit), "--no-color", "--no-shrink"]
begun = time.time()
with open(OUT / "schemathesis.log", "w") as log:
    try:
        code = subprocess.run(cmd, stdout=log, stderr=subprocess.STDOUT, cwd=OUT, timeout=SECONDS * 2 + 120).returncode
    except subprocess.TimeoutExpired:
        code = -1
text = (OUT / "schemathesis.log").read_text(errors="replace")
tail = text.strip().splitlines()
print("\n".join(tail[-40:]))
report.section(f"Schemathesis: {len(operations)} operations in the document, {time.time() - begun:.0f} s")
report.check("it ran to its end", code in (0, 1), f"exit {code}: {tail[-8:]}")
for name, pattern in (("server errors", r"Server error"), ("undocumented status codes", r"Undocumented HTTP status code"), ("undocumented content types", r"Undocumented Content-Type|Malformed media type"), ("schema breaks", r"Response violates schema")):
    m = [int(n) for n in re.findall(rf"(?:{pattern}):\s+(\d+)", text)]
    hits = max(m) if m else len(re.findall(rf"^- (?:{pattern})", text, re.M))
    report.check(f"0 {name}", hits == 0, f"{hits}; see .run/live/schemathesis_run/schemathesis.log")
report.check("no other failure", code == 0, f"exit {code}")
m = re.search(r"(\d+) generated", text)
report.check("it did send something", m is not None and int(m[1]) > 100 or "Test cases" in text, tail[-10:])
report.check("the session is alive still", api.raw("GET", "/users/me").status_code == 200)
log = server.log.read_text(errors="replace")
report.check("no panic in the server's log", "panicked" not in log, [l for l in log.splitlines() if "panicked" in l][:3])
report.finish()
