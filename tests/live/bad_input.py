#!/usr/bin/env python3
"""Bad input of every kind: each gets the right problem, never a 5xx, and changes nothing."""
import base64
import hashlib
import hmac
import json
import time
import uuid

import jwt
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from harness import REDIS, Api, Db, Server, fresh_database, need, report

check, equal = report.check, report.equal
need("binary", "TASKTRACK_TEST_POSTGRES")
url = fresh_database()
server = Server(url, None, REDIS, env={"TASKTRACK_REGISTRATION": "new-account"})
api, db = Api(server), Db(url)
project = api.project("ERP")
mail = f"stranger-{uuid.uuid4().hex[:6]}@example.org"
Api(server, login=False).call("POST", "/auth/register", {"email": mail, "password": "a long enough one 7", "name": "Stranger"}, expect=201)
stranger = Api(server, mail, "a long enough one 7")
task = api.post("/tasks", {"title": "Мишень", "project_id": project["id"]}, expect=201)
seen_5xx = []


def problem(name, r, status, code=None, pointer=None):
    """The answer is a problem document of that status and code (one of several), well formed, with the pointer in its errors."""
    statuses = status if isinstance(status, tuple) else (status,)
    if r.status_code >= 500:
        seen_5xx.append((name, r.status_code, r.text[:200]))
    try:
        body = r.json()
    except ValueError:
        return check(name, False, f"{r.status_code}, no JSON: {r.text[:200]}")
    ok = r.status_code in statuses and r.headers.get("content-type", "").startswith("application/problem+json") and body.get("status") == r.status_code
    ok = ok and body.get("type") == f'/problems/{body.get("code")}' and all(body.get(k) for k in ("title", "instance"))
    if code:
        ok = ok and body["code"] in (code if isinstance(code, tuple) else (code,))
    if pointer:
        ok = ok and pointer in [e.get("pointer") for e in body.get("errors") or []]
    return check(name, ok, f"{r.status_code} {r.text[:400]}")


def bodies():
    def send(data, path="/tasks", method="POST", **headers):
        return api.raw(method, path, data=data, headers={"Content-Type": "application/json", **headers})
    big = json.dumps({"title": "x", "project_id": project["id"], "description": "я" * 600_000}, ensure_ascii=False).encode()
    check("the body is above 1 MB", len(big) > 1_048_576)
    problem("a body above 1 MB", send(big), 413, "too-large")
    problem("10 MB of spaces", send(b" " * 10_000_000), 413, "too-large")
    for name, data in (("cut off", b'{"title": "x"'), ("empty", b""), ("not JSON", b"title=x"), ("two values", b'{"title":"a"} {"title":"b"}'), ("a comment in it", b'{"title": "a" /* no */}'),
                       ("not UTF-8", b'{"title": "\xff\xfe"}'), ("a lone surrogate", b'{"title": "\\ud800"}'), ("NaN", b'{"title": NaN}'), ("BOM in front and garbage", b"\xef\xbb\xbf{"), ("deeply nested", b"[" * 100_000)):
        problem(f"broken JSON, {name}", send(data), 400, "invalid-json")
    nested = json.dumps({"title": "x", "project_id": project["id"], "metadata": json.loads('{"a":' * 100 + "1" + "}" * 100)})
    r = send(nested)
    check("metadata nested 100 deep: refused, or kept", r.status_code in (201, 400, 422), f"{r.status_code} {r.text[:200]}")
    for name, value in (("a list", []), ("a number", 1), ("null", None), ("a string", "x")):
        problem(f"the body is {name}", send(json.dumps(value)), (400, 422), ("invalid", "invalid-json"))
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        problem(f"content type {kind}", api.raw("POST", "/tasks", data=b"{}", headers={"Content-Type": kind}), 415, "unsupported-media-type")
    dup = send(b'{"title": "a", "title": "b"}')
    check("a member twice: refused", dup.status_code in (400, 422), f"{dup.status_code} {dup.text[:200]}")


