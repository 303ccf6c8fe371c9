"""Each rule of the update page: refused by us, and by the stand-in on its own account."""

from hashlib import sha256

import httpx
import pytest

from service.blaaiz.client import BlaaizClient
from service.blaaiz.customer import holds
from service.blaaiz.errors import Refused
from service.blaaiz.rules import check_rules
from service.blaaiz.rules.rule import RuleContext
from service.blaaiz.token import BlaaizCredentials

CREDENTIALS = BlaaizCredentials("sandbox-client", "sandbox-secret")
PASSPORT = RuleContext(document_type="passport", document_country="GB")


@pytest.fixture
async def blaaiz(stand_in):
    client = BlaaizClient(stand_in.url, CREDENTIALS)
    yield client
    await client.close()


def customer_id(stand_in, kind: str, status: str, country: str = "GB") -> str:
    state = httpx.get(f"{stand_in.url}/sandbox/state").json()
    return next(
        c["id"]
        for c in state["customers"]
        if (c["type"], c["verification_status"], c["country"]) == (kind, status, country)
    )


# rule: kind of customer, status, update; whether the stand-in can see it in the update alone
BROKEN = [
    (2, "individual", "VERIFIED", {"last_name": "Changed"}, "last_name", True),
    (6, "business", "PENDING", {"kyb_scope": "FULL"}, "kyb_scope", True),
    (7, "business", "PENDING", {"country": "NG"}, "country", True),
    (7, "business", "PENDING", {"incorporation_country": "NG"}, "incorporation_country", True),
    (8, "business", "PENDING", {"id_type": "passport"}, "id_type", True),
    (8, "business", "PENDING", {"id_number": "1"}, "id_number", True),
    (9, "individual", "PENDING", {"id_type": "id_card"}, "id_type", True),
    (10, "business", "PENDING", {"operating_zip_code": "ABC"}, "operating_zip_code", True),
    (
        10,
        "business",
        "PENDING",
        {"operating_country": "US", "operating_zip_code": "SW1A 1AA"},
        "operating_zip_code",
        True,
    ),
    (14, "individual", "PENDING", {"owners": []}, "owners", True),
    (15, "business", "PENDING", {"entity_type": "shop"}, "entity_type", True),
    (15, "business", "PENDING", {"source_of_funds": "luck"}, "source_of_funds", True),
    (15, "business", "PENDING", {"annual_revenue": "lots"}, "annual_revenue", True),
    (15, "business", "PENDING", {"purpose": "fun"}, "purpose", True),
    (16, "individual", "PENDING", {"tin": "  "}, "tin", True),
    (1, "individual", "PENDING", {"frist_name": "Typo"}, "frist_name", True),
    (1, "individual", "PENDING", {"type": None}, "type", True),
    (1, "individual", "PENDING", {"type": "business"}, "type", True),
    (1, "individual", "PENDING", {"first_name": True}, "first_name", True),
    (1, "individual", "PENDING", {"id_number": {"is": 1}}, "id_number", True),
    (1, "individual", "PENDING", {"dob": "02/01/1990"}, "dob", True),
    (1, "individual", "PENDING", {"dob": "1990-02-30"}, "dob", False),
    (
        1,
        "individual",
        "PENDING",
        {"dob": "1990-01-02", "date_of_birth": "1991-01-02"},
        "dob",
        True,
    ),
    (7, "individual", "PENDING", {"country": None}, "country", True),
    (7, "business", "PENDING", {"country": None, "incorporation_country": None}, "country", True),
    (9, "individual", "PENDING", {"id_type": []}, "id_type", True),
    (
        10,
        "business",
        "PENDING",
        {"operating_country": None, "operating_zip_code": "10001"},
        "operating_country",
        True,
    ),
    (15, "business", "PENDING", {"business_type": "shop"}, "business_type", True),
    (15, "business", "PENDING", {"estimated_annual_revenue": 1}, "estimated_annual_revenue", True),
    (15, "business", "PENDING", {"account_purpose": "fun"}, "account_purpose", True),
    (1, "individual", "PENDING", {"first_name": ""}, "first_name", False),
    (1, "individual", "PENDING", {"first_name": ["Kim"]}, "first_name", True),
    (2, "individual", "VERIFIED", {"last_name": None}, "last_name", True),
    (2, "business", "VERIFIED", {"registration_number": "Z9"}, "registration_number", True),
    (7, "individual", "PENDING", {"country": "England"}, "country", True),
    (
        7,
        "business",
        "PENDING",
        {"country": "NG", "incorporation_country": "KE"},
        "country",
        True,
    ),
    (7, "business", "PENDING", {"country": None}, "country", True),
    (10, "business", "PENDING", {"operating_country": "XX"}, "operating_country", False),
    (10, "business", "PENDING", {"operating_zip_code": "SW1A 1AA 5"}, "operating_zip_code", True),
    (12, "business", "PENDING", {"owners": [{"id": "nobody", "first_name": "X"}]}, None, True),
    (12, "business", "PENDING", {"owners": [{}]}, "owners.0", True),
    (12, "business", "PENDING", {"owners": None}, "owners", True),
    (12, "business", "PENDING", {"owners": {}}, "owners", True),
    (12, "business", "PENDING", {"owners": ["Kim"]}, "owners.0", True),
    *(
        (12, "business", "PENDING", {"owners": [{"first_name": "K", name: value}]}, field, seen)
        for name, value, field, seen in (
            ("frist_name", "Typo", "owners.0.frist_name", True),
            ("last_name", ["New"], "owners.0.last_name", True),
            ("last_name", False, "owners.0.last_name", True),
            ("last_name", "", "owners.0.last_name", False),
            ("is_pep", "yes", "owners.0.is_pep", True),
            ("nationality", "British", "owners.0.nationality", False),
            ("date_of_birth", "1990", "owners.0.date_of_birth", False),
            ("ownership_percentage", 101, "owners.0.ownership_percentage", True),
            ("ownership_percentage", True, "owners.0.ownership_percentage", True),
            ("ownership_percentage", "half", "owners.0.ownership_percentage", True),
            ("id_document_type", "library_card", "owners.0.id_document_type", True),
            ("id", True, "owners.0.id", True),
            ("id", [], "owners.0.id", True),
        )
    ),
    (
        4,
        "business",
        "PENDING",
        {"owners": [{"first_name": "K", "id_document_type": "id_card"}]},
        "owners.0.id_document_type",
        True,
    ),
]


