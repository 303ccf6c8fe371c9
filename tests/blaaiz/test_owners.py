"""Which owners are still to be sent: a new one is known again however Blaaiz shows him."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.blaaiz.customer import holds, parse_customer
from service.blaaiz.owners import OwnerDoubtful, owners_to_send
from service.blaaiz.sameness import is_alike, is_same
from service.blaaiz.taken import fields_not_taken

ROBIN = {"first_name": "Robin", "last_name": "Sample", "ownership_percentage": 12.5}


def business(*owners: dict):
    return parse_customer({"id": "c", "type": "business", "owners": list(owners)})


@pytest.mark.parametrize(
    "sent",
    [
        ROBIN,
        {**ROBIN, "id": None},
        {**ROBIN, "email": None, "title": "", "is_pep": False},
        {**ROBIN, "ownership_percentage": "12.5", "date_of_birth": "1990-01-02"},
    ],
)
@pytest.mark.parametrize(
    "shown",
    [
        {"first_name": "Robin", "last_name": "Sample", "ownership_percentage": "12.50"},
        {"first_name": " ROBIN", "last_name": "sample ", "ownership_percentage": 12.5},
        {"first_name": "Robin", "last_name": "Sample", "is_pep": 0, "email": ""},
        {"first_name": "Robin", "date_of_birth": "1990-01-02T00:00:00.000000Z", "is_pep": "false"},
    ],
)
def test_one_who_was_made_is_not_sent_again_in_whatever_form_he_is_shown(sent, shown) -> None:
    customer = business({"id": "old"}, {"id": "new", "status": "PENDING", **shown})
    assert owners_to_send(customer, [sent], ["old"]) == []


def test_one_of_whom_nothing_came_is_sent_again() -> None:
    assert owners_to_send(business({"id": "old"}), [ROBIN], ["old"]) == [ROBIN]
    assert owners_to_send(business({"id": "old", **ROBIN}), [ROBIN], None) == [ROBIN]


@pytest.mark.parametrize(
    "shown",
    [
        {"first_name": "Kim"},
        {"first_name": "Robin", "last_name": "Simple"},
        {},
        {"ownership_percentage": 12.5},
    ],
)
def test_a_stranger_who_may_be_he_stops_the_sending(shown) -> None:
    with pytest.raises(OwnerDoubtful):
        owners_to_send(business({"id": "old"}, {"id": "new", **shown}), [ROBIN], ["old"])


def test_two_of_one_name_are_two() -> None:
    one = business({"id": "1", **ROBIN})
    assert owners_to_send(one, [ROBIN, ROBIN], []) == [ROBIN]
    assert (
        owners_to_send(business({"id": "1", **ROBIN}, {"id": "2", **ROBIN}), [ROBIN] * 2, []) == []
    )


def test_a_stranger_beside_all_who_were_sent_is_nobodys_business() -> None:
    customer = business({"id": "1", **ROBIN}, {"id": "2", "first_name": "Kim"})
    assert owners_to_send(customer, [ROBIN], []) == []


def test_a_change_of_an_owner_is_sent_until_it_is_shown() -> None:
    customer = business({"id": "1", **ROBIN})
    change = {"id": "1", "ownership_percentage": 40}
    assert owners_to_send(customer, [change], None) == [change]
    assert (
        owners_to_send(business({"id": "1", "ownership_percentage": "40.00"}), [change], []) == []
    )


@pytest.mark.parametrize(
    ("held", "value"),
    [("0123", 123), ("0123", "123"), (True, "x"), ("a", None), ("1e3", 1000), ("KIM", "Kim")],
)
def test_what_differs_is_not_the_same(held, value) -> None:
    assert not is_same(held, value)


@given(st.decimals(-1000, 1000, places=4))
def test_a_number_is_itself_in_every_form(number: Decimal) -> None:
    plain = format(number.normalize(), "f")
    assert is_same(plain, float(number))
    assert is_same(f"{number:.6f}", plain)
    assert is_alike(float(number), f" {number:.5f} ")


@given(st.text(), st.one_of(st.none(), st.text(), st.integers(), st.floats(), st.booleans()))
def test_comparing_ends_well_whatever_is_compared(held: str, value: object) -> None:
    assert is_alike(held, held)
    if is_same(held, value):
        assert is_alike(held, value)


@pytest.mark.parametrize(
    "reply",
    [
        {"date_of_birth": "1990-01-02"},
        {"dob": "1990-01-02T00:00:00Z"},
        {"kyc_data": {"dob": "1990-01-02"}},
        {"kyc_data": {"date_of_birth": "1990-01-02 00:00:00"}},
    ],
)
@pytest.mark.parametrize("name", ["dob", "date_of_birth"])
def test_a_date_of_birth_is_found_under_each_of_its_names(reply, name) -> None:
    customer = parse_customer({"id": "c", "verification_status": "VERIFIED", **reply})
    assert customer.date_of_birth == "1990-01-02"
    assert holds(customer, name, "1990-01-02")
    assert not holds(customer, name, "1991-01-02")


def person(**fields):
    return parse_customer({"id": "c", "type": "individual", **fields})


@pytest.mark.parametrize(
    ("sent", "before", "after", "differing"),
    [
        ({"city": "Lagos"}, {"city": "Accra"}, {"city": "LAGOS "}, ()),
        ({"city": "Lagos"}, {"city": "Accra"}, {"city": "Accra"}, ("city",)),
        ({"city": "Lagos"}, {"city": None}, {"city": None}, ("city",)),
        ({"city": "Lagos"}, {}, {}, ()),  # never shown: nothing can be said
        ({"city": None}, {"city": "Accra"}, {"city": ""}, ()),
        ({"dob": "1990-01-02"}, {}, {"kyc_data": {"dob": "1990-01-02"}}, ()),
        ({"phone": "+44 20 7946 0000"}, {"phone": "1"}, {"phone_number": "02079460000"}, ()),
        ({"phone": "+44 20 7946 0000"}, {"phone": "1"}, {"phone": "1"}, ("phone",)),
    ],
)
def test_an_answer_is_compared_with_what_was_sent(sent, before, after, differing) -> None:
    assert fields_not_taken(sent, person(**before), person(**after), None) == differing


def test_an_owner_who_is_not_among_those_answered_is_not_sent_again() -> None:
    with pytest.raises(OwnerDoubtful):
        fields_not_taken({"owners": [ROBIN]}, business(), business(), [])
    taken = business({"id": "1", **ROBIN, "ownership_percentage": "12.50"})
    assert fields_not_taken({"owners": [ROBIN]}, business(), taken, []) == ()
    changed = {"id": "1", "ownership_percentage": 40}
    assert fields_not_taken({"owners": [changed]}, taken, taken, []) == ("owners",)