def fields():
    def create(**over):
        return api.raw("POST", "/tasks", {"title": "x", "project_id": project["id"], **over})
    wrong = dict(title=[1, {}, [], True, None], project_id=["x", 1.5, True, {}, [], -1, 0, 2 ** 63, 10 ** 30], description=[1, [], {}], status=["nope", 1, "", "NEW ", []], priority=["top", 3, {}],
                 due_date=["tomorrow", "2026-13-45", 5, "2026-02-30", "+999999-01-01T00:00:00Z", "0000-00-00", {}], estimated_hours=["5", -1, 1e300, {}, True], supervisor_id=["me", 0, 999999999],
                 parent_id=["ERP-1", -5, 999999999], owner_id=["x", 999999999], collaborator_ids=[1, ["x"], [None], [999999999]], tag_ids=[1, ["x"], [999999999]], metadata=[[], "x", 1],
                 client_visible=["yes", 1], comment=[1, {}, []])
    for field, values in wrong.items():
        for v in values:
            problem(f"create: {field} = {json.dumps(v)[:40]}", create(**{field: v}), 422, "invalid", f"/{field}" if not isinstance(v, list) and field not in ("collaborator_ids", "tag_ids") else None)
    for field in ("id", "account_id", "created_by", "version", "event_seq", "key", "public_id", "rank", "role", "is_admin", "no_such_field", "__proto__", "название"):
        problem(f"create: unknown member {field}", create(**{field: 1}), 422, "unknown-field", f"/{field}")
        problem(f"change: unknown member {field}", api.raw("PATCH", f'/tasks/{task["id"]}', {field: 1}), 422, "unknown-field", f"/{field}")
    problem("no title", api.raw("POST", "/tasks", {"project_id": project["id"]}), 422, "invalid", "/title")
    for name, title in (("empty", ""), ("only spaces", "   "), ("too long", "я" * 5000), ("NUL", "a\0b"), ("500,000 signs", "x" * 500_000)):
        problem(f"title: {name}", create(title=title), 422, "invalid", "/title")
    problem("description: NUL", create(description="a\0b"), 422, "invalid", "/description")
    problem("description too long", create(description="x" * 900_000), (413, 422))
    problem("metadata: NUL in a value", create(metadata={"a": "b\0"}), 422)
    problem("metadata: NUL in a name", create(metadata={"a\0": "b"}), 422)
    problem("comment: empty", api.raw("POST", f'/tasks/{task["id"]}/comments', {"body": ""}), 422, "invalid", "/body")
    problem("comment: NUL", api.raw("POST", f'/tasks/{task["id"]}/comments', {"body": "\0"}), 422, "invalid", "/body")
    problem("comment too long", api.raw("POST", f'/tasks/{task["id"]}/comments', {"body": "x" * 900_000}), (413, 422))
    problem("bulk: none", api.raw("POST", "/tasks/bulk", {"task_ids": [], "change": {"status": "done"}}), 422)
    problem("bulk: 201 tasks", api.raw("POST", "/tasks/bulk", {"task_ids": list(range(1, 202)), "change": {"status": "done"}}), 422)
    problem("bulk: unknown change", api.raw("POST", "/tasks/bulk", {"task_ids": [task["id"]], "change": {"key": "X-1"}}), 422, "unknown-field")
    problem("its own parent", api.raw("PATCH", f'/tasks/{task["id"]}', {"parent_id": task["id"]}), (409, 422))
    for path in ("/tags", "/projects", "/task-templates"):
        problem(f"{path}: empty object", api.raw("POST", path, {}), 422, "invalid")
        problem(f"{path}: unknown member", api.raw("POST", path, {"nope": 1}), 422)
    problem("tag: colour", api.raw("POST", "/tags", {"name": "x", "color": "javascript:alert(1)"}), 422, "invalid", "/color")
    for key in ("", "a b", "ПРОЕКТ", "X" * 100, "1A", "A\0", "../A"):
        problem(f"project key {key[:10]!r}", api.raw("POST", "/projects", {"key": key, "name": "x"}), 422, "invalid", "/key")
    for tag in ("Idempotency-Key",):
        problem("an Idempotency-Key of 5,000 signs", api.raw("POST", "/tasks", {"title": "x"}, headers={tag: "k" * 5000}), (400, 422, 431))
    key = str(uuid.uuid4())
    api.post("/tasks", {"title": "первая", "project_id": project["id"]}, expect=201, headers={"Idempotency-Key": key})
    problem("the same Idempotency-Key with another body", api.raw("POST", "/tasks", {"title": "вторая", "project_id": project["id"]}, headers={"Idempotency-Key": key}), 422, "idempotency-key-reused")
    for etag in ('"0"', '"999999"', '"x"', "1", 'W/"1"', "", '"1', "\"" + "9" * 400 + "\""):
        r = api.raw("PATCH", f'/tasks/{task["id"]}', {"priority": "low"}, headers={"If-Match": etag})
        check(f"If-Match {etag[:12]!r}: 412, 400 or 422", r.status_code in (400, 412, 422) or (etag in ("", "1", 'W/"1"') and r.status_code < 500), f"{r.status_code} {r.text[:200]}")
    r = api.raw("PATCH", f'/tasks/{task["id"]}', {"title": "поздно"}, headers={"If-Match": '"999999"'})
    check("412 carries the current task", r.status_code == 412 and r.json().get("code") == "version-mismatch" and r.json().get("current", {}).get("id") == task["id"], r.text[:300])


