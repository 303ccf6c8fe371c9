"""What runs inside a worker process: its engines and policy, loaded once, and the two jobs."""

import ctypes
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Final

import cv2

from service.intake.document import open_document
from service.intake.limits import Limits
from service.intake.renditions import render, upright_jpeg
from service.policy.policy import Policy, load_policy
from service.pool import PoolAnswer, ScreeningJob, WorkerSettings
from service.screening.claim import Side
from service.screening.pipeline import preview, screen
from service.screening.readers import Readers, load_readers
from service.turns import turn
from service.vision.capture import Capture

_HEAVY_PX: Final = 24_000_000
"""Pixels of a job above which it waits for its turn: decoded, they take 7 bytes each, and more."""
_TURN_S: Final = 5.0


@dataclass(frozen=True, slots=True)
class _Loaded:
    readers: Readers
    policy: Policy
    limits: Limits
    turn: Callable[[], AbstractContextManager[None]]


_loaded: _Loaded | None = None  # one a process


def load(settings: WorkerSettings) -> None:
    """Loads engines and policy of this process."""
    global _loaded  # noqa: PLW0603
    cv2.setNumThreads(1)
    return_freed_memory()
    _loaded = _Loaded(
        load_readers(),
        load_policy(settings.policy_path),
        settings.limits,
        lambda: turn(settings.turn_file, _TURN_S),
    )


def return_freed_memory() -> None:
    """Tells glibc to give large freed blocks back at once; elsewhere nothing happens.

    Pictures come and go in blocks of many sizes; by default their holes add up to half a process. A
    block given back costs its pages anew, a tenth of a screening and a quarter of a preview where all
    above 1 MB were: those of a camera's frame stay. The numbers are those of glibc's malloc.h.
    """
    trim_threshold, mmap_threshold, arena_max = -1, -3, -8
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(mmap_threshold, 4 << 20)
        mallopt(trim_threshold, 32 << 20)
        mallopt(arena_max, 2)


def judge(job: ScreeningJob) -> PoolAnswer:
    """One whole screening, with renditions. Raises IntakeError, TurnTooFar."""
    loaded = _require()
    captures = open_document(job.front, job.back, loaded.limits)
    with _turn_of(captures, loaded):
        screening = screen(
            captures, job.claim, job.history, loaded.policy, loaded.readers, job.today
        )
        sides = screening.evidence.sides
        # Sides that were put right are stored as they belong.
        if screening.evidence.was_swapped:
            captures = {Side.FRONT: captures[Side.BACK], Side.BACK: captures[Side.FRONT]}
        return PoolAnswer(
            screening,
            {side: render(capture, sides[side]) for side, capture in captures.items()},
            {side: capture.sha256 for side, capture in captures.items()},
        )


def look(job: ScreeningJob) -> PoolAnswer:
    """A preview of the front. Raises IntakeError, TurnTooFar."""
    loaded = _require()
    captures = open_document(job.front, None, loaded.limits)
    with _turn_of(captures, loaded):
        capture = captures[Side.FRONT]
        screening = preview(capture, job.claim, loaded.policy, loaded.readers, job.today)
        return PoolAnswer(screening, {}, {Side.FRONT: capture.sha256})


def redraw(content: bytes) -> bytes:
    """A picture that is not judged, upright and without metadata. Raises IntakeError."""
    loaded = _require()
    capture = open_document(content, None, loaded.limits)[Side.FRONT]
    with _turn_of({Side.FRONT: capture}, loaded):
        return upright_jpeg(capture)


def _turn_of(captures: Mapping[Side, Capture], loaded: _Loaded) -> AbstractContextManager[None]:
    pixels = sum(capture.width_px * capture.height_px for capture in captures.values())
    return loaded.turn() if pixels > _HEAVY_PX else nullcontext()


def _require() -> _Loaded:
    if _loaded is None:
        raise RuntimeError("load() runs first in every worker")
    return _loaded
