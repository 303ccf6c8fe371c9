"""Which language an answer is in, by Accept-Language."""

import pytest

from service.api.language import negotiate


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("", "en"),
        ("fr", "fr"),
        ("FR-ca", "fr"),
        ("pt-BR,pt;q=0.9,en;q=0.8", "pt"),
        ("zh-Hans-CN", "zh-Hans"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("ar-EG", "ar"),
        ("sw-KE, en;q=0.5", "sw"),
        ("en;q=0.3, de;q=0.7, it;q=0.5", "de"),
        ("de ; q=0.7 , it ; Q=0.8", "it"),
        ("es, fr", "es"),  # equals: the first
        ("tlh, nl;q=0.9, it;q=0.1", "it"),
        ("tlh, nl", "en"),
        ("*", "en"),
        ("de;q=0.5, *;q=0.1", "de"),
        ("fr;q=0", "en"),
        ("fr;q=0, de;q=0.001", "de"),
        ("fr;q=nan, fr;q=inf, fr;q=2, fr;q=-1, fr;q=, fr;level=1", "en"),
        (";q=1,,;;, -", "en"),
        ("x" * 10_000 + ",fr", "fr"),
        ("nl," * 500 + "fr", "en"),  # nobody needs more than twenty
    ],
)
def test_the_best_language_that_we_speak_is_taken(accepted: str, language: str) -> None:
    assert negotiate(accepted) == language
