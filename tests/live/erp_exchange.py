#!/usr/bin/env python3
"""Plays the ERP on real Kafka against the real binary on PostgreSQL: everything the exchange promises, seen from outside.

Messages are built and read by this file alone, never by the project's own encoders.
"""
import datetime as dt
import json
import time
import urllib.parse
import uuid
import zoneinfo

from harness import (ALL_TOPICS, CHROMIUM, DLQ_TOPICS, ERP_TOPICS, KAFKA, OUT, REDIS, Api, Db, Erp, Reader, Server, command, ends, ensure_topics,
                     fresh_database, fresh_group, need, report, wait_until)

check, equal = report.check, report.equal
need("binary", "TASKTRACK_TEST_POSTGRES", "TASKTRACK_TEST_KAFKA")

ensure_topics()
START = ends()
url = fresh_database()
server = Server(url, KAFKA, REDIS, env={"TASKTRACK_CONSUMER_GROUP": fresh_group(START), "TASKTRACK_CONSUMER_INSTANCE": "erp-1", "TASKTRACK_REGISTRATION": "new-account"})
db, api, erp = Db(url), Api(server), Erp()
out = Reader(ALL_TOPICS, START)
integration = next(i for i in api.items("/integrations") if i["source"] == "1c")
zone = zoneinfo.ZoneInfo(api.get(f'/accounts/{integration["account"]["id"]}')["time_zone"])

TOP = ["event_type", "issue_id", "timestamp", "data", "source", "version", "event_id", "sequence", "external_id"]
DATA = ["id", "name", "content", "status", "priority", "deadline", "date_create", "date_check", "date_start_plan", "date_end_plan", "company_id", "service_id",
        "database_id", "user_id", "supervisor_id", "applicant_type", "applicant_id", "sprint_id", "parent_id"]
COMMENT = ["comment_id", "comment", "user_id", "user_name", "date_create"]
HEADERS = ["event-id", "event-type", "schema", "account", "aggregate-id", "aggregate-version", "source", "content-type"]
NASTY = "Счёт №17 от «Ромашки» 🚀 — срочно"
TEXT = "Первая строка\nвторая «строка»\n\tс табуляцией, \"кавычками\", \\ и эмодзи 👩‍💻\n"
prefix = "1C-" + uuid.uuid4().hex[:6] + "-"
count = 0


def xid():
    global count
    count += 1
    return f"{prefix}{count}"


def find(external_id):
    return db.one("SELECT internal_id FROM external_ref WHERE integration_id = %s AND external_id = %s", integration["id"], external_id)


def task_for(external_id, test=lambda t: True, timeout=20):
    """The task of that external id once it passes `test`; the task as it is if it never does."""
    def look():
        i = find(external_id)
        if i:
            t = api.get(f"/tasks/{i}")
            if test(t):
                return t
    got = wait_until(look, timeout)
    if got is None and find(external_id):
        return api.get(f"/tasks/{find(external_id)}")
    if got is None:
        raise AssertionError(f"no task came of {external_id}; open dead letters: {[(d['code'], d['detail']) for d in api.items('/dead-letters?state=open')][:5]}")
    return got


def create(name="Заявка", external_id=None, data=None, **over):
    external_id = external_id or xid()
    erp.send(erp.message("created", {"name": name, "content": "из 1С", "status": "new", "priority": "medium", "deadline": None, **(data or {})}, external_id=external_id, **over))
    return external_id, task_for(external_id)


def settle():
    """Everything sent before has been dealt with: a marker message per topic, keyed alike to nothing, has come through."""
    end = ends(ERP_TOPICS)
    group = server.env["TASKTRACK_CONSUMER_GROUP"]
    from confluent_kafka import Consumer, TopicPartition
    c = Consumer({"bootstrap.servers": KAFKA, "group.id": group, "enable.auto.commit": False})

    def through():
        at = c.committed([TopicPartition(t, p) for (t, p) in end], timeout=10)
        return all(x.offset >= end[(x.topic, x.partition)] or end[(x.topic, x.partition)] == START.get((x.topic, x.partition), 0) for x in at)
    done = wait_until(through, 30, 0.1)
    c.close()
    return done


def instant(text):
    return dt.datetime.fromisoformat(text.replace("Z", "+00:00"))


def history(task_id):
    return list(reversed(api.items(f"/tasks/{task_id}/history?limit=200")))


def outbound(task_id, event_type=None, topic="issues-events"):
    return [m for m in out.all if m.topic == topic and m.json and m.json.get("source") == "task-track" and m.json.get("issue_id") == task_id
            and (event_type is None or m.json["event_type"] == event_type)]


def wait_out(task_id, event_type, n=1, timeout=20):
    end = time.time() + timeout
    while len(found := outbound(task_id, event_type)) < n and time.time() < end:
        out.poll(0.1)
    return found


# ---------------------------------------------------------------- scenes

