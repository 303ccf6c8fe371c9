"""What a refused submission says, in the language of whoever reads it."""

import pytest

from service.blaaiz.errors import Forbidden, NotFound, Refused
from service.blaaiz.rules.rule import FieldError
from service.forward.refusals import RulesBroken, told, told_of
from service.locales.translate import LANGUAGES, Phrase

NOT_PLAIN = FieldError(
    "tin", "not_plain", Phrase("{field} is a text, a number or null."), 1, (("field", "tin"),)
)
OURS = {
    "a broken rule": RulesBroken((NOT_PLAIN,)),
    "a missing scope": Forbidden(),
    "no such customer": NotFound(),
    "no reason given": Refused(422, "", {}),
}


@pytest.mark.parametrize("name", OURS)
def test_message_and_next_step_are_told_in_each_language(name: str) -> None:
    (stored,) = told_of(OURS[name])
    english = told(stored, "en")
    assert set(english) == {"field", "code", "message", "rule", "next"}
    for language in set(LANGUAGES) - {"en"}:
        other = told(stored, language)
        assert "{" not in other["message"] + other["next"]
        for text in ("message", "next"):
            assert other[text] not in ("", english[text])


def test_the_words_of_a_rule_are_filled_in_when_it_is_read() -> None:
    (stored,) = told_of(RulesBroken((NOT_PLAIN,)))
    assert told(stored, "en")["message"] == "tin is a text, a number or null."
    assert told(stored, "de")["message"] == "tin muss ein Text, eine Zahl oder null sein."


def test_what_blaaiz_wrote_itself_stays_as_it_wrote_it() -> None:
    (stored,) = told_of(Refused(422, "", {"tin": ("Use {digits} only.",)}))
    assert told(stored, "fr")["message"] == "Use {digits} only."
    assert told(stored, "fr")["next"] != told(stored, "en")["next"]


def test_an_error_that_was_stored_before_there_were_languages_can_be_read() -> None:
    old = {"field": "tin", "code": "refused_by_blaaiz", "message": "No."}
    assert told(old, "fr") == old
