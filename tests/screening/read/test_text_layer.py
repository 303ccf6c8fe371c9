"""A PDF's own text counts only where the page shows it."""

import pytest

from service.screening.evidence import TextLine
from service.screening.read.text_layer import split_layer

QUAD = ((0.0, 0.0), (900.0, 0.0), (900.0, 16.0), (0.0, 16.0))
PAGE = [
    TextLine(text, 0.95, QUAD)
    for text in ("CERTIFICATEOF INCORPORATION", "Company Number 1234567O", "OAKFIELD ANALYTICS LTD")
]


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ("Certificate of Incorporation", True),  # the reader lost a gap
        ("Company Number 12345670", True),  # and took O for 0
        ("OAKFELD ANALYTICS LTD", True),  # a scanner's slip
        ("Company Number 12345671", False),
        ("ELMFIELD ANALYTICS LTD", False),
        ("DRIVING LICENCE", False),
    ],
)
def test_a_line_counts_where_the_picture_has_it(text: str, is_shown: bool) -> None:
    layer = split_layer(text, PAGE)
    assert [len(layer.shown), len(layer.hidden)] == [is_shown, not is_shown]


def test_an_empty_layer_and_an_empty_page() -> None:
    assert split_layer(" \r\n ", PAGE) == split_layer("", [])
    assert len(split_layer("PASSPORT\nNo 1", []).hidden) == 2


def test_no_more_rows_are_looked_at_than_a_page_can_show() -> None:
    layer = split_layer("no\n\n" * 5000, ())
    assert 0 < len(layer.shown) + len(layer.hidden) <= 300