def queries():
    for q in ("status=nope", "priority=top", "assignee=bob", "assignee=9999999999999999999999", "created_by=x", "tag=red", "project=ERP%00", "parent=abc", "overdue=perhaps", "due_from=yesterday", "due_to=2026-99-99",
              "due=never", "archived=maybe", "deleted=1%27", "mine=5", "open=x", "sort=password", "sort=title;drop", "sort=-", "sort=--title", "sort=" + ",".join(["title"] * 50), "limit=0", "limit=-1", "limit=201",
              "limit=ten", "limit=9999999999999999999999", "limit=1.5", "include=everything", "no_such_filter=1", "account=x", "account=-1.5", "updated_from=x", "q=%00"):
        problem(f"filter {q[:40]}", api.raw("GET", f"/tasks?{q}"), 400, ("invalid-query", "invalid"))
    for c in ("nonsense", "AAAA", "%00", "e30", "e30=", base64.urlsafe_b64encode(b'{"id":1}').decode(), "x" * 5000, "../../etc", "'; DROP TABLE task;--"):
        r = api.raw("GET", "/tasks", params={"cursor": c})
        problem(f"cursor {c[:20]!r}", r, 400, ("invalid-query", "cursor-mismatch"))
    page = api.get("/tasks?limit=2&sort=title")
    if check("there is a second page", page["next_cursor"]):
        problem("a cursor with another sort", api.raw("GET", "/tasks", params={"limit": 2, "sort": "-title", "cursor": page["next_cursor"]}), 400, "cursor-mismatch")
        problem("a cursor with another filter", api.raw("GET", "/tasks", params={"limit": 2, "sort": "title", "status": "done", "cursor": page["next_cursor"]}), 400, "cursor-mismatch")
        problem("a cursor of another list", api.raw("GET", "/tags", params={"cursor": page["next_cursor"]}), 400, ("cursor-mismatch", "invalid-query"))
        problem("a cursor cut short", api.raw("GET", "/tasks", params={"limit": 2, "sort": "title", "cursor": page["next_cursor"][:-3]}), 400, ("cursor-mismatch", "invalid-query"))
    for q in ("'", '"', "a & | !", "(((((", "*", "***", "a:*b", "\\", "%", "_", "<->", "foo OR", "NEAR(a b)", "x" * 3000, "я " * 500, "\u202e", "🚀", "--", "title:secret", "-", "a\tb\nc"):
        r = api.raw("GET", "/search", params={"q": q})
        check(f"search {q[:16]!r}: answered or refused", r.status_code in (200, 400, 422), f"{r.status_code} {r.text[:200]}")
        r = api.raw("GET", "/tasks", params={"q": q})
        check(f"list by text {q[:16]!r}: answered or refused", r.status_code in (200, 400, 422), f"{r.status_code} {r.text[:200]}")
    problem("as_of that is no instant", api.raw("GET", f'/tasks/{task["id"]}?as_of=yesterday'), 400, ("invalid-query", "invalid"))
    for path in ("/tasks/0", "/tasks/-1", "/tasks/99999999999999999999", "/tasks/NOPE-1", "/tasks/ERP-999999", "/tasks/%00", "/tasks/..%2f..%2fetc", "/tasks/1.5", "/projects/abc", "/users/x", "/tags/9999999", "/nowhere", "/tasks/1/nowhere", "/dead-letters/x", "/conflicts/0"):
        problem(f"GET {path}", api.raw("GET", path), (400, 404, 405))
    for method, path in (("PUT", "/tasks"), ("DELETE", "/tasks"), ("POST", "/users/me"), ("PATCH", "/search"), ("TRACE", "/tasks"), ("BREW", "/tasks")):
        problem(f"{method} {path}", api.raw(method, path), (404, 405, 501), ("method-not-allowed", "not-found"))
    raw = requests.get(server.url + "/api/v1/tasks?" + "a=b&" * 20000, headers={"Authorization": f"Bearer {api.token}"}, timeout=20)
    check("a query of 80 kB is refused", 400 <= raw.status_code < 500, raw.status_code)
    for lang in ("xx", "*;q=x", "\u00e9"):
        r = api.raw("GET", "/tasks?limit=1", headers={"Accept-Language": lang.encode("latin-1")})
        check(f"Accept-Language {lang!r}", r.status_code == 200, r.status_code)