def created():
    x = xid()
    deadline = "2027-03-01T12:30:00+03:00"
    erp.send(erp.message("created", {"name": NASTY, "content": TEXT, "status": "in_progress", "priority": "high", "deadline": deadline, "company_id": 987654, "service_id": 555, "user_id": 424242}, external_id=x))
    t = task_for(x)
    equal("created: name, byte for byte", t["title"], NASTY)
    equal("created: content with line breaks and emoji", t["description"], TEXT)
    equal("created: status", t["status"], "in_progress")
    equal("created: priority", t["priority"], "high")
    equal("created: deadline is the same instant", instant(t["due_date"]), instant(deadline))
    equal("created: in the integration's project", t["project"]["id"], integration["project"]["id"])
    equal("created: made by the integration's user", t["created_by"]["id"], integration["user"]["id"])
    kept = json.dumps(t["metadata"].get("erp", {}))
    check("created: unknown references are kept in the metadata", "987654" in kept and "424242" in kept, t["metadata"])
    check("created: an unknown user owns nothing", not [a for a in t["assignees"] if a["role"] == "owner"], t["assignees"])
    linked = wait_out(t["id"], "linked")
    check("created: answered by linked", len(linked) == 1 and linked[0].json["external_id"] == x, linked)
    if linked:
        m = linked[0]
        equal("linked: members in order", list(m.json), TOP)
        equal("linked: data", m.json["data"], {"issue_id": t["id"], "external_id": x})
        equal("linked: key is the task id", m.key, str(t["id"]))
    x2 = xid()
    erp.send(erp.message("created", {"content": "без названия"}, external_id=x2))
    check("created without a name gets the default one", task_for(x2)["title"] in ("Заявка из 1С", "Issue from ERP"))
    x3 = int(time.time()) + 10_000_000
    erp.send(erp.message("created", {"name": "Номер вместо ключа"}, issue_id=x3), topic="issues-events")
    equal("created with issue_id only, on the first topic", task_for(str(x3))["title"], "Номер вместо ключа")
    x4 = xid()
    erp.send(erp.message("created", {"name": "Срок без пояса", "deadline": "2027-03-01T18:00:00"}, external_id=x4))
    equal("a deadline without an offset is in the account's zone", instant(task_for(x4)["due_date"]), dt.datetime(2027, 3, 1, 18, tzinfo=zone))


def updated():
    x, t = create("До")
    erp.send(erp.message("updated", {"name": "После «правки»", "content": "новый текст", "priority": "low", "deadline": "2027-05-05T10:00:00Z", "status": "closed"}, external_id=x))
    t = task_for(x, lambda t: t["title"] != "До")
    equal("updated: name, content, priority", (t["title"], t["description"], t["priority"]), ("После «правки»", "новый текст", "low"))
    equal("updated: a status in it changes nothing", t["status"], "new")
    erp.send(erp.message("updated", {"deadline": None}, external_id=x))
    t = task_for(x, lambda t: t["due_date"] is None)
    equal("updated: null clears the deadline", t["due_date"], None)
    equal("updated: what is not named stays", (t["title"], t["description"]), ("После «правки»", "новый текст"))
    before = t["event_seq"]
    api.patch(f'/tasks/{t["id"]}', {"priority": "urgent"})
    erp.send(erp.message("updated", {"priority": "high"}, external_id=x))
    settle()
    equal("an inbound high on an urgent task is no change", api.get(f'/tasks/{t["id"]}')["priority"], "urgent")
    check("and it makes no event of its own", api.get(f'/tasks/{t["id"]}')["event_seq"] == before + 1, api.get(f'/tasks/{t["id"]}')["event_seq"])


def statuses():
    x, t = create("Статусы")
    for s in ("closed", "waiting", "testing", "done", "new"):
        erp.send(erp.message("status_changed", {"status": s}, external_id=x))
        equal(f"status_changed to {s}, whatever our table says", task_for(x, lambda t, s=s: t["status"] == s)["status"], s)
    entries = [e for e in history(t["id"]) if e["type"] == "TaskStatusChanged"]
    equal("five changes, five entries", len(entries), 5)
    check("each caused by the consumer of 1c", all(e["cause"]["kind"] == "consumer" and e["cause"].get("source") == "1c" for e in entries), entries[:1])
    erp.send(erp.message("status_changed_with_comment", {"status": "in_progress", "comment": {"comment_id": 991, "comment": "Взял в работу 👍"}}, external_id=x))
    t = task_for(x, lambda t: t["status"] == "in_progress")
    c = api.items(f'/tasks/{t["id"]}/comments')
    check("status_changed_with_comment: both arrive", t["status"] == "in_progress" and [k["body"] for k in c] == ["Взял в работу 👍"], c)


