"""Whether a claimed and a printed company name are one company's, as registries compare them.

The rule, after the practice of registries (in Britain the "same as" rules of SI 2015/17, schedule 3):
case, accents and punctuation do not count; "&", "and", "et", "und" and "y" are the same and do not
count; a leading "the" does not count. A legal form at the end, or in French at the beginning, counts
by its class: LTD is LIMITED is PTE LTD is PRIVATE LIMITED. Where one name leaves the form out, it does
not count either; two different forms are two companies. All other words must be the same in the same
order, and figures to the digit. What is left is likeness for readers' slips, of the worst word.
"""

import itertools
import re
import unicodedata
from typing import Final

from rapidfuzz.distance import Levenshtein

from service.screening.match.spellings import spellings

_CLASSES: Final[dict[str, tuple[str, ...]]] = {
    "limited": (
        "LTD",
        "LIMITED",
        "PRIVATE LIMITED",
        "PRIVATE LTD",
        "PVT LTD",
        "PVT LIMITED",
        "P LTD",
        "PTE LTD",
        "PTE LIMITED",
        "PTY LTD",
        "PTY LIMITED",
        "PROPRIETARY LIMITED",
        "CO LTD",
        "CO LIMITED",
        "COMPANY LIMITED",
        "COMPANY LTD",
        "SENDIRIAN BERHAD",
        "SDN BHD",
    ),
    "public": ("PLC", "PUBLIC LIMITED COMPANY", "PUBLIC COMPANY LIMITED"),
    "corporation": ("INC", "INCORPORATED", "CORP", "CORPORATION"),
    "company": ("CO", "COMPANY"),
    "llc": ("LLC", "LIMITED LIABILITY COMPANY", "FZ LLC", "FZE", "FZCO", "WLL"),
    "llp": ("LLP", "LIMITED LIABILITY PARTNERSHIP"),
    "lp": ("LP", "LIMITED PARTNERSHIP"),
    "guarantee": ("GTE", "LTD GTE", "LIMITED BY GUARANTEE"),
    "gmbh": ("GMBH", "GESELLSCHAFT MIT BESCHRANKTER HAFTUNG", "MBH"),
    "ug": ("UG", "UG HAFTUNGSBESCHRANKT", "UNTERNEHMERGESELLSCHAFT HAFTUNGSBESCHRANKT"),
    "ag": ("AG", "AKTIENGESELLSCHAFT"),
    "kg": ("KG", "GMBH CO KG", "OHG", "EK"),
    "sarl": ("SARL", "SARLU", "SOCIETE A RESPONSABILITE LIMITEE"),
    "eurl": ("EURL",),
    "sas": ("SAS", "SASU", "SOCIETE PAR ACTIONS SIMPLIFIEE"),
    "sa": ("SA", "SOCIETE ANONYME", "SOCIEDAD ANONIMA", "SOCIEDADE ANONIMA"),
    "sl": ("SL", "SLU", "SOCIEDAD LIMITADA"),
    "srl": ("SRL", "SRLS", "SOCIETA A RESPONSABILITA LIMITATA"),
    "spa": ("SPA", "SOCIETA PER AZIONI"),
    "lda": ("LDA", "LTDA", "LIMITADA"),
    "bv": ("BV", "BESLOTEN VENNOOTSCHAP"),
    "nv": ("NV", "NAAMLOZE VENNOOTSCHAP"),
    "ab": ("AB", "AKTIEBOLAG"),
    "as": ("AS", "ASA", "AKSJESELSKAP"),
    "aps": ("APS", "ANPARTSSELSKAB"),
    "oy": ("OY", "OYJ", "OSAKEYHTIO"),
    "zoo": ("SP Z O O", "SP ZOO", "SPOLKA Z OGRANICZONA ODPOWIEDZIALNOSCIA"),
}
_FORMS: Final = tuple(
    sorted(
        ((form.split(), name) for name, forms in _CLASSES.items() for form in forms),
        key=lambda pair: -len(pair[0]),
    )
)
_LEADING: Final = frozenset({"sarl", "eurl", "sas"})
_CONNECTORS: Final = frozenset({"AND", "ET", "UND", "Y"})
_ONE_SHAPE: Final = str.maketrans("0158", "OISB")
"""What readers take for each other; only in words that are not figures alone."""
_ONE_LETTER: Final = str.maketrans("ÄÅÖØÜ", "AAOOU")
_TWO_LETTERS: Final = str.maketrans({"Ä": "AE", "Å": "AA", "Ö": "OE", "Ø": "OE", "Ü": "UE"})
_OTHER_NUMBER_OF_WORDS: Final = 0.85
"""The most that names of more and of fewer words can be alike."""


def company_likeness(claimed: str, printed: str) -> float:
    """0 to 1 by the rule above; 1 where a registry would call the names the same."""
    return max(
        _likeness(first, second)
        for first, second in itertools.product(_written(claimed), _written(printed))
    )


def _written(name: str) -> set[str]:
    """Capitals A to Z and figures in words, with umlauts as one letter and as two."""
    upper = unicodedata.normalize("NFC", name).upper().replace("&", " AND ").replace("+", " AND ")
    found: set[str] = set()
    for table in (_ONE_LETTER, _TWO_LETTERS):
        # L.L.C. and O'BRIEN are one word each.
        joined = re.sub(r"[.'’`]", "", upper.translate(table))
        words = re.sub(r"[^\w ]|_", " ", joined).split()
        found.add(" ".join(spellings(word)[0] for word in words))
    return found


def _likeness(claimed: str, printed: str) -> float:
    (first, form), (second, other) = _own_words(claimed), _own_words(printed)
    if not first or not second or _figures(first) != _figures(second):
        return 0.0
    if form and other and form != other:
        return 0.0
    first, second = _shapes(first), _shapes(second)
    if "".join(first) == "".join(second):
        return 1.0
    if len(first) != len(second):
        ratio = Levenshtein.normalized_similarity("".join(first), "".join(second))
        return min(_OTHER_NUMBER_OF_WORDS, float(ratio))
    pairs = zip(first, second, strict=True)
    return min(float(Levenshtein.normalized_similarity(one, two)) for one, two in pairs)


def _own_words(name: str) -> tuple[list[str], str]:
    """The words of a name without its legal form, and the form's class; empty where it has none."""
    words = [word for word in name.split() if word not in _CONNECTORS]
    if words[:1] == ["THE"] and len(words) > 1:
        words = words[1:]
    for form, kind in _FORMS:
        if len(words) > len(form) and words[-len(form) :] == form:
            return words[: -len(form)], kind
        if kind in _LEADING and len(words) > len(form) and words[: len(form)] == form:
            return words[len(form) :], kind
    return words, ""


def _figures(words: list[str]) -> list[str]:
    return [word for word in words if word.isdecimal()]


def _shapes(words: list[str]) -> list[str]:
    return [word if word.isdecimal() else word.translate(_ONE_SHAPE) for word in words]