def tenants():
    """Ids of another account are as unknown as those that don't exist, in paths, bodies and queries, and nothing changes."""
    c = api.post(f'/tasks/{task["id"]}/comments', {"body": "наш"}, expect=201)
    tag = api.post("/tags", {"name": "наша " + uuid.uuid4().hex[:4], "color": "#336699", "account_id": task["account_id"]}, expect=201)
    own = stranger.post("/projects", {"key": "OWN", "name": "Own"}, expect=201)
    worker = Api(server, "worker@example.com").me["id"]
    mine = stranger.post("/tasks", {"title": "его", "project_id": own["id"]}, expect=201)
    # Log-ins and refusals are events too, so only what belongs to the target account counts.
    count = lambda: (db.one("SELECT count(*) FROM event WHERE account_id = %s AND aggregate_type NOT IN ('session', 'access')", task["account_id"]), db.one("SELECT event_seq FROM task WHERE id = %s", task["id"]))
    before = count()
    t = f'/tasks/{task["id"]}'
    for method, path, body in (("GET", t, None), ("GET", f'/tasks/{task["key"]}', None), ("GET", t + "/history", None), ("GET", t + "/comments", None), ("GET", t + "?as_of=2030-01-01T00:00:00Z", None), ("PATCH", t, {"title": "чужое"}),
                               ("DELETE", t, None), ("POST", t + "/status", {"status": "closed"}), ("POST", t + "/assign", {"user_id": stranger.me["id"], "role": "owner"}), ("DELETE", t + f'/assignees/{api.me["id"]}', None),
                               ("POST", t + "/archive", {}), ("POST", t + "/restore", {}), ("POST", t + "/comments", {"body": "чужое"}), ("PATCH", f'{t}/comments/{c["id"]}', {"body": "чужое"}), ("DELETE", f'{t}/comments/{c["id"]}', None),
                               ("POST", t + "/rank", {"after_id": mine["id"]}), ("GET", f'/projects/{project["id"]}', None), ("PATCH", f'/projects/{project["id"]}', {"name": "чужое"}), ("GET", f'/projects/{project["id"]}/members', None),
                               ("PUT", f'/projects/{project["id"]}/members/{stranger.me["id"]}', {"role": "developer"}), ("POST", f'/projects/{project["id"]}/reassign', {}), ("PATCH", f'/tags/{tag["id"]}', {"name": "x"}), ("DELETE", f'/tags/{tag["id"]}', None),
                               ("GET", f'/accounts/{task["account_id"]}', None)):
        problem(f"another tenant: {method} {path}", stranger.raw(method, path, body), 404, "not-found")
    for field, value in (("project_id", project["id"]), ("parent_id", task["id"]), ("tag_ids", [tag["id"]]), ("owner_id", worker), ("supervisor_id", worker), ("collaborator_ids", [worker])):
        problem(f"another tenant: own task with their {field}", stranger.raw("PATCH" if field != "owner_id" else "POST", f'/tasks/{mine["id"]}' if field != "owner_id" else "/tasks", {field: value, **({"title": "x"} if field == "owner_id" else {})}), (403, 404, 422))
    bulk = stranger.raw("POST", "/tasks/bulk", {"task_ids": [task["id"], mine["id"]], "change": {"priority": "urgent"}})
    items = {i["task_id"]: i for i in bulk.json()["items"]} if bulk.status_code == 200 else {}
    check("another tenant: bulk does its own and refuses theirs as not found", items and items[mine["id"]]["ok"] and not items[task["id"]]["ok"] and items[task["id"]]["problem"]["code"] == "not-found", bulk.text[:400])
    for path in (f'/tasks?project={project["id"]}', f'/tasks?account={task["account_id"]}', f'/tasks?tag={tag["id"]}', f'/tasks?parent={task["id"]}', "/search?q=Мишень", f'/tasks/counts?group=status&project={project["id"]}', "/tasks?q=Мишень", f'/tags?account={task["account_id"]}', "/users?q=admin"):
        r = stranger.raw("GET", path)
        check(f"another tenant: GET {path} shows nothing", r.status_code in (400, 403, 404) or (r.status_code == 200 and r.json()["items"] == []), r.text[:300])
    ids = {i["id"] for p in ("/tasks?limit=200",) for i in stranger.items(p)}
    equal("the stranger's list is the stranger's", ids, {mine["id"]})
    equal("nothing of the account changed", count(), before)
    for method, path in (("GET", "/integrations"), ("GET", "/dead-letters"), ("GET", "/conflicts"), ("GET", "/exchange/status")):
        r = stranger.raw(method, path)
        check(f"{path} for a stranger: none of theirs", r.status_code in (403, 404) or (r.status_code == 200 and not r.json().get("items")), r.text[:200])
    for method, path in (("GET", "/tasks"), ("POST", "/tasks"), ("GET", "/users/me"), ("GET", "/projects"), ("POST", "/live/ticket"), ("GET", "/dead-letters"), ("GET", t), ("GET", "/search?q=x")):
        problem(f"nobody: {method} {path}", requests.request(method, api.base + path, timeout=20), 401, "unauthenticated")