@pytest.mark.parametrize(("rule", "kind", "status", "update", "field", "seen_there"), BROKEN)
async def test_a_broken_rule_is_found_here_and_there(
    stand_in, blaaiz, rule, kind, status, update, field, seen_there
) -> None:
    customer = await blaaiz.get_customer(customer_id(stand_in, kind, status))
    errors = check_rules(update, customer, RuleContext())
    found = {(error.rule, error.field) for error in errors}
    assert (rule, field or "owners.0.id") in found
    assert all(error.message() and "{" not in error.message() for error in errors)
    if seen_there:
        with pytest.raises(Refused) as raised:
            await blaaiz.update_customer(customer.id, update)
        assert raised.value.status in {400, 422}


@pytest.mark.parametrize(
    ("update", "context", "rule"),
    [
        ({"country": "FR"}, PASSPORT, 3),
        ({}, RuleContext("visa", "GB"), 4),
        ({}, RuleContext("national_id", "GB", document_is_national_id=True), 4),
        ({"id_type": "drivers_license"}, PASSPORT, 9),
        ({}, RuleContext("passport", "GB", document_is_accepted=False), 5),
        ({"country": None}, PASSPORT, 3),
    ],
)
async def test_the_document_must_fit_the_update(stand_in, blaaiz, update, context, rule) -> None:
    customer = await blaaiz.get_customer(customer_id(stand_in, "individual", "PENDING"))
    assert rule in {error.rule for error in check_rules(update, customer, context)}