def comments():
    x, t = create("Комментарии")
    path = f'/tasks/{t["id"]}/comments'
    erp.send(erp.message("comment_added", {"comment": "Здравствуйте, «коллеги»!\n🙂", "comment_id": 501, "user_email": "worker@example.com"}, external_id=x))
    c = wait_until(lambda: api.items(path))
    check("comment_added: text and known author", c and c[0]["body"] == "Здравствуйте, «коллеги»!\n🙂" and c[0]["author"]["name"] == Api(server, "worker@example.com").me["name"], c)
    erp.send(erp.message("comment_added", {"comment": "Здравствуйте, «коллеги»!\n🙂", "comment_id": 501, "user_email": "worker@example.com"}, external_id=x))
    erp.send(erp.message("comment_added", {"comment": "от чужого", "comment_id": 502, "user_email": "nobody@elsewhere.test"}, external_id=x))
    c = wait_until(lambda: (lambda l: l if len(l) > 1 else None)(api.items(path))) or []
    settle()
    c = api.items(path)
    equal("the same comment_id again is no second comment", len(c), 2)
    check("an unknown address: kept, shown, the integration's", c[-1]["external_author"] and "nobody@elsewhere.test" in c[-1]["external_author"] and c[-1]["author"]["id"] == integration["user"]["id"], c[-1])
    date = "2026-10-01T10:00:00Z"
    for _ in range(2):
        erp.send(erp.message("comment_added", {"comment": "без номера", "date_create": date}, external_id=x))
    settle()
    equal("without an id, the same date and text are one comment", len(api.items(path)), 3)


def duplicates():
    x = xid()
    m = erp.message("created", {"name": "Дубль"}, external_id=x)
    for _ in range(3):
        erp.send(m)
    t = task_for(x)
    settle()
    equal("the same created three times: one task", db.one("SELECT count(*) FROM task WHERE title = 'Дубль'"), 1)
    equal("and one answer", len(wait_out(t["id"], "linked")), 1)
    erp.send({**m, "event_id": str(uuid.uuid4())})
    settle()
    check("created again as a new message: no new task, linked again", len(wait_out(t["id"], "linked", 2)) == 2 and db.one("SELECT count(*) FROM task WHERE title = 'Дубль'") == 1)
    seq = api.get(f'/tasks/{t["id"]}')["event_seq"]
    u = erp.message("updated", {"name": "Дубль 2"}, external_id=x)
    erp.send(u)
    task_for(x, lambda t: t["title"] == "Дубль 2")
    after = api.get(f'/tasks/{t["id"]}')["event_seq"]
    for _ in range(5):
        erp.send(u)
    settle()
    equal("an update repeated five times is one event", (after - seq, api.get(f'/tasks/{t["id"]}')["event_seq"] - after), (1, 0))


def aba():
    for with_id in (True, False):
        x, t = create("А")
        n = len(history(t["id"]))
        for name in ("Б", "А", "Б", "А"):
            erp.send(erp.message("updated", {"name": name}, external_id=x, event_id=with_id, timestamp="2026-11-21T10:00:00Z"))
        settle()
        names = [e["changes"]["title"]["to"] for e in history(t["id"])[n:] if "title" in e["changes"]]
        equal(f"А, Б, А, Б, А {'with' if with_id else 'without'} event ids: every change happened, in order", names, ["Б", "А", "Б", "А"])


def own_echo():
    t = api.post("/tasks", {"title": "Наша задача", "project_id": integration["project"]["id"]}, expect=201)
    m = (wait_out(t["id"], "created") or [None])[0]
    if not check("our created went out", m is not None, out.all[-3:]):
        return
    ignored = api.get("/exchange/status")["inbound"]["ignored"]
    for change in ({}, {"data": {**m.json["data"], "name": "Эхо"}}):
        erp.send({**m.json, **change, "event_type": "updated"}, topic="issues-events")
    erp.send({**m.json, "event_type": "updated", "source": "1c", "data": {**m.json["data"], "name": "Эхо под чужим именем"}})
    settle()
    now = api.get(f'/tasks/{t["id"]}')
    equal("our own message, even altered, changes nothing", (now["title"], now["event_seq"]), ("Наша задача", t["event_seq"]))
    check("and is counted as ignored", wait_until(lambda: api.get("/exchange/status")["inbound"]["ignored"] >= ignored + 3, 5), api.get("/exchange/status"))
    check("and is no dead letter", not [d for d in api.items("/dead-letters?state=open") if "Эхо" in d["payload"]])


def letter(test, timeout=20):
    return wait_until(lambda: next((d for d in api.items("/dead-letters?state=open&limit=200") if test(d)), None), timeout)


