"""What strangers' bytes reach, as functions of bytes that break where a promise does.

`python -m tests.fuzz.targets NAME -max_total_time=1800` searches for such bytes with atheris.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from types import FunctionType, ModuleType

from service.aamva.elements import parse_licence
from service.aamva.header import parse_header
from service.aamva.identity_codes import identity_card_of
from service.aamva.south_africa import is_identity_card, is_licence
from service.intake.document import open_document
from service.intake.errors import IntakeError
from service.intake.limits import Limits
from service.issuers.states import codes
from service.mrz.check_digits import ALPHABET
from service.mrz.lattice import Cell, cells_of, decode, looks_like_line
from service.mrz.parse import Zone, parse
from service.plain_pickle import PickleUnsafe, loads
from service.screening.claim import Kind
from service.screening.evidence import ZoneInPrint

TODAY = date(2026, 1, 1)
_INSTRUMENTED = (
    "service.intake",
    "service.mrz",
    "service.aamva",
    "service.plain_pickle",
    "pickletools",  # in Python, and what tells first whether an answer is well-formed
)
_SMALL = Limits(max_bytes=100_000, max_pixels=250_000, max_side_px=2000)


def intake(content: bytes) -> None:
    """Captures, or one of our own errors; pixels of the size that was promised."""
    try:
        for capture in open_document(content, None, _SMALL).values():
            for reduction in (8, 1):
                height, width = capture.bgr(reduction).shape[:2]
                assert (height, width) == (
                    -(-capture.height_px // reduction),
                    -(-capture.width_px // reduction),
                )
    except IntakeError:
        return


def zone(content: bytes) -> None:
    """Any lines parse to a zone or to nothing, and a valid zone has all its digits right."""
    lines = content.decode("utf-8", "replace").split("\n")[:4]
    for kind in (lines, [line.upper().ljust(44, "<")[:44] for line in lines]):
        found = parse(kind, TODAY)
        if isinstance(found, Zone):
            assert found.lines == tuple(kind)


def lattice(content: bytes) -> None:
    """Any cells decode to lines of the alphabet, or to nothing."""
    rows = [cells_of(line) for line in content.decode("utf-8", "replace").split("\n")[:3]]
    decoded = decode(rows, TODAY, codes())
    if decoded is not None:
        assert 0.0 <= decoded.confidence <= 1.0
        assert set("".join(decoded.lines)) <= set(ALPHABET)
    half = len(content) // 2
    chances = [
        [
            Cell({chr(65 + b % 26): b / 255, chr(48 + b % 10): 1 - b / 255}, n)
            for n, b in enumerate(part)
        ]
        for part in (content[:half][:60], content[half:][:60])
    ]
    decode(chances, TODAY, codes())
    looks_like_line(content.decode("latin-1"))


def barcode(content: bytes) -> None:
    """Any payload is a licence, an identity card or neither, and says so."""
    for payload in (content, b"@\n\x1e\rANSI 636014080002DL00410288ZC03290015DL" + content):
        header = parse_header(payload)
        licence = parse_licence(payload)
        assert header is not None or licence is None
        identity_card_of(payload)
        is_licence(payload)
        is_identity_card(payload)


def answer(content: bytes) -> None:
    """Any answer of a worker is plain, or refused."""
    try:
        loads(content)
    except PickleUnsafe:
        return


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (intake, zone, lattice, barcode, answer)
}


def seeds(name: str) -> list[bytes]:
    """Where the search begins."""
    if name == "intake":
        from tests.hostile.corpus import everything

        # What eats memory or time on purpose is for a confined process: tests.hostile.
        return [
            one.content
            for one in everything()
            if len(one.content) < 20_000 and not one.family.endswith("_bombs")
        ]
    if name in {"zone", "lattice"}:
        return [
            b"P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10",
            b"I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<",
        ]
    if name == "barcode":
        return [
            b"\nDCSSAMPLE\nDACANNA\nDBB01311980\nDBA12312030\nDAQ1234\nDCGUSA\nDBC2\n",
            b"ID",
            b"CN1",
        ]
    import pickle

    page = ZoneInPrint(frozenset({"number"}))
    values = ({"a": [1, 2.5, None]}, TODAY, ("answer", {1}), page, Kind.PASSPORT)
    return [pickle.dumps(value, 5) for value in values]


def _methods(module: ModuleType) -> Iterator[object]:
    """Of the classes that a module declares."""
    for one in vars(module).values():
        if isinstance(one, type) and one.__module__ == module.__name__:
            yield from vars(one).values()


def search(name: str, options: list[str]) -> None:
    """Runs atheris, which ends the process by itself."""
    import atheris

    # What is measured is our own code: coverage of the libraries' would only slow the search.
    for module in list(sys.modules.values()):
        if module.__name__.startswith(_INSTRUMENTED):
            for one in [*vars(module).values(), *_methods(module)]:
                if isinstance(one, FunctionType) and one.__module__ == module.__name__:
                    atheris.instrument_func(one)
    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(seeds(name)):
            (Path(folder) / f"seed-{number}").write_bytes(seed)
        atheris.Setup(
            [sys.argv[0], "-rss_limit_mb=1500", "-timeout=20", *options, folder], TARGETS[name]
        )
        atheris.Fuzz()


if __name__ == "__main__":
    search(sys.argv[1], sys.argv[2:])