async def test_rule_11_another_business_with_the_registration(stand_in, blaaiz) -> None:
    ours = await blaaiz.get_customer(customer_id(stand_in, "business", "PENDING"))
    other = await blaaiz.get_customer(customer_id(stand_in, "business", "VERIFIED"))
    number = other.registration_number
    assert await blaaiz.is_registration_taken(number, "GB", ours.id)
    assert not await blaaiz.is_registration_taken(number, "NG", ours.id)
    assert not await blaaiz.is_registration_taken(number, "GB", other.id)
    errors = check_rules(
        {"registration_number": number}, ours, RuleContext(is_registration_taken=True)
    )
    assert 11 in {error.rule for error in errors}
    with pytest.raises(Refused) as raised:
        await blaaiz.update_customer(ours.id, {"registration_number": number})
    assert "registration_number" in raised.value.errors


async def test_rules_12_and_13_locked_unknown_and_ignored_owners(stand_in, blaaiz) -> None:
    customer = await blaaiz.get_customer(customer_id(stand_in, "business", "PENDING"))
    free, locked = (
        next(o.id for o in customer.owners if o.status == s) for s in ("PENDING", "APPROVED")
    )
    for owner, rule in (
        ({"id": locked, "first_name": "X"}, 12),
        ({"id": "nobody"}, 12),
        ({"id": free, "status": "APPROVED"}, 13),
        ("text", 12),
    ):
        assert rule in {e.rule for e in check_rules({"owners": [owner]}, customer, RuleContext())}
    with pytest.raises(Refused):
        await blaaiz.update_customer(customer.id, {"owners": [{"id": locked, "first_name": "X"}]})
    fine = {"owners": [{"id": free, "first_name": "Sam"}, {"first_name": "New"}]}
    assert not check_rules(fine, customer, RuleContext())
    assert len((await blaaiz.update_customer(customer.id, fine)).owners) == 4


async def test_what_keeps_every_rule_is_taken(stand_in, blaaiz) -> None:
    for kind, update in (
        (
            "individual",
            {"first_name": "New", "id_type": "passport", "id_number": "X1", "tin": None},
        ),
        (
            "business",
            {
                "country": "NG",
                "incorporation_country": "NG",
                "entity_type": "llc",
                "operating_country": "US",
                "operating_zip_code": "94105",
            },
        ),
    ):
        customer = await blaaiz.get_customer(customer_id(stand_in, kind, "PENDING"))
        assert check_rules(update, customer, RuleContext()) == ()
        after = await blaaiz.update_customer(customer.id, update)
        assert all(after.fields.get(name) == value for name, value in update.items())


async def test_a_verified_customer_can_fill_what_is_empty_and_repeat_what_is_there(
    stand_in, blaaiz
) -> None:
    customer = await blaaiz.get_customer(customer_id(stand_in, "individual", "VERIFIED"))
    update = {"id_number": "N1", "first_name": customer.first_name}
    assert check_rules(update, customer, RuleContext()) == ()
    await blaaiz.update_customer(customer.id, update)


PICTURES = {
    "another country": ({"kind": "passport", "country": "FR"}, "REJECTED", 3),
    "a national identity card": ({"kind": "national_id", "country": "GB"}, "REJECTED", 4),
    "illegible": ({"kind": "passport", "country": "GB", "legible": False}, "REJECTED", 5),
    "falsified": ({"kind": "passport", "country": "GB", "falsified": True}, "BLACKLISTED", 5),
    "as it must be": ({"kind": "passport", "country": "GB"}, "VERIFIED", None),
}