def bad_messages():
    """Each is a dead letter with its reason, in the table and on the .dlq topic; good ones behind it are applied."""
    x, t = create("За плохими")
    valid = lambda **over: json.dumps(erp.message("updated", {"name": "не должно примениться"}, external_id=x, **over), ensure_ascii=False).encode()
    cases = [
        ("garbage bytes", b"\x00\xff\xfe\x80garbage\xc3\x28" + uuid.uuid4().bytes, {"invalid-json", "invalid-utf8", "invalid-encoding"}),
        ("invalid JSON", b'{"event_type": "updated", "data": {"name": "' + uuid.uuid4().hex.encode(), {"invalid-json"}),
        ("JSON that is no object", b'["updated", 1, "' + uuid.uuid4().hex.encode() + b'"]', {"schema", "invalid-schema", "invalid-json", "invalid"}),
        ("an unknown status", json.dumps(erp.message("status_changed", {"status": "на паузе"}, external_id=x), ensure_ascii=False).encode(), {"unknown-status"}),
        ("an unknown source", valid(source="sap-" + uuid.uuid4().hex[:4]), {"unknown-source"}),
        ("data of a wrong type", json.dumps(erp.message("updated", {"name": {"ru": "объект"}}, external_id=x), ensure_ascii=False).encode(), {"schema", "invalid-schema", "invalid"}),
        ("no event_type", json.dumps({"source": "1c", "data": {}, "external_id": x, "version": uuid.uuid4().hex}).encode(), {"schema", "invalid-schema", "invalid"}),
        ("an unknown priority", json.dumps(erp.message("updated", {"priority": "ужас"}, external_id=x), ensure_ascii=False).encode(), {"unknown-priority", "schema", "invalid-schema", "invalid"}),
        ("a NUL in a name", json.dumps(erp.message("updated", {"name": "a\u0000b"}, external_id=x)).encode(), {"schema", "invalid-schema", "invalid", "nul", "invalid-text"}),
    ]
    import base64
    for name, payload, codes in cases:
        erp.send(payload, key=x)
        def same(d, payload=payload):
            if d.get("payload_base64"):
                return base64.b64decode(d["payload_base64"]) == payload
            return d["payload"].encode() == payload
        d = letter(same)
        if not check(f"{name}: a dead letter with the original bytes", d, [(l["code"], l["payload"][:80]) for l in api.items("/dead-letters?state=open")][:4]):
            continue
        check(f"{name}: its reason", d["code"] in codes and d["detail"], (d["code"], d["detail"]))
        check(f"{name}: its coordinates", d["topic"] == erp.topic and d["partition"] is not None and d["offset"] is not None, d)
        copies = out.wait(lambda m, payload=payload: m.topic == erp.topic + ".dlq" and m.bytes == payload, 15)
        check(f"{name}: on the .dlq topic with the original bytes and the reason", len(copies) == 1 and d["code"] in json.dumps(copies[0].headers), copies[:2])
    erp.send(erp.message("updated", {"name": "После плохих"}, external_id=x))
    equal("a good message behind the bad ones is applied", task_for(x, lambda t: t["title"] == "После плохих")["title"], "После плохих")
    # A big one and an empty one: stored or ignored, but nothing stops.
    erp.send(erp.message("updated", {"content": "я" * 300_000}, external_id=x))
    erp.send(None, key=x)
    erp.send(erp.message("coffee_brewed", {"cups": 3}, external_id=x))
    erp.send(erp.message("updated", {"name": "И после больших"}, external_id=x))
    equal("nothing blocks the partition", task_for(x, lambda t: t["title"] == "И после больших")["title"], "И после больших")


def redrive():
    x, t = create("Починка")
    m = erp.message("status_changed", {"status": "непонятно"}, external_id=x)
    erp.send(m)
    d = letter(lambda d: d["code"] == "unknown-status" and x in d["payload"])
    if not check("the letter to mend", d):
        return
    r = api.raw("POST", f'/dead-letters/{d["id"]}/resend', {})
    check("sent again unchanged: 422 with the new error", r.status_code == 422, r.text)
    m["data"]["status"] = "testing"
    fixed = api.post(f'/dead-letters/{d["id"]}/resend', {"payload": json.dumps(m, ensure_ascii=False)})
    equal("sent again mended: resent", fixed["state"], "resent")
    equal("and applied", api.get(f'/tasks/{t["id"]}')["status"], "testing")
    erp.send("не json".encode() + x.encode(), key=x)
    d = letter(lambda d: d["code"] == "invalid-json" and x in d["payload"])
    if check("a letter to discard", d):
        equal("discarded with a reason", (lambda j: (j["state"], j["reason"]))(api.post(f'/dead-letters/{d["id"]}/discard', {"reason": "шум"})), ("discarded", "шум"))
    erp.send("снова не json".encode() + x.encode(), key=x)
    d = letter(lambda d: d["code"] == "invalid-json" and "снова" in d["payload"])
    env = {"DATABASE_URL": url, "TASKTRACK_DATA_DIR": server.data}
    listed = command("dead-letters", "list", env=env)
    check("the command lists it", listed.returncode == 0 and d and str(d["id"]) in listed.stdout, listed.stdout[-300:] + listed.stderr[-300:])
    if d:
        shown = command("dead-letters", "show", str(d["id"]), env=env)
        check("the command shows it", shown.returncode == 0 and "invalid-json" in shown.stdout, shown.stdout[-300:] + shown.stderr[-300:])


