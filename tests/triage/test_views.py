"""Addresses, zones, comparisons and reasons: what pages make of what is stored."""

from datetime import timedelta

from service.store.tables import Audit
from service.store.worklist import Place
from service.triage.address import Address, address_of, address_of_query, place_in_words, place_of
from service.triage.comparison import compare_fields
from service.triage.page import age_in_words
from service.triage.reasons import in_plain_words
from service.triage.timeline import timeline_of
from service.triage.zone import zone_of
from tests.triage.rows import NOW, finding


def test_an_address_says_its_filters_and_is_read_back() -> None:
    address = Address("retake", "visa", "KE", "image_glare", "c-1", "1h", "two words")
    assert address_of_query(address.query) == address
    assert Address().query == ""
    assert not Address("all").is_filtered
    assert address.is_filtered


def test_what_an_address_makes_up_is_left_open() -> None:
    given = {"show": "secret", "kind": "spoon", "country": "<b>", "code": "x", "age": "9y"}
    assert address_of(given) == Address()


def test_a_code_among_the_words_is_a_filter_by_code() -> None:
    wanted = Address(q="image_glare").wanted("me", NOW)
    assert (wanted.code, wanted.words) == ("image_glare", "")
    assert Address("mine").wanted("me", NOW).claimed_by == "me"


def test_a_view_keeps_filters_and_never_who_was_looked_for() -> None:
    address = Address("retake", "visa", "KE", "", "c-1", "1h", "kim@example.org")
    assert address.lasting == Address("retake", "visa", "KE", age="1h")
    assert Address(q="image_glare").lasting == Address(code="image_glare")


def test_a_place_in_the_list_is_read_back_and_nothing_else() -> None:
    place = Place(2, "scr_01")
    assert place_of(place_in_words(place)) == place
    assert place_of("") is place_of("x.scr") is place_of("1.") is None


def test_ages_are_short() -> None:
    assert [age_in_words(timedelta(minutes=m)) for m in (0, 59, 60, 47 * 60, 48 * 60)] == [
        "0 min",
        "59 min",
        "1 h",
        "47 h",
        "2 d",
    ]


def zone(**changes) -> dict:
    """Of the specimen in Doc 9303 part 4, appendix A."""
    lines = [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ]
    return {
        "format": "TD3",
        "lines": lines,
        "checks": {"document_number": True, "composite": False},
        "check_digits": [
            {
                "name": "document_number",
                "printed": "6",
                "computed": "6",
                "valid": True,
                "line": 2,
                "column": 10,
            },
            {
                "name": "composite",
                "printed": "0",
                "computed": "4",
                "valid": False,
                "line": 2,
                "column": 44,
            },
        ],
        "character_confidence": [[0.99] * 44, [0.99] * 43 + [0.5]],
        "repairs": [{"line": 1, "column": 7, "from": "0", "to": "R", "because": "names"}],
        "confidence": 0.9,
        "readers": ["mrz_recogniser"],
        "side": "front",
    } | changes


def test_a_zone_is_shown_character_by_character() -> None:
    shown = zone_of({"mrz": zone()})
    assert ["".join(c.text for f in line for c in f) for line in shown.lines] == zone()["lines"]
    letters = [c for line in shown.lines for field in line for c in field]
    assert [(c.text, c.role) for c in letters if c.role] == [
        ("R", "mended"),
        ("6", "ok"),
        ("0", "wrong"),
    ]
    assert [c.text for c in letters if c.sureness == "poor"] == ["0"]
    assert shown.doubts == ["Line 2, column 44: 0, composite check, 50 % sure, should be 4"]
    assert [field[0].field for field in shown.lines[1]][:3] == [
        "number",
        "number check",
        "nationality",
    ]
    assert not shown.is_guess


def test_a_guess_is_shown_as_one_and_older_zones_without_likelihoods() -> None:
    old = zone(character_confidence=None, check_digits=None)
    shown = zone_of({"mrz": None, "mrz_guess": old})
    assert shown.is_guess
    assert {c.sureness for line in shown.lines for f in line for c in f} == {""}
    assert zone_of({}) is None


def compared(readings: dict, claimed: dict, **document) -> dict:
    values = {name: v for by in readings.values() for name, v in by.items()}
    wire = {
        "document": values | {"readings": readings} | document,
        "customer": {"country": "GB", "claimed": claimed},
    }
    return {row.name: row for row in compare_fields(wire, ()).rows}


def test_fields_that_differ_between_sources_are_marked() -> None:
    rows = compared(
        {
            "mrz": {"number": "123 456", "surname": "MUELLER", "date_of_birth": "1990-01-02"},
            "text": {"number": "123456", "surname": "Müller", "date_of_birth": "1990-01-03"},
        },
        {},
    )
    assert {name: [c.differs for c in row.cells] for name, row in rows.items() if row.cells} == {
        "number": [False, False],
        "surname": [False, False],
        "date_of_birth": [False, True],
        "country": [False, False],
    }


def test_what_the_customer_claims_is_compared_as_the_checks_do() -> None:
    rows = compared(
        {"mrz": {"surname": "MUELLENBACH", "given_names": "GRETA SOFIE", "number": "77"}},
        {"last_name": "Mullenbach", "first_name": "Greta", "id_number": "78"},
        country="DE",
    )
    assert {name for name, row in rows.items() if row.claim_differs} == {"number", "country"}


def test_older_records_show_their_best_source() -> None:
    wire = {"document": {"number": "77", "sources": {"number": "mrz"}}, "customer": {}}
    comparison = compare_fields(wire, ())
    assert comparison.sources == [("mrz", "MRZ")]
    assert [cell.value for row in comparison.rows for cell in row.cells] == ["77"]


def test_checks_that_did_not_run_are_one_line() -> None:
    told = in_plain_words(
        [
            finding("image_glare", "retake", message="A reflection."),
            finding("document_check_not_run", "review", check="mrz.dates", message="Checking."),
            finding("document_check_not_run", "review", check="mrz.readable", message="Checking."),
        ]
    )
    assert [one["number"] for one in told] == [1, 2]
    assert told[0]["plain"] == "A reflection."
    assert "mrz.dates, mrz.readable" in told[1]["plain"]


def test_looks_at_pictures_in_a_row_are_one_line() -> None:
    looks = [
        Audit(at=NOW, actor="a", action="picture.seen", subject="s", details=details)
        for details in (
            {"side": "front", "rendition": "upright"},
            {"side": "front", "rendition": "mrz"},
        )
    ]
    [event] = timeline_of(looks, (), {"a": "Robin"})
    assert (event.who, event.details) == ("Robin", "front picture, front zone")