@pytest.mark.parametrize("name", PICTURES)
async def test_rules_3_to_5_what_the_picture_shows_is_judged_here_and_there(
    stand_in, blaaiz, name
) -> None:
    shows, verdict, rule = PICTURES[name]
    customer = await blaaiz.get_customer(customer_id(stand_in, "individual", "PENDING"))
    context = RuleContext(
        document_type=shows["kind"],
        document_country=shows["country"],
        document_is_national_id=shows["kind"] == "national_id",
        document_is_accepted=shows.get("legible", True) and not shows.get("falsified"),
    )
    assert {error.rule for error in check_rules({}, customer, context)} == ({rule} - {None})
    httpx.put(f"{stand_in.url}/sandbox/pictures", json={sha256(b"picture").hexdigest(): shows})
    target = await blaaiz.request_upload(customer.id, "identity", "p.jpg", "image/jpeg")
    await blaaiz.put_file(target, b"picture", "image/jpeg")
    await blaaiz.attach_files(customer.id, {"id_file": target.file_id})
    assert (await blaaiz.get_customer(customer.id)).verification_status == verdict


async def test_rule_1_a_customer_that_is_not_verified_can_change_every_field(
    stand_in, blaaiz
) -> None:
    update = {
        "first_name": "A",
        "last_name": "B",
        "email": "b@example.com",
        "city": "C",
        "tin": "1",
    }
    for status in ("PENDING", "REJECTED"):
        customer = await blaaiz.get_customer(customer_id(stand_in, "individual", status))
        assert check_rules(update, customer, RuleContext()) == ()
        after = await blaaiz.update_customer(customer.id, update)
        assert all(holds(after, name, value) for name, value in update.items())


async def test_rule_13_the_stand_in_ignores_what_we_refuse_as_ignored(stand_in, blaaiz) -> None:
    customer = await blaaiz.get_customer(customer_id(stand_in, "business", "PENDING"))
    owner = {"id": customer.owners[0].id, "status": "APPROVED", "first_name": "Kim"}
    assert {e.rule for e in check_rules({"owners": [owner]}, customer, RuleContext())} == {13}
    after = await blaaiz.update_customer(customer.id, {"owners": [owner]})
    assert (after.owners[0].status, after.owners[0].fields["first_name"]) == ("PENDING", "Kim")


@pytest.mark.parametrize("number", ["gb-verified-1", " GB VERIFIED 1 ", "GBVERIFIED1"])
async def test_rule_11_whoever_wrote_the_number_in_another_way(stand_in, blaaiz, number) -> None:
    ours = await blaaiz.get_customer(customer_id(stand_in, "business", "PENDING"))
    # The older ones are on a later page of the list, and none is found by its exact number.
    assert await blaaiz.is_registration_taken(number, "gb", ours.id)
    assert not await blaaiz.is_registration_taken(number + "0", "GB", ours.id)
    with pytest.raises(Refused) as raised:
        await blaaiz.update_customer(ours.id, {"registration_number": number})
    assert "registration_number" in raised.value.errors


async def test_rule_10_a_code_without_any_country_is_checked_against_none(stand_in, blaaiz) -> None:
    found = customer_id(stand_in, "business", "PENDING")
    stand_in.app.state.sandbox.customers.get(found)["operating_country"] = None
    customer = await blaaiz.get_customer(found)
    update = {"operating_zip_code": "10001"}
    assert {e.rule for e in check_rules(update, customer, RuleContext())} == {10}
    with pytest.raises(Refused):
        await blaaiz.update_customer(found, update)
    assert not check_rules({"operating_zip_code": None}, customer, RuleContext())


async def test_rule_10_reaches_the_operating_country_within_kyc_data(stand_in, blaaiz) -> None:
    found = next(
        c["id"]
        for c in httpx.get(f"{stand_in.url}/sandbox/state").json()["customers"]
        if c["kyc_data"].get("operating_country") == "NG"
    )
    stand_in.app.state.sandbox.customers.get(found)["verification_status"] = "PENDING"
    customer = await blaaiz.get_customer(found)
    assert {
        e.rule for e in check_rules({"operating_zip_code": "SW1A 1AA"}, customer, RuleContext())
    } == {10}
    with pytest.raises(Refused):
        await blaaiz.update_customer(found, {"operating_zip_code": "SW1A 1AA"})
    assert not check_rules({"operating_zip_code": "100002"}, customer, RuleContext())