def early_update():
    x = xid()
    parked = api.get("/exchange/status")["inbound"]["parked"]
    erp.send(erp.message("updated", {"name": "Второе имя"}, external_id=x))
    erp.send(erp.message("status_changed", {"status": "waiting"}, external_id=x))
    erp.send(erp.message("updated", {"name": "Третье имя"}, external_id=x))
    erp.send(erp.message("comment_added", {"comment": "тоже рано", "comment_id": 77}, external_id=x))
    check("an update before its create is parked, later ones behind it", wait_until(lambda: db.one("SELECT count(*) FROM parked WHERE external_id = %s", x) == 4), db.rows("SELECT external_id FROM parked"))
    equal("and counted", api.get("/exchange/status")["inbound"]["parked"], parked + 4)
    other, _ = create("Не ждёт")
    check("others are not held up", other)
    erp.send(erp.message("created", {"name": "Первое имя", "status": "new"}, external_id=x))
    t = task_for(x, lambda t: t["title"] == "Третье имя" and t["status"] == "waiting")
    settle()
    t = task_for(x)
    equal("released at the create: the end state", (t["title"], t["status"]), ("Третье имя", "waiting"))
    names = [e["changes"]["title"]["to"] for e in history(t["id"]) if "title" in e["changes"] and e["type"] != "TaskCreated"]
    equal("released in order", names, ["Второе имя", "Третье имя"])
    equal("the comment too", [c["body"] for c in api.items(f'/tasks/{t["id"]}/comments')], ["тоже рано"])
    equal("nothing is left parked of it", db.one("SELECT count(*) FROM parked WHERE external_id = %s", x), 0)


def deleted():
    x, t = create("Удаляемая")
    m = erp.message("deleted", {"id": t["id"], "name": "Удаляемая"}, external_id=x)
    m["timestamp"] = None
    erp.send(m)
    t = task_for(x, lambda t: t["archived_at"])
    check("a valid deleted with a null timestamp archives", t["archived_at"], t)
    api.patch(f'/integrations/{integration["id"]}', {"delete_policy": "ignore"})
    x, t = create("Не удаляемая")
    erp.send(erp.message("deleted", {"id": t["id"], "name": t["title"]}, external_id=x))
    settle()
    check("policy ignore: stays", not task_for(x)["archived_at"])
    api.patch(f'/integrations/{integration["id"]}', {"delete_policy": "delete"})
    x, t = create("В корзину")
    erp.send(erp.message("deleted", {"id": t["id"], "name": t["title"]}, external_id=x))
    check("policy delete: in the trash", wait_until(lambda: api.raw("GET", f'/tasks/{t["id"]}').status_code == 404))
    api.patch(f'/integrations/{integration["id"]}', {"delete_policy": "archive"})


def linked():
    t = api.post("/tasks", {"title": "Родилась у нас", "project_id": integration["project"]["id"]}, expect=201)
    x = xid()
    erp.send(erp.message("linked", {"issue_id": t["id"], "external_id": x}, issue_id=t["id"], external_id=x))
    equal("linked inbound: the ERP's id is known", wait_until(lambda: find(x)), t["id"])
    erp.send(erp.message("updated", {"name": "По их номеру"}, external_id=x))
    equal("and finds the task", task_for(x, lambda t: t["title"] == "По их номеру")["title"], "По их номеру")
    api.patch(f'/tasks/{t["id"]}', {"description": "с номером"})
    m = wait_out(t["id"], "updated")
    equal("our messages carry it from then on", m and m[-1].json["external_id"], x)
    y = xid()
    erp.send(erp.message("linked", {"issue_id": t["id"], "external_id": y}, issue_id=t["id"], external_id=y))
    settle()
    found = wait_until(lambda: api.items(f'/conflicts?state=any&task={t["id"]}'), 10)
    check("a second, different external id is a conflict", found and y in json.dumps(found), found)
    equal("and does not take the task over", find(x), t["id"])


def by_our_id():
    t = api.post("/tasks", {"title": "По нашему номеру", "project_id": integration["project"]["id"]}, expect=201)
    erp.send(erp.message("updated", {"name": "Нашлась по issue_id"}, issue_id=t["id"]), topic="issues-events")
    equal("a bare issue_id is ours", wait_until(lambda: (lambda t: t if t["title"] != "По нашему номеру" else None)(api.get(f'/tasks/{t["id"]}')))["title"], "Нашлась по issue_id")


def tenants():
    r = Api(server, login=False)
    email = f"stranger-{uuid.uuid4().hex[:6]}@example.org"
    r.call("POST", "/auth/register", {"email": email, "password": "a long enough one 7", "name": "Stranger"}, expect=201)
    stranger = Api(server, email, "a long enough one 7")
    p = stranger.post("/projects", {"key": "OWN", "name": "Own"}, expect=201)
    t = stranger.post("/tasks", {"title": "Чужая", "project_id": p["id"]}, expect=201)
    for e, data in (("updated", {"name": "взломано"}), ("status_changed", {"status": "closed"}), ("comment_added", {"comment": "взломано"}), ("deleted", {"id": t["id"], "name": "Чужая"})):
        erp.send(erp.message(e, data, issue_id=t["id"]))
    settle()
    now = stranger.get(f'/tasks/{t["id"]}')
    equal("an issue_id of another account changes nothing there", (now["title"], now["status"], now["event_seq"], now["comment_count"], now["archived_at"]), ("Чужая", "new", t["event_seq"], 0, None))
    out.quiet(1.5, 10)
    check("a task of an account without integration does not go to the ERP", not outbound(t["id"]), outbound(t["id"])[:1])
    equal("the stranger sees no dead letters or conflicts of others", [stranger.raw("GET", p).status_code == 403 or stranger.items(p) == [] for p in ("/dead-letters?state=any", "/conflicts?state=any")], [True, True])


