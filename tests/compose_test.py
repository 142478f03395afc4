"""docker-compose.yml and deploy/Dockerfile, parsed and held against what the binary knows. Neither is started here."""
import functools
import json
import os
import pathlib
import re
import shlex
import subprocess

import pytest
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = os.environ.get("TASKTRACK_BIN", str(ROOT / "target/debug/tasktrack"))
ROLES = {"api", "worker", "relay", "consumer"}
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
APP = {n: s for n, s in SERVICES.items() if "build" in s}
DOCKERFILE = re.sub(r"\\\n", " ", "\n".join(l for l in (ROOT / "deploy/Dockerfile").read_text().splitlines() if not l.lstrip().startswith("#")))
STEPS = [tuple(l.strip().split(None, 1)) for l in DOCKERFILE.splitlines() if l.strip()]


@functools.cache
def settings():
    """What `tasktrack doctor --settings-json` lists: [{name, default, help}]."""
    out = subprocess.run([BIN, "doctor", "--settings-json"], capture_output=True, text=True, timeout=30)
    assert out.returncode == 0, out.stderr
    return {s["name"]: s for s in json.loads(out.stdout)}


def test_every_setting_has_a_name_and_a_help_text():
    for name, s in settings().items():
        assert re.fullmatch(r"[A-Z][A-Z0-9_]*", name)
        assert s["help"].strip(), f"{name} is not explained"
        assert "default" in s


@pytest.mark.parametrize("name", APP)
def test_every_variable_of_the_app_is_a_setting(name):
    unknown = set(APP[name].get("environment") or {}) - set(settings())
    assert not unknown, f"{name}: {unknown}"


def test_variables_of_the_dockerfile_are_settings():
    names = {m for k, v in STEPS if k == "ENV" for m in re.findall(r"([A-Z][A-Z0-9_]*)=", v)}
    assert names and names <= set(settings()), names - set(settings())


def test_every_setting_is_in_the_operations_page():
    page = (ROOT / "docs/operations.md").read_text()
    missing = [n for n in settings() if f"`{n}`" not in page]
    assert not missing


def test_the_operations_page_names_no_unknown_setting():
    page = (ROOT / "docs/operations.md").read_text()
    named = {n for n in re.findall(r"`(TASKTRACK_[A-Z0-9_]+)`", page) if not n.startswith("TASKTRACK_TEST_") and n != "TASKTRACK_BIN"}
    assert named <= set(settings()), named - set(settings())


def roles(service):
    command = service["command"]
    return set(command[command.index("--roles") + 1].split(",")) if "--roles" in command else set()


def test_every_role_is_there_once_and_known():
    all_roles = [r for s in APP.values() for r in roles(s)]
    assert sorted(all_roles) == sorted(ROLES)


@pytest.mark.parametrize("name", APP)
def test_commands_exist(name):
    out = subprocess.run([BIN, APP[name]["command"][0], "--help"], capture_output=True, text=True, timeout=30)
    assert out.returncode == 0, out.stderr
    if "--roles" in APP[name]["command"]:
        assert "--roles" in out.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_whom_one_waits_for_can_be_waited_for(name):
    for other, how in (SERVICES[name].get("depends_on") or {}).items():
        assert other in SERVICES
        if how["condition"] == "service_healthy":
            assert SERVICES[other].get("healthcheck", {}).get("test"), f"{name} waits for {other}, which has no health check"
        else:
            assert how["condition"] == "service_completed_successfully"
            assert SERVICES[other].get("restart") == "no", f"{other} has to end"


@pytest.mark.parametrize("name", [n for n in SERVICES if n != "migrate"])
def test_every_service_has_a_health_check(name):
    assert SERVICES[name]["healthcheck"]["test"]


def test_the_set_is_complete():
    images = {n: s.get("image", "") for n, s in SERVICES.items()}
    assert images["postgres"] == "postgres:15" and images["redis"].startswith("redis:7") and images["kafka"].startswith("apache/kafka:")
    assert "kafka-ui" in images
    assert all(":" in i and not i.endswith(":latest") for i in images.values())


def test_postgres_knows_cyrillic():
    assert "--locale=C.UTF-8" in SERVICES["postgres"]["environment"]["POSTGRES_INITDB_ARGS"]


def test_kafka_is_one_kraft_node():
    e = SERVICES["kafka"]["environment"]
    assert set(e["KAFKA_PROCESS_ROLES"].split(",")) == {"broker", "controller"} and "zookeeper" not in SERVICES


def test_doors_open_to_this_machine_only():
    for name, s in SERVICES.items():
        for p in s.get("ports", []):
            assert p.startswith("127.0.0.1:"), f"{name} {p}"


def test_volumes_are_declared():
    for name, s in SERVICES.items():
        for v in s.get("volumes", []):
            assert v.split(":")[0] in COMPOSE["volumes"], f"{name} {v}"


def test_no_secret_is_written_down():
    for name, s in APP.items():
        assert s["environment"]["TASKTRACK_MASTER_KEY"].startswith("${TASKTRACK_MASTER_KEY:?"), name


def test_build_context_and_dockerfile_exist():
    for s in APP.values():
        assert (ROOT / s["build"]["context"] / s["build"]["dockerfile"]).is_file()


def test_dockerfile_has_stages_and_ends_as_nobody_special():
    stages = [v for k, v in STEPS if k == "FROM"]
    assert len(stages) == 3
    last = STEPS[max(i for i, (k, _) in enumerate(STEPS) if k == "FROM"):]
    users = [v for k, v in last if k == "USER"]
    assert users and users[-1].split(":")[0] not in ("root", "0")
    assert [k for k, _ in last].index("USER") > max(i for i, (k, _) in enumerate(last) if k == "RUN")
    assert any(k == "HEALTHCHECK" for k, _ in last) and any(k == "ENTRYPOINT" for k, _ in last)


def test_what_is_copied_is_there():
    stages = {v.split()[-1] for k, v in STEPS if k == "FROM" and " AS " in v}
    for k, v in STEPS:
        if k not in ("COPY", "ADD"):
            continue
        words = shlex.split(v)
        origin = next((w.split("=")[1] for w in words if w.startswith("--from=")), None)
        if origin:
            assert origin in stages
            continue
        for source in [w for w in words if not w.startswith("--")][:-1]:
            assert (ROOT / source).exists(), source


def test_rust_of_the_image_is_the_one_of_the_workspace():
    cargo = (ROOT / "Cargo.toml").read_text()
    want = re.search(r'rust-version\s*=\s*"([\d.]+)"', cargo)[1]
    assert any(v.startswith(f"rust:{want}-") for k, v in STEPS if k == "FROM")


def test_workflows_call_the_make_targets():
    flow = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text())
    runs = [s.get("run", "") for j in flow["jobs"].values() for s in j["steps"]]
    assert "make check" in runs and "make test" in runs and any("cargo audit" in r for r in runs) and any("npm audit" in r for r in runs)
    ci = (ROOT / ".ci/run").read_text()
    assert "make test" in ci and os.access(ROOT / ".ci/run", os.X_OK)
