"""Printed titles in the text, and what they say of the kind."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from service.issuers.titles import Title, normalise, titles
from service.screening.claim import Kind
from service.screening.classify.issuer_names import Countries, issuer_names
from service.screening.evidence import Quad, TextLine, TitleMatch, Vote
from service.screening.read.phrases import Hit, Phrases
from service.screening.read.placement import Placed, below, place, right_of, shares_down

_WHOLE_UP_TO: Final = 5
"""Letters of titles that count as a whole segment only: VISA, PASS, E-CARD."""
# Words that turn a title into the label of a field: "Passport No.", "ID card number".
_LABEL_MARKS: Final = frozenset(
    ["NO", "NOS", "NR", "NUM", "NUMBER", "NUMERO", "NUMMER", "NOMOR", "CODE", "ISSUED", "EXPIRES"]
)
_NEGATIONS: Final = frozenset(
    ["NOT", "NOR", "NEVER", "WITHOUT", "NICHT", "KEIN", "KEINE", "OHNE", "PAS", "SANS", "SIN"]
)
# Words that stand around a title without making a sentence of it.
_AROUND: Final = frozenset(
    [
        "A",
        "AN",
        "AND",
        "CLASS",
        "COMMONWEALTH",
        "DE",
        "DES",
        "DU",
        "EL",
        "ELECTRONIC",
        "FEDERAL",
        "ISLAMIC",
        "KINGDOM",
        "LA",
        "LE",
        "NATIONAL",
        "OF",
        "PROVINCE",
        "REPUBLIC",
        "REPUBLIQUE",
        "SPECIMEN",
        "STATE",
        "THE",
        "UNION",
        "UNITED",
    ]
)
_PARTS: Final = re.compile(r"[/|•·]")
_JOINT_LIKENESS: Final = 0.9
"""A title put together from two lines: they may have met by chance."""
_SPOILT_BY_EDIT: Final = 0.05
HELD_BY_PERSONS: Final = frozenset(
    {Kind.PASSPORT, Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT, Kind.NATIONAL_ID}
)
"""Kinds whose title alone tells a document from papers, stickers and other cards."""
_HEADED: Final = frozenset({Kind.DRIVERS_LICENSE, Kind.RESIDENT_PERMIT})
_LOWEST_HEADING: Final = 0.6
_HEADING: Final = 0.8
"""Score of a title in capitals that a company's name follows."""
_MANY: Final = 4
"""Lines from which the place of one among them means something."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """Where a line stands, as in `TitleMatch`."""

    quad: Quad
    share_down: float


def find_titles(lines: Sequence[TextLine]) -> tuple[TitleMatch, ...]:
    """Titles in the lines, and in lines that stand close under or beside each other."""
    if not lines:
        return ()
    placed = place(lines)
    standing = {
        id(p): _Standing(p.line.quad, share if len(placed) >= _MANY else 0.0)
        for p, share in zip(placed, shares_down(placed), strict=True)
    }
    pairs = list(_pairs(placed))
    printed = [(p, part) for p in placed for part in _PARTS.split(p.line.text)]
    parts = [(p, normalise(part)) for p, part in printed]
    texts = [text for _, text in parts] + [normalise(text) for _, text, _ in pairs]
    hits = _phrases().find(texts)
    names = issuer_names().find(texts)
    found: list[TitleMatch] = []
    for (entry, text), (_, part), its, named in zip(parts, printed, hits, names, strict=False):
        found += _matches(
            text.split(), its, _covered(named), standing[id(entry)], is_heading=part.isupper()
        )
    alone = {id(entry) for (entry, _), its in zip(parts, hits, strict=False) if its}
    for (entry, _, cut), text, its in zip(
        pairs, texts[len(parts) :], hits[len(parts) :], strict=True
    ):
        across = [hit for hit in its if hit.first < cut < hit.last]
        if id(entry) not in alone and across and len(across[0].phrase.split()) == len(text.split()):
            found += _matches(text.split(), across, set(), standing[id(entry)], _JOINT_LIKENESS)
    return tuple(found)


def votes_of_titles(matches: Iterable[TitleMatch]) -> tuple[tuple[Vote, str], ...]:
    """A decisive title that stands alone decides; one within a sentence supports.

    The name of a licence or permit in the lower part of a card may be a remark on another card,
    whose own title nobody could read: it supports only.
    """
    return tuple(
        (
            Vote(match.kind, _weight(match), "title", f"title {match.title}"),
            match.subkind,
        )
        for match in matches
    )


def _weight(match: TitleMatch) -> float:
    if not match.decisive:
        return 0.4 * match.score
    if match.kind in _HEADED and match.share_down > _LOWEST_HEADING:
        return 0.6 * match.score
    return 0.95 * match.score if match.score >= 0.6 else 0.65 * match.score


def _matches(
    words: Sequence[str],
    hits: Sequence[Hit[Title]],
    named: set[int],
    standing: _Standing,
    likeness: float = 1.0,
    *,
    is_heading: bool = False,
) -> Iterator[TitleMatch]:
    """Each title with its share of the segment, where words around it count for nothing."""
    for hit in hits:
        if _is_label(words, hit) or (len(hits) == 1 and _is_denied(words, hit)):
            continue
        same = [h for h in hits if h.meaning.kind == hit.meaning.kind]
        taken = {k for h in same for k in range(h.first, h.last)}
        rest = [
            word
            for k, word in enumerate(words)
            if k not in taken
            and k not in named
            and word not in _AROUND
            and len(word) > 1
            and word.isascii() == hit.phrase.isascii()  # ЛИЧНА КАРТА IDENTITY CARD
            and not any(c.isdigit() for c in word)
        ]
        letters = sum(len(words[k]) for k in taken)
        if hit.phrase.isascii():
            share = letters / (letters + sum(map(len, rest)))
        else:
            share = min(1.0, len(hit.phrase) / max(len("".join(words)), 1) + 0.3)
        title = hit.meaning
        score = share * likeness - _SPOILT_BY_EDIT * hit.edits
        if is_heading and _heads_paper(words, hit):
            score = max(score, _HEADING)
        yield TitleMatch(
            title=title.text,
            kind=Kind(title.kind),
            subkind=title.subkind,
            decisive=title.decisive,
            countries=() if hit.is_ambiguous else title.countries,
            score=score,
            quad=standing.quad,
            language=title.language,
            share_down=standing.share_down,
        )


def _heads_paper(words: Sequence[str], hit: Hit[Title]) -> bool:
    """Whether a company's paper goes on with the company: ARTICLES OF ASSOCIATION OF NAME LIMITED."""
    title = hit.meaning
    is_paper = title.subkind == "company_paper" or title.kind == Kind.CERTIFICATE_OF_INCORPORATION
    return is_paper and hit.first == 0 and words[hit.last : hit.last + 1] == ["OF"]


