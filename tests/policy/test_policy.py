"""What an operator may change, and what nobody may."""

from pathlib import Path

import pytest

from service.policy.policy import Outcome, PolicyInvalid, load_policy
from service.screening.catalogue import REASONS
from service.screening.checks import CHECKS
from service.screening.default_policy import render

ROOT = Path(__file__).parents[2]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(text)
    return path


def test_the_default_file_is_what_the_checks_declare() -> None:
    assert (ROOT / "service/policy/default.toml").read_text() == render()


def test_an_overlay_changes_what_it_names_and_the_version(tmp_path: Path) -> None:
    path = written(
        tmp_path, '[outcomes]\ndocument_expired = "info"\n[limits]\n"customer.age.age_min" = 21\n'
    )
    policy, default = load_policy(path), load_policy()
    assert policy.outcome("document_expired") is Outcome.INFO
    assert policy.limit("customer.age", "age_min") == 21
    assert policy.outcome("image_glare") is default.outcome("image_glare")
    assert policy.version != default.version


@pytest.mark.parametrize(
    "text",
    [
        '[outcomes]\ndocument_national_id_not_accepted = "info"',
        '[outcomes]\nno_such_code = "info"',
        '[outcomes]\nimage_glare = "ignore"',
        '[limits]\n"quality.nothing" = 3',
        '[kinds]\nindividual = ["passport", "national_id"]',
        "[colours]\nred = 1",
        "not toml [",
    ],
)
def test_what_is_unknown_or_forbidden_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(PolicyInvalid):
        load_policy(written(tmp_path, text))


def test_every_reason_and_limit_has_its_place_in_the_policy() -> None:
    policy = load_policy()
    assert set(policy.outcomes) == set(REASONS)
    for name, check in CHECKS.items():
        for limit in check.LIMITS:
            assert policy.limit(name, limit.name) == limit.default
    for required in policy.required_checks.values():
        assert set(required) <= set(CHECKS)
