"""Manifests fit their schemas, name settings that exist, and give a container nothing to misuse."""

import re
from pathlib import Path
from types import SimpleNamespace

import kubernetes_validate
import pytest
import yaml
from sqlalchemy.engine import make_url

from service import __version__
from service.api.admission import _IN_FLIGHT_BYTES
from service.api.rate_limit import DatabaseRate
from service.bootstrap import check_settings, rate_of, vault_of
from service.settings import Settings
from tests.conftest import KEY

ROOT = Path(__file__).parents[2]
MANIFESTS = [
    one
    for path in sorted((ROOT / "deploy/kubernetes").glob("*.yaml"))
    for one in yaml.safe_load_all(path.read_text())
]
PODS = {
    one["metadata"]["name"]: one["spec"]["template"]["spec"]
    for one in MANIFESTS
    if one["kind"] in {"Deployment", "Job"}
}
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
OURS = {name: one for name, one in COMPOSE["services"].items() if "build" in one}


def named(kind: str, name: str) -> dict:
    (found,) = [m for m in MANIFESTS if (m["kind"], m["metadata"]["name"]) == (kind, name)]
    return found


@pytest.mark.parametrize(
    "manifest", MANIFESTS, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}"
)
@pytest.mark.parametrize("version", ["1.30", "1.34"])
def test_a_manifest_fits_the_schema(manifest: dict, version: str) -> None:
    kubernetes_validate.validate(manifest, version, strict=True)


def test_the_schemas_refuse_what_is_wrong() -> None:
    wrong = yaml.safe_load((ROOT / "deploy/kubernetes/worker.yaml").read_text().split("---")[0])
    wrong["spec"]["replicaz"] = 2
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, "1.34", strict=True)


def test_every_setting_that_is_named_exists() -> None:
    files = [*(ROOT / "deploy").rglob("*.*"), ROOT / "compose.yaml"]
    found = {
        name
        for path in files
        if path.is_file()
        for name in re.findall(r"\bPRESCREEN_([A-Z_]+)\b", path.read_text())
    }
    assert len(found) > 8
    assert {name.lower() for name in found} <= set(Settings.model_fields)


def test_values_are_taken_by_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    given = named("ConfigMap", "prescreen")["data"] | named("Secret", "prescreen")["stringData"]
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert settings.workers == int(
        PODS["prescreen"]["containers"][0]["resources"]["requests"]["cpu"]
    )
    assert (
        settings.metrics_port
        == PODS["prescreen-worker"]["containers"][0]["ports"][0]["containerPort"]
    )


WEB_MB = 400
UPLOADS_MB = 256
"""What docs/operations.md says of the process that talks HTTP; bodies come on top, see admission."""


def megabytes(text: str) -> float:
    number, unit = re.fullmatch(r"(\d+)(Gi?|Mi?)", text).groups()
    return int(number) * {"Gi": 2**30, "G": 1e9, "Mi": 2**20, "M": 1e6}[unit] / 1e6


def test_a_worker_reaches_its_own_limit_before_its_pod_does() -> None:
    assert _IN_FLIGHT_BYTES == UPLOADS_MB * 2**20
    kubernetes = PODS["prescreen"]["containers"][0]["resources"]["limits"]["memory"]
    compose = COMPOSE["services"]["serve-1"]["deploy"]["resources"]["limits"]["memory"]
    for given, limit in (
        (named("ConfigMap", "prescreen")["data"], kubernetes),
        (COMPOSE["services"]["serve-1"]["environment"], compose),
    ):
        workers = int(given["PRESCREEN_WORKERS"]) * int(given["PRESCREEN_WORKER_MEMORY_MB"])
        assert megabytes(limit) >= (workers + WEB_MB + UPLOADS_MB) * 2**20 / 1e6


