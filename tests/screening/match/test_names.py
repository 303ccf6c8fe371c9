"""Names as documents print them and as people type them."""

import pytest

from service.policy.policy import load_policy
from service.screening.match.names import likeness
from service.screening.match.spellings import spellings

LIMIT = load_policy().limit("customer.names", "likeness_min")


def score(claimed: str, printed: str, **options) -> float:
    """Of "First names, Last names" and "GIVEN NAMES, SURNAME"."""
    first, _, last = claimed.partition(", ")
    given, _, surname = printed.partition(", ")
    return likeness(first, last, given, surname, **options)


@pytest.mark.parametrize(
    ("word", "written"),
    [
        ("Müller", {"MUELLER", "MULLER", "MUXXLLER"}),
        ("Nuñez", {"NUNEZ", "NUNXXEZ"}),
        ("Åkesson", {"AAKESSON", "AKESSON"}),
        ("Østergård", {"OESTERGAARD", "OSTERGAARD", "OESTERGARD", "OSTERGARD"}),
        ("Weiß", {"WEISS"}),
        ("Þór", {"THOR"}),
        ("O’Brien", {"OBRIEN"}),
        ("Юлия", {"IULIIA", "YULIYA", "IULIYA", "YULIIA"}),
    ],
)
def test_words_are_spelled_as_the_standard_lets_issuers_choose(word: str, written: set) -> None:
    assert written <= set(spellings(word))


def test_a_word_full_of_choices_stays_bounded() -> None:
    assert len(spellings("Ü" * 40)) < 100


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [
        ("Иван, Петров", "IVAN, PETROV"),
        ("Yuliya, Kovalenko", "IULIIA, KOVALENKO"),
        ("Pablo, Nuñez", "PABLO, NUNXXEZ"),
        ("Jürgen, Müller", "JUERGEN, MUELLER"),
        ("Jürgen, Müller", "JURGEN, MUXXLLER"),
        ("Jürgen, Mueller", "JÜRGEN, MÜLLER"),
        ("Jurgen, Nunez", "JUERGEN, NUNXXEZ"),
        ("Søren, Østergård", "SOREN, OESTERGAARD"),
        ("Marie-Élise, Lefèvre", "MARIE ELISE, LEFEVRE"),
        ("Marieelise, Lefevre", "MARIE ELISE, LEFEVRE"),
        ("Juan, De La Cruz", "JUAN, DELACRUZ"),
        ("Femke, van der Zwaan", "FEMKE, ZWAAN"),
        ("Femke, Zwaan", "FEMKE, VAN DER ZWAAN"),
        ("Peter, O'Brien", "PETER, O BRIEN"),
        ("Khalid, Al-Mansoor", "KHALID, ALMANSOOR"),
        ("Stone, Ada", "ADA, STONE"),  # fields swapped
        ("Ada, Stone", "ADA MARY, STONE"),  # the document says more
        ("Ada Mary, Stone", "ADA, STONE"),  # or less
        ("Ada M., Stone", "ADA MARY, STONE"),
        ("Ada Mary, Stone", "ADA M, STONE"),
        ("Mary, Stone", "ADA MARY, STONE"),  # known by the second name
        ("Lucía, Ibáñez", "LUCIA, IBANEZ ROLDAN"),
        ("Ivan, Petrov", "IVAN SERGEEVICH, PETROV"),
        ("Dr. Ada, Stone Jr", "ADA, STONE"),
        ("Anh, Le", "ANH, LE"),
        ("Ada, Stone", ", ADA STONE"),  # one field for all
    ],
)
def test_one_person_in_two_spellings_is_one_person(claimed: str, printed: str) -> None:
    assert score(claimed, printed) >= LIMIT


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [
        ("Ada, Brown", "ADA, STONE"),  # a married name is not matched silently
        ("Ada, Stone Brown", "ADA, STONE"),
        ("Ada, Stone", ", "),
        ("John, Smith", "JANE, SMITH"),
        ("Kofi, Mensah", "KWAME, MENSAH"),
        ("Jan, Stone", "JANET, STONE"),
        ("Maria, Stone", "MARIO, STONE"),
        ("Martin, Stone", "MARTINA, STONE"),
        ("Daniele, Stone", "DANIELA, STONE"),
        ("Ada Jane, Stone", "ADA MARY, STONE"),
        ("A, Stone", "ADA, STONE"),  # an initial may be anybody's
        ("Peter, Thomas", "PETER THOMAS, SCHMIDT"),  # the surname is not the customer's
        ("Thomas, Thomas", "PETER, THOMAS"),  # one printed word serves one claimed word
        ("Anh, Le", "ANH, DO"),
        ("Anh, Tran", "ANH, LE"),
        ("Alexander Montgomery, Li", "ALEXANDER MONTGOMERY, WU"),
        ("Ada, Stone", "ADA, STONES"),
        ("Ada, Baur", "ADA, BAUER"),
        ("محمد, خالد", "MOHAMMED, KHALID"),  # no table tells; a person must
    ],
)
def test_two_people_are_two_people(claimed: str, printed: str) -> None:
    assert score(claimed, printed) < LIMIT


@pytest.mark.parametrize(
    ("claimed", "printed"),
    [
        ("Dingo, Bennelong Wooloomooloo", "DINGO, BENNELONG WOOLOO"),
        ("Chiamaka Ruth Zoë, Okonjala", "CHIAMAKA RUT, OKONJALA"),
        ("Nilavadhanananda Arnpol, Dejthamrong Krasuang", "NILAVADH, DEJTHAMRONG KRASUANG"),
        (
            "Ada, Wooloomooloo-Bennelong-Featherstonehaugh",
            ", WOOLOOMOOLOO BENNELONG FEATHERSTONEHAU",
        ),
    ],
)
def test_cut_names_are_compared_by_beginnings_where_the_zone_is_full(
    claimed: str, printed: str
) -> None:
    assert score(claimed, printed, may_be_cut=True) >= LIMIT
    assert score(claimed, printed) < LIMIT


def test_a_cut_name_of_another_person_stays_another() -> None:
    assert score("Ada, Bennelong", "DINGO, BENNELONG WOOLOO", may_be_cut=True) < LIMIT
    assert score("Dingo, Fairweather", "DINGO, BENNELONG WOOLOO", may_be_cut=True) < LIMIT