def tokens():
    """25 forged tokens and some more; every one is refused."""
    b64 = lambda b: base64.urlsafe_b64encode(b).rstrip(b"=").decode()
    unb64 = lambda s: base64.urlsafe_b64decode(s + "=" * (-len(s) % 4))
    api.login()
    good = api.token
    h, p, s = good.split(".")
    header, claims = json.loads(unb64(h)), json.loads(unb64(p))
    equal("a real token: RS256, at+jwt, kid", (header["alg"], header["typ"], bool(header["kid"])), ("RS256", "at+jwt", True))
    check("a real token: all claims", {"iss", "aud", "sub", "exp", "iat", "nbf", "sid", "jti"} <= set(claims) and claims["exp"] - claims["iat"] == 600, claims)
    check("a real token: no role or account in it", not {"role", "roles", "account", "account_id", "permissions", "scope"} & set(claims), claims)
    pem = api.raw("GET", "/auth/public-key").text
    jwks = requests.get(server.url + "/.well-known/jwks.json", timeout=10).json()
    equal("the key set: this kid, RS256, public parts only", [k["kid"] == header["kid"] and k["kty"] == "RSA" and not {"d", "p", "q", "dp", "dq", "qi"} & set(k) for k in jwks["keys"] if k["kid"] == header["kid"]], [True])
    check("the PEM checks the token", jwt.decode(good, pem, algorithms=["RS256"], audience=claims["aud"], issuer=claims["iss"])["sub"] == claims["sub"])
    mine = rsa.generate_private_key(65537, 2048)
    my_pem = mine.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    my_jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(mine.public_key()))

    def raw(head, body, signature=s):
        part = lambda x: b64(x if isinstance(x, bytes) else json.dumps(x, separators=(",", ":")).encode())
        return f"{part(head)}.{part(body)}.{signature}"

    def forged(body=claims, **head):
        return jwt.encode(body, my_pem, "RS256", headers={**header, **head})

    def hs256(secret):
        text = f'{b64(json.dumps({**header, "alg": "HS256"}).encode())}.{p}'
        return f"{text}.{b64(hmac.new(secret, text.encode(), hashlib.sha256).digest())}"
    der = serialization.load_pem_public_key(pem.encode()).public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    now = int(time.time())
    refresh = requests.post(api.base + "/auth/login", json={"email": api.email, "password": api.password}, timeout=20).json()["refresh_token"]
    cases = {
        "alg none": raw({**header, "alg": "none"}, claims, ""), "alg None": raw({**header, "alg": "None"}, claims, ""), "alg nOnE": raw({**header, "alg": "nOnE"}, claims, ""), "alg none with the old signature": raw({**header, "alg": "none"}, claims),
        "alg missing": raw({k: v for k, v in header.items() if k != "alg"}, claims), "alg a list": raw({**header, "alg": ["RS256"]}, claims),
        "HS256 with the public key's PEM": hs256(pem.encode()), "HS256 with the PEM, trimmed": hs256(pem.strip().encode()), "HS256 with the DER": hs256(der), "HS256 with an empty secret": hs256(b""),
        "another key under our kid": forged(), "another key, its own jwk in the header": forged(jwk=my_jwk), "jku": forged(jku="http://127.0.0.1:9/jwks.json"), "x5u": forged(x5u="http://127.0.0.1:9/x.pem"), "x5c": forged(x5c=[b64(der)]),
        "an unknown kid": forged(kid="no-such-key"), "an empty kid": forged(kid=""), "a path as kid": forged(kid="../../../../dev/null"), "an SQL kid": forged(kid="x' UNION SELECT 'y"), "no kid": raw({k: v for k, v in header.items() if k != "kid"}, claims),
        "kid twice": raw(b'{"alg":"RS256","typ":"at+jwt","kid":"other","kid":"' + header["kid"].encode() + b'"}', claims), "alg twice": raw(b'{"alg":"none","alg":"RS256","typ":"at+jwt","kid":"' + header["kid"].encode() + b'"}', claims),
        "a kid that is no text": raw({**header, "kid": 1}, claims), "crit": raw({**header, "crit": ["exp"]}, claims), "b64 false": raw({**header, "b64": False}, claims), "typ JWT (an ID token's)": raw({**header, "typ": "JWT"}, claims),
        "typ missing": raw({k: v for k, v in header.items() if k != "typ"}, claims), "alg PS256": raw({**header, "alg": "PS256"}, claims), "alg RS512": raw({**header, "alg": "RS512"}, claims), "alg ES256": raw({**header, "alg": "ES256"}, claims),
        "another sub": raw(header, {**claims, "sub": str(uuid.uuid4())}), "a later exp": raw(header, {**claims, "exp": now + 10 ** 6}), "exp as text": raw(header, {**claims, "exp": str(claims["exp"])}), "another audience": forged({**claims, "aud": "other"}),
        "another issuer": forged({**claims, "iss": "https://evil.example"}), "no exp": forged({k: v for k, v in claims.items() if k != "exp"}), "exp as text, signed by another": forged({**claims, "exp": 1}) + "x",
        "nbf in the future": forged({**claims, "nbf": now + 3600}), "a negative exp": raw(header, {**claims, "exp": -1}), "a huge exp": raw(header, b'{"exp":1e400}'), "exp of 40 digits": raw(header, b'{"exp":' + b"9" * 40 + b"}"),
        "no sub": forged({k: v for k, v in claims.items() if k != "sub"}), "claims that are a list": raw(header, []), "claims that are no JSON": raw(header, b"x"), "claims empty": raw(header, {}),
        "the signature cut": good[:-20], "the signature gone": f"{h}.{p}.", "two parts": f"{h}.{p}", "four parts": good + ".x", "one bit of the signature": f"{h}.{p}.{('A' if s[10] != 'A' else 'B').join((s[:10], s[11:]))}",
        "padding added": good + "==", "a line break inside": None, "a space inside": f"{h}. {p}.{s}", "standard base64": None, "the refresh token": refresh, "1 MB": None, "60 kB": h + "." + "A" * 60_000 + "." + s,
        "nothing": "", "a word": "token", "NUL": None, "JWE (five parts)": f"{h}.{p}.{s}.{s}.{s}",
    }
    cases = {k: v for k, v in cases.items() if v is not None}
    cases["signature with a trailing bit changed"] = good[:-1] + ("B" if good[-1] == "A" else "A") if good[-1] != "w" else good[:-1] + "x"
    accepted = []
    for name, token in cases.items():
        r = requests.get(api.base + "/users/me", headers={"Authorization": f"Bearer {token}"}, timeout=20)
        if r.status_code == 200:
            accepted.append(name)
        if len(token) > 8000:
            check(f"forged: {name}", 400 <= r.status_code < 500, f"{r.status_code} {r.text[:200]}")
        else:
            problem(f"forged: {name}", r, 401, ("unauthenticated", "token-expired"))
    equal(f"{len(cases)} forged tokens, accepted", accepted, [])
    huge = requests.get(api.base + "/users/me", headers={"Authorization": "Bearer " + "A" * 1_000_000}, timeout=20)
    check("a token of 1 MB is refused", 400 <= huge.status_code < 500, huge.status_code)
    for value in (good, f"bearer{good}", f"Basic {good}", "Bearer", f"Bearer {good}, Bearer {good}", f"Token {good}"):
        r = requests.get(api.base + "/users/me", headers={"Authorization": value}, timeout=20)
        check(f"scheme {value[:8]!r}…: 401", r.status_code == 401, f"{r.status_code} {r.text[:200]}")
    r = requests.get(f"{api.base}/users/me?access_token={good}", timeout=20)
    check("a token in the query is not taken", r.status_code in (400, 401), r.status_code)
    equal("the real one works all the same", requests.get(api.base + "/users/me", headers={"Authorization": f"Bearer {good}"}, timeout=20).status_code, 200)
    # a log-out ends it at once
    other = Api(server, "worker@example.com")
    body = requests.post(api.base + "/auth/login", json={"email": "worker@example.com", "password": "tasktrack"}, timeout=20).json()
    auth = {"Authorization": f'Bearer {body["access_token"]}'}
    equal("log-out", requests.post(api.base + "/auth/logout", json={"refresh_token": body["refresh_token"]}, headers=auth, timeout=20).status_code, 204)
    problem("a logged-out token", requests.get(api.base + "/users/me", headers=auth, timeout=20), 401)
    problem("a logged-out refresh token", requests.post(api.base + "/auth/refresh", json={"refresh_token": body["refresh_token"]}, timeout=20), 401)
    equal("another session of that person goes on", other.raw("GET", "/users/me").status_code, 200)
    for name, body in (("nonsense", {"refresh_token": "x"}), ("an access token", {"refresh_token": good}), ("empty", {}), ("a number", {"refresh_token": 1}), ("a long one", {"refresh_token": "x" * 100_000})):
        problem(f"refresh with {name}", requests.post(api.base + "/auth/refresh", json=body, timeout=20), (401, 403, 422))
    first = requests.post(api.base + "/auth/login", json={"email": "finance@example.com", "password": "tasktrack"}, timeout=20).json()
    second = requests.post(api.base + "/auth/refresh", json={"refresh_token": first["refresh_token"]}, timeout=20).json()
    third = requests.post(api.base + "/auth/refresh", json={"refresh_token": second["refresh_token"]}, timeout=20).json()
    check("refresh tokens rotate", len({first["refresh_token"], second["refresh_token"], third["refresh_token"]}) == 3)
    problem("the one before last is theft", requests.post(api.base + "/auth/refresh", json={"refresh_token": first["refresh_token"]}, timeout=20), 401)
    problem("and ends the family", requests.post(api.base + "/auth/refresh", json={"refresh_token": third["refresh_token"]}, timeout=20), 401)


