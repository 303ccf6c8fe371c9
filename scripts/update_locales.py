"""Brings every catalogue up to date with the texts of the service: `make locales`.

New texts come in empty, to be translated; those that nothing says any more leave; what stands is
kept. Then each catalogue is compiled. Exits with 1 while a translation is missing or wrong.
"""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from service.locales.translate import LANGUAGES, Phrase, catalogue_path, placeholders
from service.screening.catalogue import REASONS

SERVICE = Path(__file__).parents[1] / "service"
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def texts() -> Mapping[str, list[str]]:
    """Each English text, and who says it: reason codes, or the file of a Phrase."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for code, reason in REASONS.items():
        for text in filter(None, (reason.message, reason.hint)):
            found[text].add(code)
    for name, _, text, _, _ in extract_from_dir(SERVICE, keywords={Phrase.__name__: None}):
        found[str(text)].add(Path(name).as_posix())
    return {text: sorted(said_by) for text, said_by in sorted(found.items())}


class _Catalogue(Catalog):
    """Its header has no dates, tools and people: the history knows them, and merges stay quiet."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """What readers of the format need."""
        return [
            ("Language", str(self.locale_identifier)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def po_path(language: str) -> Path:
    """The catalogue that people edit."""
    return (SERVICE / "locales" / catalogue_path(language)).with_suffix(".po")


def read_catalogue(language: str) -> Catalog:
    """As it stands; an empty one for a new language."""
    path = po_path(language)
    return read_po(BytesIO(path.read_bytes() if path.exists() else b""))


def updated(language: str) -> Catalog:
    """With exactly the texts of the service."""
    kept = read_catalogue(language)
    fresh = _Catalogue(language.replace("-", "_"), fuzzy=False)
    fresh.header_comment = "# Texts of the service. See docs/languages.md."
    for text, said_by in texts().items():
        message = kept.get(text)
        fresh.add(
            text,
            message.string if message else "",
            flags={"fuzzy"} if message and message.fuzzy else (),
            auto_comments=[", ".join(said_by)],
        )
    return fresh


def faults(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Texts whose translation cannot be used, and what to do."""
    for message in catalogue:
        text, told = str(message.id), str(message.string)
        if not text:
            continue
        if not told:
            yield text, "translate"
        elif placeholders(told) != placeholders(text):
            yield text, "keep the placeholders of"
        elif message.fuzzy:
            yield text, "confirm, and remove the mark fuzzy of"


def written(catalogue: Catalog) -> tuple[bytes, bytes]:
    """The catalogue as people edit it, and compiled."""
    source, compiled = BytesIO(), BytesIO()
    write_po(source, catalogue, width=98)
    write_mo(compiled, catalogue)
    return source.getvalue(), compiled.getvalue()


def main() -> int:
    """Updates all, and lists what there is to do."""
    wrong = 0
    for language in TRANSLATED:
        catalogue = updated(language)
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        source, compiled = written(catalogue)
        path.write_bytes(source)
        path.with_suffix(".mo").write_bytes(compiled)
        for text, what in faults(catalogue):
            wrong += 1
            print(f"{path.relative_to(SERVICE.parent)}: {what} {text!r}")  # noqa: T201
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
