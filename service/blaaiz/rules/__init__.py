"""The rules of Blaaiz's update page as checks, and all of them at once."""

from collections.abc import Mapping
from typing import Any, Final

from service.blaaiz.customer import Customer
from service.blaaiz.rules import (
    document,
    enums,
    identification,
    jurisdiction,
    known_fields,
    kyb_scope,
    locked_fields,
    owners,
    postal_code,
)
from service.blaaiz.rules.rule import FieldError, Rule, RuleContext

RULES: Final[tuple[Rule, ...]] = (
    known_fields,
    locked_fields,
    document,
    kyb_scope,
    jurisdiction,
    identification,
    postal_code,
    owners,
    enums,
)


def check_rules(
    update: Mapping[str, Any], customer: Customer, context: RuleContext
) -> tuple[FieldError, ...]:
    """Every broken rule. Rule 17, the scope, is Blaaiz's answer 403 to the token."""
    return tuple(error for rule in RULES for error in rule.check(update, customer, context))