def sign_in():
    post = lambda path, body: requests.post(api.base + path, json=body, timeout=20)
    for name, body in (("wrong password", {"email": "admin@example.com", "password": "x"}), ("unknown person", {"email": "nobody@example.com", "password": "tasktrack"}), ("SQL", {"email": "' OR 1=1 --", "password": "x"}),
                       ("a very long password", {"email": "admin@example.com", "password": "x" * 100_000}), ("NUL", {"email": "admin@example.com\0", "password": "tasktrack"})):
        problem(f"log-in: {name}", post("/auth/login", body), (401, 422), ("bad-credentials", "invalid"))
    for body in ({}, {"email": 1, "password": 2}, {"email": "a@b.c"}, {"email": None, "password": None}, {"email": "admin@example.com", "password": "x", "role": "admin"}):
        problem(f"log-in: {json.dumps(body)[:40]}", post("/auth/login", body), 422)
    ok = {"email": f"x{uuid.uuid4().hex[:6]}@example.org", "password": "a long enough one 7", "name": "X"}
    for field, value in (("email", "no address"), ("email", "a@b"), ("email", ""), ("email", "a b@example.org"), ("email", "x" * 400 + "@example.org"), ("password", "short"), ("password", ""), ("password", "x" * 10_000), ("name", ""), ("name", "x" * 1000),
                         ("name", "a\0b"), ("language", "xx"), ("time_zone", "Mars/Olympus")):
        problem(f"register: {field} = {value[:12]!r}", post("/auth/register", {**ok, field: value}), (409, 422), None, f"/{field}")
    for field in ("role", "account_id", "is_admin", "id"):
        problem(f"register: {field} is not for the body", post("/auth/register", {**ok, field: "admin"}), 422, "unknown-field")
    problem("register: an address that is taken", post("/auth/register", {**ok, "email": "Admin@Example.com"}), 409, "email-taken")
    worker = Api(server, "worker@example.com")
    for method, path, body in (("GET", "/dead-letters", None), ("GET", "/integrations", None), ("POST", f'/projects/{project["id"]}/reassign', {}), ("PUT", f'/projects/{project["id"]}/members/{worker.me["id"]}', {"role": "project_manager"})):
        r = worker.raw(method, path, body)
        if method == "GET" and r.status_code == 200:
            equal(f"a worker: {method} {path} is empty", r.json()["items"], [])
        else:
            problem(f"a worker: {method} {path}", r, (403, 404))
    for path in ("/users/me",):
        problem("a person can't give themselves a role", worker.raw("PATCH", path, {"role": "admin"}), 422, "unknown-field")


for scene in (bodies, fields, queries, tenants, tokens, sign_in):
    report.run(scene.__name__.replace("_", " "), scene)
report.section("all in all")
equal("answers of 500 and above", seen_5xx, [])
equal("the server is ready still", server.ready(), True)
log = server.log.read_text(errors="replace")
check("no panic in its log", "panicked" not in log, [l for l in log.splitlines() if "panicked" in l][:3])
report.finish()