def conflicts():
    path = f'/integrations/{integration["id"]}'
    def both(policy, when=None):
        api.patch(path, {"conflict_policy": policy})
        x, t = create(f"Основа {policy}")
        time.sleep(0.05)
        api.patch(f'/tasks/{t["id"]}', {"title": "Наше"})
        time.sleep(0.05)
        sent = len(outbound(t["id"], "updated"))
        wait_out(t["id"], "updated")
        m = erp.message("updated", {"name": "Их", "content": "и без спора"}, external_id=x)
        if when:
            m["timestamp"] = when
        erp.send(m)
        task_for(x, lambda t: t["description"] == "и без спора")
        found = wait_until(lambda: api.items(f'/conflicts?state=any&task={t["id"]}'), 10) or []
        return api.get(f'/tasks/{t["id"]}'), found, sent
    for policy, when, title, outcome in (("erp_wins", None, "Их", "theirs"), ("ours_wins", None, "Наше", "ours"), ("newest_wins", None, "Их", "theirs"),
                                         ("newest_wins", "2020-01-01T00:00:00Z", "Наше", "ours"), ("ask", None, "Наше", "open")):
        name = policy + (" with an old timestamp" if when else "")
        t, found, _ = both(policy, when)
        equal(f"{name}: the value", t["title"], title)
        if check(f"{name}: recorded with both values", len(found) == 1 and (found[0]["base"], found[0]["ours"], found[0]["theirs"]) == (f"Основа {policy}", "Наше", "Их"), found):
            equal(f"{name}: field, policy and outcome", (found[0]["field"], found[0]["policy"], found[0]["outcome"]), ("name", policy, outcome))
        if outcome == "ours":
            m = wait_out(t["id"], "updated", 2)
            check(f"{name}: what we kept goes to the ERP", len(m) >= 2 and m[-1].json["data"]["name"] == "Наше", m)
        if outcome == "open" and found:
            api.post(f'/conflicts/{found[0]["id"]}/resolve', {"choice": "theirs"})
            equal("ask: a person chooses theirs", api.get(f'/tasks/{t["id"]}')["title"], "Их")
            equal("ask: no longer open", [c["id"] for c in api.items(f'/conflicts?state=open&task={t["id"]}')], [])
    api.patch(path, {"conflict_policy": "newest_wins"})
    x, t = create("Разные поля")
    api.patch(f'/tasks/{t["id"]}', {"description": "наше описание"})
    erp.send(erp.message("updated", {"name": "их имя"}, external_id=x))
    t = task_for(x, lambda t: t["title"] == "их имя")
    equal("different fields: both stay, no conflict", (t["title"], t["description"], api.items(f'/conflicts?state=any&task={t["id"]}')), ("их имя", "наше описание", []))


def exact(m, expected_data, event_type, task, external_id=None):
    """The whole message, byte for byte, with only the time, the event id and the sequence taken from it."""
    j = m.json
    want = {"event_type": event_type, "issue_id": task["id"], "timestamp": j["timestamp"], "data": expected_data, "source": "task-track", "version": "1.0",
            "event_id": j["event_id"], "sequence": j["sequence"], "external_id": external_id}
    wanted = json.dumps(want, ensure_ascii=False, separators=(",", ":")).encode()
    check(f"{event_type}: the bytes", m.bytes == wanted, f"\n   got    {m.text}\n   wanted {wanted.decode()}")
    check(f"{event_type}: time in UTC with Z", j["timestamp"].endswith("Z") and instant(j["timestamp"]))
    equal(f"{event_type}: event id and sequence are the log's", db.rows("SELECT aggregate_id, event_seq FROM event WHERE id = %s", j["event_id"]), [(task["id"], j["sequence"])])
    equal(f"{event_type}: key", m.key, str(task["id"]))
    check(f"{event_type}: headers", all(m.headers.get(h) for h in HEADERS), m.headers)
    equal(f"{event_type}: header values", (m.headers.get("event-id"), m.headers.get("aggregate-id"), m.headers.get("aggregate-version"), m.headers.get("source"), m.headers.get("content-type"), m.headers.get("event-type")),
          (j["event_id"], str(task["id"]), str(j["sequence"]), "task-track", "application/json", event_type))


def shape(task, owner=None):
    """`data` of created and updated as the task is now, from REST alone."""
    return {"id": task["id"], "name": task["title"], "content": task["description"], "status": task["status"],
            "priority": "high" if task["priority"] == "urgent" else task["priority"], "deadline": task["due_date"], "date_create": task["created_at"],
            "date_check": task["check_date"], "date_start_plan": task["planned_start"], "date_end_plan": task["planned_end"], "company_id": None, "service_id": None,
            "database_id": None, "user_id": owner, "supervisor_id": (task["supervisor"] or {}).get("id"), "applicant_type": None, "applicant_id": None,
            "sprint_id": None, "parent_id": (task["parent"] or {}).get("id")} | ({"urgent": True} if task["priority"] == "urgent" else {})


