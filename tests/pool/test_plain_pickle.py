"""Answers of workers: what a judgement is made of, and nothing that acts or takes all memory."""

import os
import pickle
from datetime import date

import pytest

from service.intake.errors import FileCorrupt
from service.intake.renditions import Renditions
from service.plain_pickle import PickleUnsafe, loads
from service.policy.policy import Outcome
from service.screening.claim import Claim, Side


@pytest.mark.parametrize(
    "value",
    [
        Claim("GB", date_of_birth=date(2000, 1, 2)),
        {Side.FRONT: Renditions(b"1" * 70_000, b"2", None)},
        (Outcome.REVIEW, [1, 2**40, -1.5, True, None, "ä" * 300], {1, 2}, frozenset({"a"})),
    ],
)
def test_records_come_as_they_went(value: object) -> None:
    assert loads(pickle.dumps(value, pickle.HIGHEST_PROTOCOL)) == value


def test_so_do_our_own_errors() -> None:
    refusal = loads(pickle.dumps(FileCorrupt(Side.BACK, "cut"), pickle.HIGHEST_PROTOCOL))
    assert isinstance(refusal, FileCorrupt)
    assert refusal.side is Side.BACK


class Acting:
    def __init__(self, *call) -> None:
        self._call = call

    def __reduce__(self):
        return self._call


@pytest.mark.parametrize(
    "content",
    [
        pickle.dumps(Acting(os.system, ("true",)), pickle.HIGHEST_PROTOCOL),
        pickle.dumps(Acting(eval, ("1",)), pickle.HIGHEST_PROTOCOL),
        pickle.dumps(os.environ.__class__, pickle.HIGHEST_PROTOCOL),
        b"cos\nsystem\n(S'true'\ntR.",
        # A place in the memo of 640 million, and 8 GB of bytes that are not there.
        b")r\x00&&&.",
        b"\x80\x05\x96\x00\x00\x00\x00\x02\x00\x00\x00.",
        b"",
        b"\x80\x05",
        b"noise",
    ],
)
def test_nothing_else_comes_through(content: bytes) -> None:
    with pytest.raises(PickleUnsafe):
        loads(content)
