#!/usr/bin/env python3
"""A checker that has never found anything is not trusted: each of six faults is planted in a record and has to be found.

Always on a record made here; also on the one of the last run of nothing_lost.py, if there is one.
"""
import copy
import json
import pathlib
import sys
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import checker  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
passed = failed = 0


def say(name, ok, detail=""):
    global passed, failed
    passed, failed = passed + bool(ok), failed + (not ok)
    print(("ok    " if ok else "FAIL  ") + name + (f": {detail}" if detail and not ok else ""))


def made():
    """Two accounts, REST and ERP, some tasks with a title change and a comment each; faultless."""
    r = dict(ops=[], tasks=[], comments=[], events=[], refs=[], messages=[], integration=dict(account=1, source="1c", own="task-track"))
    position = offset = 0
    for t in range(1, 13):
        account = 2 if t % 4 == 0 else 1
        erp = account == 1 and t % 2 == 0
        external = f"X-{t}"
        if erp:
            r["refs"].append(dict(external_id=external, task=t))
        seq = 0
        for order, kind in enumerate(("create", "title", "comment", "title")):
            token = f"{kind}-{t}-{order}"
            seq += 1
            position += 1
            subject = external if erp else (None if kind == "create" else t)
            r["ops"].append(dict(op=token, kind=kind, side="erp" if erp else "rest", account=account, subject=subject, order=order, state="ok"))
            e = dict(id=str(uuid.uuid4()), account=account, type={"create": "TaskCreated", "title": "TaskUpdated", "comment": "CommentAdded"}[kind], task=t, event_seq=seq,
                     position=position, cause="consumer" if erp else "request", source="1c" if erp else None, token=token)
            r["events"].append(e)
            if kind == "comment":
                r["comments"].append(dict(id=len(r["comments"]) + 1, account=account, task=t, body=token))
            base = dict(partition=t % 3, key=str(t), event_id=e["id"], task=t, sequence=seq, account=account, source="task-track")
            sends = []
            if account == 1 and not erp:
                sends.append(("issues-events", {"create": "created", "title": "updated", "comment": "comment_added"}[kind]))
            if erp and kind == "create":
                sends.append(("issues-events", "linked"))
            sends.append(("user-activities" if kind != "comment" else "task-events", "activity"))
            for topic, event_type in sends:
                offset += 1
                r["messages"].append(dict(base, topic=topic, event_type=event_type, offset=offset))
        r["tasks"].append(dict(id=t, account=account, title=f"title-{t}-3", event_seq=seq))
    return r


def pick(r, test):
    return next(x for x in r if test(x))


def rest_event(r, type_):
    i = r["integration"]["account"]
    return pick(r["events"], lambda e: e["account"] == i and e["cause"] == "request" and e["type"] == type_ and e["token"] is not None)


def lost(r):
    """An acknowledged comment and its event vanish; and, apart from it, one message never went out."""
    e = rest_event(r, "CommentAdded")
    r["events"].remove(e)
    r["comments"][:] = [c for c in r["comments"] if c["body"] != e["token"]]


def lost_message(r):
    e = rest_event(r, "TaskUpdated")
    r["messages"][:] = [m for m in r["messages"] if not (m["event_id"] == e["id"] and m["topic"] == "issues-events")]


def doubled(r):
    c = pick(r["comments"], lambda c: True)
    r["comments"].append(dict(c, id=10 ** 9))


def doubled_event(r):
    e = pick(r["events"], lambda e: e["cause"] == "consumer" and e["type"] == "TaskUpdated" and e["token"] is not None)
    last = max(x["event_seq"] for x in r["events"] if x["task"] == e["task"])
    r["events"].append(dict(e, id=str(uuid.uuid4()), event_seq=last + 1, position=max(x["position"] for x in r["events"]) + 1))
    pick(r["tasks"], lambda t: t["id"] == e["task"])["event_seq"] = last + 1


def swapped(r):
    own = [m for m in r["messages"] if m["topic"] == "issues-events" and m["source"] == r["integration"]["own"] and m["event_type"] != "linked"]
    for a in own:
        b = next((m for m in own if m["task"] == a["task"] and m["partition"] == a["partition"] and m["sequence"] > a["sequence"]), None)
        if b:
            a["offset"], b["offset"] = b["offset"], a["offset"]
            return


def swapped_positions(r):
    e = rest_event(r, "TaskCreated")
    f = pick(r["events"], lambda x: x["task"] == e["task"] and x["event_seq"] == 2)
    e["position"], f["position"] = f["position"], e["position"]


def phantom(r):
    e = rest_event(r, "TaskUpdated")
    e["token"] = "nobody asked for this"
    pick(r["tasks"], lambda t: t["id"] == e["task"])


def phantom_message(r):
    m = pick(r["messages"], lambda m: m["topic"] == "issues-events" and m["source"] == r["integration"]["own"])
    r["messages"].append(dict(m, event_id=str(uuid.uuid4()), offset=10 ** 9, sequence=10 ** 9))


def cross_tenant(r):
    e = rest_event(r, "TaskUpdated")
    other = pick(r["tasks"], lambda t: t["account"] != r["integration"]["account"])["account"]
    e["account"] = other


def cross_tenant_message(r):
    i = r["integration"]["account"]
    e = pick(r["events"], lambda e: e["account"] != i and e["token"] is not None)
    m = pick(r["messages"], lambda m: m["topic"] == "issues-events" and m["source"] == r["integration"]["own"])
    r["messages"].append(dict(m, event_id=e["id"], task=e["task"], sequence=e["event_seq"], account=e["account"], offset=10 ** 9, event_type="updated"))


def loop(r):
    e = pick(r["events"], lambda e: e["cause"] == "consumer" and e["type"] == "TaskUpdated")
    m = pick(r["messages"], lambda m: m["topic"] == "issues-events" and m["source"] == r["integration"]["own"])
    r["messages"].append(dict(m, event_id=e["id"], task=e["task"], sequence=e["event_seq"], event_type="updated", account=e["account"], offset=10 ** 9))


def loop_applied(r):
    e = pick(r["events"], lambda e: e["cause"] == "consumer")
    e["source"] = r["integration"]["own"]


records = {"made here": made()}
recorded = ROOT / ".run/live/nothing_lost/record.json"
if recorded.exists():
    records["of the last crash run"] = json.loads(recorded.read_text())
for name, r in records.items():
    found, _ = checker.check(copy.deepcopy(r))
    say(f"record {name}: the checker finds nothing in it as it is", not any(found.values()), {k: v[:3] for k, v in found.items() if v})
    before = {k: len(v) for k, v in found.items()}
    for fault, plants in dict(lost=(lost, lost_message), doubled=(doubled, doubled_event), swapped=(swapped, swapped_positions), phantom=(phantom, phantom_message),
                              cross_tenant=(cross_tenant, cross_tenant_message), loop=(loop, loop_applied)).items():
        for plant in plants:
            bad = copy.deepcopy(r)
            plant(bad)
            found, _ = checker.check(bad)
            say(f"record {name}: {plant.__name__} is found as {fault}", len(found[fault]) > before[fault], {k: v[:2] for k, v in found.items() if v} or "found nothing")
print(f"\n{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