def shapes():
    worker = Api(server, "worker@example.com").me
    project = integration["project"]["id"]
    t = api.post("/tasks", {"title": NASTY, "description": TEXT, "project_id": project, "priority": "high", "due_date": "2027-01-02T03:04:05Z", "owner_id": worker["id"]}, expect=201)
    m = wait_out(t["id"], "created")
    if check("created goes out once", len(m) == 1, m):
        equal("created: members in order", list(m[0].json), TOP)
        equal("created: data members in order, nulls present", list(m[0].json["data"]), DATA)
        check("created: non-ASCII unescaped", "\\u" not in m[0].text and "«Ромашки» 🚀" in m[0].text, m[0].text[:200])
        exact(m[0], shape(t, worker["id"]), "created", t)
    # what follows is one message a change
    t = api.patch(f'/tasks/{t["id"]}', {"title": "Другое «имя»", "priority": "urgent"})
    m = wait_out(t["id"], "updated")
    if check("updated goes out once", len(m) == 1, m):
        exact(m[0], shape(t, worker["id"]), "updated", t)
    t = api.post(f'/tasks/{t["id"]}/status', {"status": "in_progress"})
    m = wait_out(t["id"], "status_changed")
    if check("status_changed goes out once", len(m) == 1, m):
        d = m[0].json["data"]
        equal("status_changed: old and new", (d.get("old_status"), d.get("new_status")), ("new", "in_progress"))
        equal("status_changed: members in order", list(d)[:21], DATA + ["old_status", "new_status"])
    c = api.post(f'/tasks/{t["id"]}/comments', {"body": "Ответ «да»\n🙂"}, expect=201)
    m = wait_out(t["id"], "comment_added")
    if check("comment_added goes out once", len(m) == 1, m):
        exact(m[0], {"issue_id": t["id"], "comment_id": c["id"], "comment": "Ответ «да»\n🙂", "user_id": api.me["id"], "user_name": api.me["name"], "date_create": c["created_at"]}, "comment_added", t)
    t = api.post(f'/tasks/{t["id"]}/status', {"status": "testing", "comment": "Проверьте"})
    m = wait_out(t["id"], "status_changed_with_comment")
    if check("a status with a comment is one message", len(m) == 1 and len(outbound(t["id"], "status_changed")) == 1 and len(outbound(t["id"], "comment_added")) == 1, [x.json["event_type"] for x in outbound(t["id"])]):
        equal("status_changed_with_comment: comment members in order", list(m[0].json["data"]["comment"]), COMMENT)
        equal("status_changed_with_comment: data members", list(m[0].json["data"])[:19], DATA)
    t = api.patch(f'/tasks/{t["id"]}', {"title": "И с правкой", "comment": "почему"})
    check("an edit with a comment is one message", len(wait_out(t["id"], "updated_with_comment")) == 1)
    t2 = api.post("/tasks", {"title": "С первым словом", "project_id": project, "comment": "первое слово", "parent_id": t["id"]}, expect=201)
    m = wait_out(t2["id"], "created_with_comment")
    check("a task with a comment is one message", len(m) == 1 and not outbound(t2["id"], "created") and not outbound(t2["id"], "comment_added"), outbound(t2["id"]))
    api.delete(f'/tasks/{t2["id"]}')
    m = wait_out(t2["id"], "deleted")
    if check("deleted goes out once", len(m) == 1, m):
        exact(m[0], {"id": t2["id"], "name": "С первым словом"}, "deleted", t2)
    api.post(f'/tasks/{t2["id"]}/restore')
    check("restored goes out as created", len(wait_out(t2["id"], "created")) == 1)
    out.quiet(1.0, 10)
    sequences = [x.json["sequence"] for x in outbound(t["id"])]
    equal("sequence grows from message to message", sequences, sorted(set(sequences)))
    act = [x for x in out.all if x.topic in ("user-activities", "task-events") and x.json and x.json["data"].get("task_id") == t["id"]]
    check("the activity dialect tells of it too", {"task_created", "task_updated", "task_status_changed", "comment_added"} <= {x.json["event_type"] for x in act}, sorted({x.json["event_type"] for x in act}))
    check("activity: members in order, a title in each", act and all(list(x.json) == ["event_type", "user_id", "timestamp", "data", "metadata"] and x.json["data"].get("title") for x in act), act[:1])


def no_echo():
    """Everything that came in and was not in conflict went out again as nothing but `linked`."""
    x, t = create("Без эха")
    for i in range(5):
        erp.send(erp.message("updated", {"name": f"Без эха {i}"}, external_id=x))
    erp.send(erp.message("status_changed", {"status": "in_progress"}, external_id=x))
    erp.send(erp.message("comment_added", {"comment": "тише", "comment_id": 31337}, external_id=x))
    task_for(x, lambda t: t["comment_count"] == 1)
    out.quiet(2.0, 15)
    equal("an inbound change is not echoed", [m.json["event_type"] for m in outbound(t["id"])], ["linked"])