@pytest.mark.parametrize("given", ["kubernetes", "compose"])
def test_what_serve_needs_to_start_is_given(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the values that stand there, and a real one for each that is filled in outside."""
    filled = {
        "POSTGRES_PASSWORD": "0123abcd",
        "PRESCREEN_SECRET": "a long and random text of the tests",
        "PRESCREEN_ENCRYPTION_KEY": KEY,
        "PRESCREEN_RATE_URL": "",
        "PRESCREEN_BLAAIZ_URL": "https://api-dev.blaaiz.com",
    }
    if given == "compose":
        settings = {
            name: re.sub(r"\$\{(\w+):[?-]\}", lambda found: filled.get(found[1], "x"), value)
            for name, value in COMPOSE["services"]["serve-1"]["environment"].items()
        }
    else:
        settings = named("ConfigMap", "prescreen")["data"] | {
            name: filled.get(name, value)
            for name, value in named("Secret", "prescreen")["stringData"].items()
        }
    for name, value in settings.items():
        if name.startswith("PRESCREEN_"):
            monkeypatch.setenv(name, value)
    taken = Settings()
    check_settings(taken)
    assert vault_of(taken, serves=True).ring.writing == KEY.partition(":")[0]
    assert isinstance(rate_of(taken, SimpleNamespace(sessions=None)), DatabaseRate)
    assert make_url(taken.database_url).password in {"0123abcd", "CHANGE-ME"}


def test_secrets_stand_in_the_secret_alone() -> None:
    secret = {
        f"PRESCREEN_{n.upper()}"
        for n, f in Settings.model_fields.items()
        if "SecretStr" in str(f.annotation)
    }
    assert not secret & set(named("ConfigMap", "prescreen")["data"])
    assert {"PRESCREEN_SECRET", "PRESCREEN_BLAAIZ_CLIENT_SECRET"} <= set(
        named("Secret", "prescreen")["stringData"]
    )
    for value in named("Secret", "prescreen")["stringData"].values():
        assert "CHANGE-ME" in value


@pytest.mark.parametrize("name", PODS)
def test_a_container_is_nobody_and_writes_nowhere(name: str) -> None:
    pod = PODS[name]
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for one in pod["containers"]:
        own = one["securityContext"]
        assert own["readOnlyRootFilesystem"] is True
        assert own["allowPrivilegeEscalation"] is False
        assert own["capabilities"] == {"drop": ["ALL"]}
        assert set(one["resources"]["requests"]) == {"cpu", "memory"}
        assert "memory" in one["resources"]["limits"]
        assert one["image"].endswith(f":{__version__}")


@pytest.mark.parametrize("name", ["prescreen", "prescreen-worker"])
def test_what_stays_up_is_probed_and_may_not_all_be_taken_away(name: str) -> None:
    (container,) = PODS[name]["containers"]
    assert {"startupProbe", "readinessProbe", "livenessProbe"} <= set(container)
    assert PODS[name]["terminationGracePeriodSeconds"] > 30
    labels = named("Deployment", name)["spec"]["template"]["metadata"]["labels"]
    for chosen in (
        named("Deployment", name)["spec"]["selector"],
        named("PodDisruptionBudget", name)["spec"]["selector"],
    ):
        assert chosen["matchLabels"].items() <= labels.items()


def test_a_database_that_is_away_restarts_no_replica() -> None:
    (serve,) = PODS["prescreen"]["containers"]
    assert serve["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert serve["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_the_metric_of_the_autoscaler_is_made_of_one_that_exists() -> None:
    wanted = named("HorizontalPodAutoscaler", "prescreen")["spec"]["metrics"][0]["pods"]["metric"]
    (rule,) = yaml.safe_load((ROOT / "deploy/prometheus/adapter.yml").read_text())["rules"]
    assert rule["name"]["as"] == wanted["name"]


def test_metrics_are_not_for_the_outside() -> None:
    paths = [
        one["path"]
        for rule in named("Ingress", "prescreen")["spec"]["rules"]
        for one in rule["http"]["paths"]
    ]
    assert paths == ["/v1", "/triage", "/capture"]
    proxy = (ROOT / "deploy/nginx/prescreen.conf").read_text()
    assert re.search(r"location = /metrics \{\s+return 404;", proxy)


def test_what_compose_names_exists() -> None:
    services, volumes = COMPOSE["services"], COMPOSE["volumes"]
    assert {"serve-1", "serve-2", "serve-3", "worker", "migrate"} == set(OURS)
    for name, one in services.items():
        for other, how in (one.get("depends_on") or {}).items():
            assert other in services, name
            if how["condition"] == "service_healthy" and other not in OURS:
                assert "healthcheck" in services[other]
        for mount in one.get("volumes", []):
            source = mount.split(":")[0]
            assert source in volumes or (ROOT / source).is_dir(), name
        assert re.search(r":[\w.\-]*\d", one["image"]), name  # never "the latest"


def test_the_proxy_goes_to_the_replicas_of_compose() -> None:
    upstream = (ROOT / "deploy/nginx/upstream.conf").read_text()
    replicas = set(re.findall(r"server ([\w\-]+):8000", upstream))
    assert replicas == {name for name in OURS if name.startswith("serve")}


def test_compose_gives_its_containers_nothing_to_misuse() -> None:
    for one in OURS.values():
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert one["image"] == f"prescreen:{__version__}"


def test_secrets_of_compose_come_from_outside() -> None:
    example = (ROOT / "deploy/example.env").read_text()
    wanted = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text()))
    assert wanted == set(re.findall(r"^(\w+)=$", example, re.MULTILINE))
    for one in COMPOSE["services"].values():
        for name, value in (one.get("environment") or {}).items():
            if name.endswith(("PASSWORD", "SECRET", "SECRET_ACCESS_KEY")):
                assert value.startswith("${"), name