def _is_label(words: Sequence[str], hit: Hit[Title]) -> bool:
    """Whether a word beside the title, or joined to it, makes it the label of a number."""
    beside = [*words[max(0, hit.first - 2) : hit.first], *words[hit.last : hit.last + 1]]
    _, _, joined = "".join(words[hit.first : hit.last]).rpartition(hit.phrase.replace(" ", ""))
    # CARTE NATIONALE D'IDENTITÉ N° heads a card; nothing is headed PASSEPORT N°.
    marks = _LABEL_MARKS | {"N"} if hit.meaning.kind == Kind.PASSPORT else _LABEL_MARKS
    return any(word in marks for word in (*beside, joined))


def _is_denied(words: Sequence[str], hit: Hit[Title]) -> bool:
    return any(word in _NEGATIONS for word in words[: hit.first])


def _covered(hits: Iterable[Hit[Countries]]) -> set[int]:
    return {k for hit in hits for k in range(hit.first, hit.last)}


def _pairs(placed: Sequence[Placed]) -> Iterator[tuple[Placed, str, int]]:
    """Neighbouring lines of about one height as one text, and how many words the first has."""
    for entry in placed:
        for other in [*below(entry, placed, 1.2)[:1], *right_of(entry, placed, 3)[:1]]:
            if 0.7 < other.height / max(entry.height, 1e-6) < 1.4:
                first = normalise(entry.line.text)
                yield entry, f"{entry.line.text} {other.line.text}", len(first.split())


@cache
def _phrases() -> Phrases[Title]:
    meanings = {title.normal: title for title in reversed(titles())}
    return Phrases(
        meanings, {title: (title.kind, title.subkind) for title in titles()}, _WHOLE_UP_TO
    )