def browser():
    if not CHROMIUM:
        check("a browser is there", False, "CHROMIUM_PATH is not set and no chromium is installed")
        return
    from playwright.sync_api import sync_playwright
    args = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"]
    with sync_playwright() as p:
        b = p.chromium.launch(executable_path=CHROMIUM, args=args)
        context = b.new_context(viewport={"width": 1360, "height": 850}, locale="ru-RU")
        page = context.new_page()
        errors, loads = [], []
        page.on("pageerror", lambda e: errors.append(str(e)))
        page.on("framenavigated", lambda f: loads.append(f.url) if f == page.main_frame else None)
        page.goto(server.url + "/login?next=" + urllib.parse.quote("/tasks?sort=-created_at"))
        page.locator('input[name="email"]').fill("admin@example.com")
        page.locator('input[name="password"]').fill("tasktrack")
        page.locator('form button[type="submit"]').click()
        try:
            page.get_by_text("Третье имя").first.wait_for(timeout=20_000)
        except Exception:  # noqa: BLE001
            page.screenshot(path=str(OUT / "list.png"))
            raise
        page.wait_for_timeout(1500)
        page.evaluate("window.__same_page = true")
        name = f"Из 1С без перезагрузки «{uuid.uuid4().hex[:6]}» 🚀"
        x, t = create(name)
        try:
            page.get_by_text(name).first.wait_for(timeout=10_000)
            seen = True
        except Exception:  # noqa: BLE001
            seen = False
        page.screenshot(path=str(OUT / "inbound-task.png"))
        check("the browser shows the inbound task without reload", seen and page.evaluate("window.__same_page === true"), f"screenshot {OUT}/inbound-task.png")
        if seen:
            page.get_by_text(name).first.click()
            page.wait_for_timeout(1000)
            erp.send(erp.message("comment_added", {"comment": "Комментарий из «1С» 💬", "comment_id": 8080}, external_id=x))
            try:
                page.get_by_text("Комментарий из «1С» 💬").first.wait_for(timeout=10_000)
                seen = True
            except Exception:  # noqa: BLE001
                seen = False
            page.screenshot(path=str(OUT / "inbound-comment.png"))
            check("and an inbound comment on the open task", seen, f"screenshot {OUT}/inbound-comment.png")
            browser_change(page, t)
        check("no script error on the page", not errors, errors[:3])
        b.close()


def browser_change(page, t):
    """Changes made with mouse and keyboard arrive on the wire."""
    page.goto(f'{server.url}/tasks/{t["key"]}')
    title, text = "Имя из браузера «готово» 🙂", "Ответ из браузера «готово»"
    shot = OUT / "browser-change.png"
    try:
        page.locator("button.task-title").click(timeout=15_000)
        box = page.locator("textarea.task-title")
        box.fill(title)
        box.press("Enter")
        page.locator("button.task-title", has_text=title).wait_for(timeout=10_000)
        box = page.locator('.composer .editor[data-ready] [contenteditable="true"]')
        box.click(timeout=15_000)
        page.keyboard.insert_text(text)
        box.press("Control+Enter")
        page.get_by_text(text).first.wait_for(timeout=10_000)
    except Exception as e:  # noqa: BLE001
        page.screenshot(path=str(shot))
        check("a change made in the browser", False, f"{e} (screenshot {shot})")
        return
    page.screenshot(path=str(shot))
    m = wait_out(t["id"], "updated")
    check("a title changed in the browser is on the wire, in the shape of an update", len(m) == 1 and m[0].json["data"]["name"] == title and list(m[0].json) == TOP and list(m[0].json["data"]) == DATA and title in m[0].text, m)
    m = wait_out(t["id"], "comment_added")
    check("a comment written in the browser is on the wire", len(m) == 1 and m[0].json["data"]["comment"] == text and list(m[0].json) == TOP, m)


def whole():
    """After everything: counts that must agree over database and topics."""
    settle()
    out.quiet(1.5, 20)
    head = db.one("SELECT position FROM log_head")
    equal("every event has a position, without gaps", (db.one("SELECT count(*) FROM event WHERE position IS NULL"), db.one("SELECT count(*) FROM event"), db.one("SELECT max(position) FROM event")), (0, head, head))
    check("no task was doubled", not db.rows("SELECT external_id, count(*) FROM external_ref GROUP BY integration_id, kind, external_id HAVING count(*) > 1"))
    ids = [(m.json["event_id"], m.json["event_type"]) for m in out.all if m.json and m.json.get("source") == "task-track" and m.topic == "issues-events" and m.headers.get("event-id")]
    equal("no message went out twice", len(ids), len(set(ids)))
    status = api.get("/exchange/status")
    check("the relay is at the head", wait_until(lambda: api.get("/exchange/status")["relay"]["lag"] == 0, 10), status)
    equal("Kafka is up", status["kafka"], "up")
    equal("dead letters: as many in the table as on the .dlq topics", len([m for m in out.all if m.topic in DLQ_TOPICS]), db.one("SELECT count(*) FROM dead_letter"))
    log = server.log.read_text(errors="replace")
    check("no panic in the server's log", "panicked" not in log, [l for l in log.splitlines() if "panicked" in l][:3])


for scene in (created, updated, statuses, comments, duplicates, aba, own_echo, bad_messages, redrive, early_update, deleted, linked, by_our_id, tenants, conflicts, shapes, no_echo, browser, whole):
    report.run(scene.__name__.replace("_", " "), scene)
report.finish()
