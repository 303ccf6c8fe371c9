"""The OpenAPI document makes clean clients."""

import json
import re
from pathlib import Path

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from service.bootstrap import build_app
from service.settings import Settings

KEPT = json.loads((Path(__file__).parents[2] / "docs/openapi.json").read_text())
DOCUMENT = build_app(Settings()).openapi()
OPERATIONS = [
    pytest.param(path, method, operation, id=operation["operationId"])
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


def fits(value: object, schema: dict) -> None:
    OAS31Validator(schema | {"components": DOCUMENT["components"]}).validate(value)


def test_it_is_valid_and_kept_fresh() -> None:
    validate(DOCUMENT)
    assert KEPT == DOCUMENT, "python -m scripts.update_openapi"


def test_operations_are_named_once_and_well() -> None:
    names = [one.values[2]["operationId"] for one in OPERATIONS]
    assert len(names) == len(set(names)) >= 20
    for name in names:
        assert re.fullmatch(
            r"(create|get|list|put|check|retry|decide|appeal|erase|revoke|receive)_\w+", name
        )
        assert "v1" not in name


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS)
def test_an_operation_says_what_comes_back(path: str, method: str, operation: dict) -> None:
    assert operation["summary"]
    assert operation["description"]
    good = {status: one for status, one in operation["responses"].items() if status < "300"}
    assert len(good) == 1
    status, answer = next(iter(good.items()))
    if status != "204":
        for kind, content in answer["content"].items():
            assert content["schema"] not in ({}, {"type": "object"}), kind
    problems = {status for status in operation["responses"] if status >= "400"}
    assert {"401", "422"} <= problems
    for status in problems:
        assert operation["responses"][status] == {"$ref": f"#/components/responses/Problem{status}"}
    if "{" in path:
        assert "404" in problems
    assert operation.get("security") or operation["operationId"] == "receive_blaaiz_webhook"


def test_a_browsers_token_opens_three_operations() -> None:
    open_to_tokens = {
        one.values[2]["operationId"]
        for one in OPERATIONS
        if {"uploadToken": []} in one.values[2].get("security", [])
    }
    assert open_to_tokens == {"create_screening", "create_preview", "get_requirements"}


def test_problems_are_problems_with_an_example_that_fits() -> None:
    for name, response in DOCUMENT["components"]["responses"].items():
        content = response["content"]["application/problem+json"]
        fits(content["example"], content["schema"])
        assert name == f"Problem{content['example']['status']}"
    assert "HTTPValidationError" not in DOCUMENT["components"]["schemas"]


def test_the_example_of_a_screening_fits_its_schema() -> None:
    answer = DOCUMENT["paths"]["/v1/screenings"]["post"]["responses"]["201"]["content"]
    fits(answer["application/json"]["example"], answer["application/json"]["schema"])
