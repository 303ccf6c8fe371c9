"""Time and memory of a screening without HTTP: `python -m benchmarks.cost [--memory 1000]`.

A passport photo at 1, 3, 12 and 48 megapixels, on one core: the median screening, intake included,
over the median full decoding of the same JPEG by Pillow, the two in turn. Then frames of a camera by
themselves; a licence of 12 megapixels beside RapidOCR over the whole page, by the clock on all cores,
as it takes by default, and by processor time on one thread, as a worker screens;
as many processes as cores at once; and the memory of a process over many screenings.
"""

import argparse
import io
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import cv2
import numpy as np
from PIL import Image
from rapidocr import RapidOCR

from benchmarks.pictures import EXPIRES, MODERATE, as_jpeg, set_of
from sample_docs.degrade import photograph
from sample_docs.layouts.licence import make_numbered_licence
from sample_docs.layouts.passport import make_passport
from service.cores import usable_cores
from service.intake.document import open_document
from service.policy.policy import load_policy
from service.screening.claim import Claim, History, Side
from service.screening.pipeline import preview, screen
from service.screening.readers import Readers, load_readers
from service.screening_worker import return_freed_memory
from service.vision.capture import Bgr

TODAY, POLICY = date(2026, 11, 25), load_policy()
SIDES_PX = {1: 1155, 3: 2000, 12: 4000, 48: 8000}


def passport_page() -> Bgr:
    return make_passport("GBR", random.Random(12), expires=EXPIRES).front.page.bgr


def licence_front() -> Bgr:
    return make_numbered_licence("FRA", random.Random(21), EXPIRES).front.page.bgr


def photo(page: Bgr, side_px: int) -> bytes:
    picture, _ = photograph(page, random.Random(12), long_side=2000)
    return as_jpeg(
        cv2.resize(picture, (side_px, round(side_px * 0.75)), interpolation=cv2.INTER_CUBIC)
    )


def frame(page: Bgr) -> bytes:
    """What a camera shows: 1280 x 720, the whole page in it."""
    picture, _ = photograph(page, random.Random(12), long_side=1280, fill=0.55)
    return as_jpeg(picture[120:840])


def screened(content: bytes, readers: Readers) -> str:
    documents = open_document(content, None)
    return screen(documents, Claim("GB"), History(), POLICY, readers, TODAY).verdict.value


def decoded(content: bytes) -> None:
    np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def seconds(
    work: Callable[..., object], *given: object, clock: Callable[[], float] = time.perf_counter
) -> float:
    started = clock()
    work(*given)
    return clock() - started


def resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def previewed(content: bytes, readers: Readers) -> None:
    capture = open_document(content, None)[Side.FRONT]
    preview(capture, Claim("GB"), POLICY, readers, TODAY)


def frames(readers: Readers, rounds: int) -> None:
    """Processor time, for a camera page asks several times a second."""
    print("\n| preview of 1280 x 720 | processor ms |\n|---|---|")
    for name, page in (("passport", passport_page()), ("licence", licence_front())):
        content = frame(page)
        spent = [
            seconds(previewed, content, readers, clock=time.process_time) for _ in range(rounds)
        ]
        print(f"| {name} | {statistics.median(spent) * 1000:.0f} |")


def beside_rapid(rounds: int) -> None:
    """A licence has no zone: its text must be read."""
    content, cores = photo(licence_front(), SIDES_PX[12]), usable_cores()
    print("\n| licence, 12 megapixels | screening | RapidOCR, whole page | ratio |")
    print("|---|---|---|---|")
    for name, threads, clock in (
        (f"seconds, both on {cores} cores", cores, time.perf_counter),
        ("processor seconds, both on one", 1, time.process_time),
    ):
        cv2.setNumThreads(threads)
        readers = load_readers(threads)
        engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            }
        )

        def whole_page(engine: RapidOCR = engine) -> None:
            engine(cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR))

        pairs = [
            (seconds(screened, content, readers, clock=clock), seconds(whole_page, clock=clock))
            for _ in range(rounds)
        ]
        ours, whole = (statistics.median(times) for times in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"| {name} | {ours:.2f} | {whole:.2f} | {ratio:.2f} |")


def many(content: bytes, rounds: int) -> float:
    cv2.setNumThreads(1)
    readers = load_readers(threads=1)
    screened(content, readers)
    return seconds(lambda: [screened(content, readers) for _ in range(rounds)])


def watch_memory(rounds: int) -> None:
    """Of a process that does nothing else, as a worker."""
    cv2.setNumThreads(1)
    return_freed_memory()
    readers = load_readers(threads=1)
    photos = [photo.content for photo in set_of(40, 5, MODERATE)]
    print("\n| screenings | resident MB |\n|---|---|")
    for n in range(rounds + 1):
        if n % max(1, rounds // 5) == 0:
            print(f"| {n} | {resident_mb():.0f} |", flush=True)
        screened(photos[n % len(photos)], readers)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--memory", type=int, default=0, help="screenings to watch the memory over")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    return_freed_memory()  # as a worker does
    readers = load_readers(threads=1)
    print(
        "| megapixels | verdict | screening ms | full decoding ms | ratio |\n|---|---|---|---|---|"
    )
    for megapixels, side in SIDES_PX.items():
        content = photo(passport_page(), side)
        verdict = screened(content, readers)
        pairs = [
            (
                seconds(screened, content, readers, clock=time.process_time),
                seconds(decoded, content, clock=time.process_time),
            )
            for _ in range(options.rounds)
        ]
        ours, whole = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"| {megapixels} | {verdict} | {ours:.0f} | {whole:.0f} | {ratio:.2f} |")
    frames(readers, options.rounds)
    beside_rapid(max(3, options.rounds // 3))
    cv2.setNumThreads(1)
    content, cores = photo(passport_page(), SIDES_PX[12]), os.cpu_count() or 1
    print("\n| processes at once | 12-megapixel screenings a second |\n|---|---|")
    for processes in range(1, cores + 1):
        with multiprocessing.get_context("spawn").Pool(processes) as pool:
            spent = pool.starmap(many, [(content, 20)] * processes)
        print(f"| {processes} | {sum(20 / one for one in spent):.1f} |")
    if options.memory:
        watched = multiprocessing.get_context("spawn").Process(
            target=watch_memory, args=(options.memory,)
        )
        watched.start()
        watched.join()


if __name__ == "__main__":
    main()