@pytest.mark.parametrize("shown", [{"date_of_birth": "1990-01-02"}, {"dob": "1990-01-02"}])
@pytest.mark.parametrize("name", ["dob", "date_of_birth"])
async def test_rule_2_holds_under_each_name_of_a_field(stand_in, blaaiz, shown, name) -> None:
    found = customer_id(stand_in, "individual", "VERIFIED")
    stand_in.app.state.sandbox.customers.get(found).update(shown)
    customer = await blaaiz.get_customer(found)
    assert {e.rule for e in check_rules({name: "1991-01-02"}, customer, RuleContext())} == {2}
    with pytest.raises(Refused):
        await blaaiz.update_customer(found, {name: "1991-01-02"})
    assert not check_rules({name: "1990-01-02"}, customer, RuleContext())


async def test_every_field_of_the_partners_pages_can_be_sent(stand_in, blaaiz) -> None:
    customer = await blaaiz.get_customer(customer_id(stand_in, "business", "PENDING"))
    update = {
        "trading_name": "Sample",
        "business_type": "llc",
        "industry_type": "Software",
        "business_description": "Makes samples.",
        "estimated_annual_revenue": "0_99999",
        "expected_monthly_payments": 20,
        "account_purpose": "other",
        "phone": "+442079460000",
        "owners": [
            {
                "first_name": "Kim",
                "last_name": "New",
                "email": "kim@example.com",
                "phone": "+442079460000",
                "date_of_birth": "1990-01-02",
                "nationality": "GB",
                "title": "Director",
                "ownership_percentage": 12.5,
                "has_control": True,
                "is_signer": None,
                "street": "1 Example Street",
                "id_document_type": "passport",
                "id_document_country": "NG",
                "id_expiry_date": "2031-01-02",
                "tin": "12345",
                "is_pep": False,
            }
        ],
    }
    assert check_rules(update, customer, RuleContext()) == ()
    assert len((await blaaiz.update_customer(customer.id, update)).owners) == 4


async def test_rule_2_reaches_what_blaaiz_shows_within_kyc_data(stand_in, blaaiz) -> None:
    stand_in.app.state.sandbox.customers.get(
        found := customer_id(stand_in, "individual", "VERIFIED")
    )["kyc_data"] = {"dob": "1990-01-02"}
    customer = await blaaiz.get_customer(found)
    assert not check_rules({"date_of_birth": "1990-01-02"}, customer, RuleContext())
    for update in ({"date_of_birth": "1991-01-02"}, {"dob": None}):
        assert {e.rule for e in check_rules(update, customer, RuleContext())} == {2}
        with pytest.raises(Refused):
            await blaaiz.update_customer(found, update)


async def test_null_prohibits_nothing_and_clears_what_may_be_cleared(stand_in, blaaiz) -> None:
    customer = await blaaiz.get_customer(customer_id(stand_in, "business", "PENDING"))
    update = {"id_type": None, "id_number": None, "business_name": None}
    assert check_rules(update, customer, RuleContext()) == ()
    assert (await blaaiz.update_customer(customer.id, update)).business_name is None


async def test_rule_17_a_missing_scope_is_told_apart_from_bad_credentials(stand_in) -> None:
    from service.blaaiz import errors

    stand_in.app.state.sandbox.tokens.clear()
    client = BlaaizClient(stand_in.url, BlaaizCredentials("sandbox-client", "wrong"))
    with pytest.raises(errors.Unauthorized):
        await client.get_customer("x")
    await client.close()
    client = BlaaizClient(stand_in.url, CREDENTIALS)
    kept = customer_id(stand_in, "individual", "PENDING")
    await client.get_customer(kept)
    for token, (until, _) in list(stand_in.app.state.sandbox.tokens.items()):
        stand_in.app.state.sandbox.tokens[token] = (until, {"customer:read"})
    with pytest.raises(errors.Forbidden):
        await client.update_customer(kept, {"first_name": "X"})
    await client.close()
