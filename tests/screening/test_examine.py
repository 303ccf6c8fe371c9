"""One side through its stages, where one of them breaks."""

from datetime import date
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from service.intake.document import open_document
from service.screening.claim import Side
from service.screening.evidence import STAGES, Absent, Failed, MrzReading, ReadingState
from service.screening.examine import examine, glance
from service.screening.read.rapid import RecognisedLine
from service.screening.stopwatch import Stopwatch
from service.vision.capture import Bgr, Capture


class Broken:
    """An engine that fails on every picture."""

    def find(self, _: object) -> None:
        raise RuntimeError("broken")


@pytest.mark.parametrize("look", [examine, glance])
def test_a_stage_that_breaks_leaves_nothing_to_be_trusted(look) -> None:
    content = cv2.imencode(".png", np.full((300, 400, 3), 200, np.uint8))[1].tobytes()
    capture = open_document(content, None)[Side.FRONT]
    readers = SimpleNamespace(layout=Broken())
    side = look(capture, readers, date(2026, 11, 25), Stopwatch({}))
    assert {name for name in STAGES if isinstance(getattr(side, name), Failed)} == set(STAGES)


class Blind:
    """Engines that see nothing in any picture."""

    def find(self, _: object) -> tuple[()]:
        return ()

    def read(self, *_: object) -> list[object]:
        return []

    def detect(self, _: object) -> np.ndarray:
        return np.zeros((0, 4, 2), np.float32)

    def recognise(self, _: object) -> list[object]:
        return []


def test_a_large_picture_is_decoded_once() -> None:
    decoded: list[int] = []

    def decode(reduction: int) -> Bgr:
        decoded.append(reduction)
        return np.full((3000 // reduction, 4000 // reduction, 3), 200, np.uint8)

    capture = Capture("jpeg", 4000, 3000, decode)
    readers = SimpleNamespace(layout=Blind(), mrz=Blind(), rapid=Blind())
    side = examine(capture, readers, date(2026, 11, 25), Stopwatch({}))
    assert not any(isinstance(getattr(side, name), Failed) for name in STAGES)
    assert decoded == [2]


class OneLine(Blind):
    """Engines that see one line of print across the whole picture."""

    def detect(self, bgr: Bgr) -> np.ndarray:
        right = bgr.shape[1]
        return np.array([[[0, 90], [right, 90], [right, 130], [0, 130]]], np.float32)

    def recognise(self, crops: list[Bgr]) -> list[RecognisedLine]:
        return [RecognisedLine("PRINT", 0.99) for _ in crops]


@pytest.mark.parametrize(("share", "is_zone"), [(0.2, False), (0.5, True)])
def test_a_short_line_of_print_is_no_zone_that_nobody_can_read(share: float, is_zone: bool) -> None:
    content = cv2.imencode(".png", np.full((300, 400, 3), 200, np.uint8))[1].tobytes()
    capture = open_document(content, None)[Side.FRONT]
    quad = ((0.0, 200.0), (400.0 * share, 200.0), (400.0 * share, 206.0), (0.0, 206.0))
    unread = MrzReading(ReadingState.UNREADABLE, quad, False, None, 0.0, ())
    mrz = SimpleNamespace(read=lambda *_: (unread,))
    readers = SimpleNamespace(layout=Blind(), mrz=mrz, rapid=OneLine())
    side = examine(capture, readers, date(2026, 11, 25), Stopwatch({}))
    assert side.mrz == (unread if is_zone else Absent())
