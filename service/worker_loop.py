"""The life of a worker process: confined, loaded, then one job after the other, until its pipe closes.

Started as `python -m service.worker_loop PARENT`. Frames are eight bytes of length and a pickle. First
comes (module, settings), answered by "ready"; then (name of a function of the module, job), answered
by ("answer", value), ("refused", IntakeError), ("busy", "") or ("failed", class of an exception).
"""

import importlib
import os
import pickle
import sys
from types import ModuleType
from typing import Any, BinaryIO

from service.confinement import Allowance, allow_time, confine


def main() -> None:
    """Serves the parent whose process id is the first argument."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What codecs print may hold pieces of a document: it goes nowhere.
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1):
        os.dup2(nowhere, stream)
    allowance, module, settings = read_frame(jobs)
    confine(allowance, int(sys.argv[1]))
    work = importlib.import_module(module)
    work.load(settings)
    os.dup2(nowhere, 2)
    write_frame(answers, "ready")
    _serve(jobs, answers, work, allowance)


def _serve(jobs: BinaryIO, answers: BinaryIO, work: ModuleType, allowance: Allowance) -> None:
    from service.intake.errors import IntakeError
    from service.turns import TurnTooFar

    while True:
        try:
            function, job = read_frame(jobs)
        except EOFError:
            return
        allow_time(allowance.cpu_s)
        try:
            answer: tuple[str, object] = ("answer", getattr(work, function)(job))
        except IntakeError as refusal:
            answer = ("refused", refusal)
        except TurnTooFar:
            answer = ("busy", "")
        except MemoryError:
            # What is left of the heap is not worth trusting.
            os._exit(1)
        # A fault of ours costs this request; the next one finds the engines as they were.
        except Exception as fault:
            answer = ("failed", type(fault).__name__)
        del job
        write_frame(answers, answer)


def read_frame(stream: BinaryIO) -> Any:
    """What the parent sent. Raises EOFError once it closed the pipe."""
    size = int.from_bytes(_exactly(stream, 8), "big")
    return pickle.loads(_exactly(stream, size))  # noqa: S301 - the parent is trusted


def write_frame(stream: BinaryIO, value: object) -> None:
    """Sends to the parent."""
    content = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(len(content).to_bytes(8, "big"))
    stream.write(content)
    stream.flush()


def _exactly(stream: BinaryIO, size: int) -> bytes:
    content = stream.read(size)
    if len(content) < size:
        raise EOFError
    return content


if __name__ == "__main__":
    main()
