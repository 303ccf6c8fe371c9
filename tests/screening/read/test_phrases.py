"""How far print may differ from a known phrase, and that titles of two kinds stay apart."""

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from service.issuers.titles import titles
from service.screening.read.phrases import Phrases, allowed_edits, fold

PLANTS = Phrases(
    {"OAK": 1, "CHESTNUT": 2, "WEEPING WILLOW": 3, "WILLOW": 3, "银杏": 4},
    {n: n for n in range(1, 5)},
)
LATIN = [title for title in titles() if title.normal.isascii()]


def found(text: str) -> list[str]:
    return [hit.phrase for hit in PLANTS.find([text])[0]]


def test_the_longer_phrase_wins_over_the_one_within_it() -> None:
    assert found("A WEEPING WILLOW TREE") == ["WEEPING WILLOW"]


def test_gaps_may_be_lost_or_too_many() -> None:
    assert found("THEWEEPINGWILLOWTREE") == ["WEEPING WILLOW"]
    assert found("WEEP ING WIL LOW") == ["WEEPING WILLOW"]


def test_lookalikes_cost_nothing_and_other_letters_what_the_table_says() -> None:
    assert found("W1LL0W") == ["WILLOW"]
    assert found("WALLOW") == []
    assert found("CHESTMUT") == ["CHESTNUT"]
    assert found("CHASTMUT") == []
    assert found("WEAPING WALLOW") == ["WEEPING WILLOW"]


def test_short_phrases_are_whole_segments_and_other_scripts_exact() -> None:
    assert (found("OAK"), found("OAK TREE")) == (["OAK"], [])
    assert (found("老银杏树"), found("银木")) == (["银杏"], [])


def test_greek_and_cyrillic_are_found_in_latin_letters_of_their_shape() -> None:
    known = Phrases({"ΔΡΥΣ ΚΑΙ ΙΤΙΑ": 1, "ДУБ И БЕРЕЗА": 2}, {1: 1, 2: 2})
    for text in ("ΔPYΣ KAI ITIA", "ΔΡΥΣ ΚΑΙ ΙΤΙΑ", "ДУБ И БEPEЗA"):
        assert len(known.find([text])[0]) == 1
    assert known.find(["ΔPYΣ KAI MHΛIA"]) == [[]]


def test_phrases_of_two_meanings_that_are_as_near_are_not_found() -> None:
    rivals = Phrases({"BANNERMAN": 1, "BANNERMEN": 2}, {1: 1, 2: 2})
    assert rivals.find(["BANNERMIN"]) == [[]]


def test_no_title_is_within_reach_of_another_kinds() -> None:
    close = [
        (one.text, other.text)
        for one in LATIN
        for other in LATIN
        if one.kind != other.kind
        and Levenshtein.distance(fold(one.normal), fold(other.normal))
        <= allowed_edits(len(fold(other.normal)))
    ]
    assert close == []


@given(st.sampled_from(LATIN), st.data())
def test_a_letter_misread_never_makes_a_title_of_another_kind(title, data) -> None:
    known = Phrases({t.normal: t for t in LATIN}, {t: t.kind for t in LATIN}, 5)
    at = data.draw(st.integers(0, len(title.normal) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ0158"))
    misread = title.normal[:at] + letter + title.normal[at + 1 :]
    for hit in known.find([misread])[0]:
        within = fold(hit.phrase) in fold(title.normal)
        assert hit.meaning.kind == title.kind or within
