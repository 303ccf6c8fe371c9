"""Documents that are easily taken for another kind: each confusion with a test of its own."""

import pytest

from service.issuers.card_codes import kind_of_code
from tests.screening.classify.printed import kind_of, said_of

EUROPEAN = ("1. STONE", "2. ADA", "3. 01.02.1990", "4a. 01.01.2020", "4b. 01.01.2030", "5. 12AB34")

NAMES = ("1 STONE", "2 ADA", "5 DD 99", "9 CLASS NONE")


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        pytest.param(("SURNAME STONE", "DATE OF BIRTH 01.02.1990"), "unsure", id="no title at all"),
        pytest.param(
            ("PERMIS DE CONDUIRE", "RIJBEWIJS FÜHRERSCHEIN ДОЗВОЛА DRIVING LICENCE", *EUROPEAN),
            "drivers_license",
            id="European licence in all languages",
        ),
        pytest.param(EUROPEAN, "drivers_license", id="numbered fields under an unread title"),
        pytest.param(
            ("REPUBLIC OF KENYA", "DRIVING LICENCE", "NATIONAL ID NO. 12345678"),
            "drivers_license",
            id="Kenyan licence with the national ID number",
        ),
        pytest.param(
            ("中华人民共和国机动车驾驶证", "证号 110101199001011234", "姓名 石", "性别 女"),
            "drivers_license",
            id="Chinese licence with the citizen's number",
        ),
        pytest.param(
            ("SÜRÜCÜ BELGESİ", "DRIVING LICENCE", "4d. 12345678901", *EUROPEAN),
            "drivers_license",
            id="Turkish licence with the citizen's number",
        ),
        pytest.param(
            ("TEXAS", "IDENTIFICATION CARD", "4d ID 12345678", "3 DOB 01/02/1990"),
            "national_id",
            id="state identification card",
        ),
        pytest.param(("FLORIDA", "NOT A DRIVER LICENSE"), "national_id", id="not a driver license"),
        pytest.param(
            ("IDENTIFICATION CARD", "NOT A", "DRIVER LICENSE", *NAMES),
            "unsure",
            id="not a / driver license on two lines",
        ),
        pytest.param(
            ("4d ID 123", "3 DOB 01/02/1990", "4a ISS 01/02/2020", "4b EXP 01/02/2030", *NAMES),
            "unsure",
            id="American card with an unread title",
        ),
        pytest.param(
            ("CALIFORNIA", "DRIVER LICENSE", "NOT VALID FOR IDENTIFICATION"),
            "drivers_license",
            id="licence not valid for identification",
        ),
        pytest.param(
            ("DRIVER LICENSE", "NOT FOR FEDERAL IDENTIFICATION"),
            "drivers_license",
            id="licence not for federal identification",
        ),
        pytest.param(
            ("ONTARIO PHOTO CARD", "CANADA"), "national_id", id="Canadian province's photo card"
        ),
        pytest.param(("UNITED STATES", "PASSPORT CARD"), "passport_card", id="passport card"),
        pytest.param(
            ("PAS / PASSPORT / PASSEPORT", "IP", "UIMHIR CÁRTA / CARD NUMBER"),
            "passport_card",
            id="passport card that does not say card",
        ),
        pytest.param(
            ("PAS / PASSPORT / PASSEPORT", "1P IRL", "UMHIR CARTAICARD NUMBERINUMERD DE CARTE"),
            "passport_card",
            id="passport card in small print",
        ),
        pytest.param(
            ("PAS / PASSPORT / PASSEPORT", "P IRL", "UIMHIR PAS / PASSPORT NUMBER"),
            "passport",
            id="passport page without its foot",
        ),
        pytest.param(
            ("UNITED STATES OF AMERICA", "PERMANENT RESIDENT", "Country of Birth"),
            "resident_permit",
            id="green card",
        ),
        pytest.param(
            ("ПАСПОРТ ГРАЖДАНИНА РОССИЙСКОЙ ФЕДЕРАЦИИ",), "national_id", id="internal passport"
        ),
        pytest.param(
            ("UNITED ARAB EMIRATES", "IDENTITY CARD"), "national_id", id="Emirates ID of a citizen"
        ),
        pytest.param(
            ("UNITED ARAB EMIRATES", "RESIDENT IDENTITY CARD"),
            "resident_permit",
            id="Emirates ID of a resident",
        ),
        pytest.param(
            (
                "REPÚBLICA ARGENTINA - MERCOSUR",
                "REGISTRO NACIONAL DE LAS PERSONAS",
                "Ejemplar",
                "Documento / Document",
            ),
            "national_id",
            id="Argentine identity card, which has no title",
        ),
        pytest.param(
            ("Government of India", "जन्म तिथि/DOB: 14/08/1991", "महिला/ FEMALE", "4821 9017 3358"),
            "national_id",
            id="Aadhaar whose title nobody read",
        ),
        pytest.param(
            ("GOVERNMENT OF INDIA", "RESIDENTIAL PERMIT", "DOB: 14/08/1991", "FEMALE"),
            "unsure",
            id="permit of the Indian government",
        ),
        pytest.param(
            ("GOVERNMENT OF INDIA", "MINISTRY OF CORPORATE AFFAIRS"),
            "unsure",
            id="paper of the Indian government",
        ),
        pytest.param(
            ("REPUBLIC OF ZIMBABWE", "NATIONAL REGISTRATION"),
            "national_id",
            id="Zimbabwean identity card",
        ),
        pytest.param(
            ("LAND TRANSPORTATION OFFICE", "NON-PROFESSIONAL DRIVER'S LICENSE"),
            "drivers_license",
            id="Philippine licence of those who drive for themselves",
        ),
        pytest.param(
            ("EΛΛHNIKH ΔHMOKPATIA", "ΔEΛTIO TAYTOTHTAΣ", "DRIVING LICENCE"),
            "unsure",
            id="Greek identity card in Latin letters beside a licence's title",
        ),
        pytest.param(("HARROW BANK", "STATEMENT OF ACCOUNT"), "other", id="bank statement"),
        pytest.param(
            ("FEDERAL AUTHORITY FOR IDENTITY, CITIZENSHIP, CUSTOMS & PORT SECURITY",),
            "unsure",
            id="Emirates ID by its authority alone",
        ),
        pytest.param(("CIVIL ID CARD", "STATE OF KUWAIT"), "national_id", id="Kuwaiti civil ID"),
        pytest.param(
            ("STATE OF QATAR", "RESIDENCY PERMIT"), "resident_permit", id="Qatari residence permit"
        ),
        pytest.param(
            ("HONG KONG PERMANENT IDENTITY CARD",), "national_id", id="Hong Kong identity card"
        ),
        pytest.param(
            ("REPUBLIC OF SINGAPORE", "IDENTITY CARD"), "national_id", id="Singaporean NRIC"
        ),
        pytest.param(
            ("REPUBLIC OF SINGAPORE", "WORK PERMIT"), "unsure", id="Singaporean work pass"
        ),
        pytest.param(
            ("REPUBLIC OF GHANA", "NON-CITIZEN IDENTITY CARD"),
            "unsure",
            id="Ghana non-citizen card",
        ),
        pytest.param(("GHANA CARD", "REPUBLIC OF GHANA"), "national_id", id="Ghana card"),
        pytest.param(
            ("EESTI", "ELAMISLUBA / RESIDENCE PERMIT"), "resident_permit", id="Estonian permit"
        ),
        pytest.param(("SVERIGE", "IDENTITETSKORT"), "national_id", id="Swedish Skatteverket card"),
        pytest.param(
            ("CARTE D'IDENTITÉ D'ÉTRANGER",), "unsure", id="Belgian identity card of a foreigner"
        ),
        pytest.param(
            ("IDENTITY CARD FOR FOREIGNERS",), "unsure", id="identity card for foreigners"
        ),
        pytest.param(("TARJETA DE IDENTIDAD DE EXTRANJERO",), "resident_permit", id="Spanish TIE"),
        pytest.param(
            ("PERMESSO DI SOGGIORNO", "CARTA DI IDENTITÀ N. AB1234567"),
            "unsure",
            id="permit that names an identity card",
        ),
        pytest.param(("SEAFARER'S IDENTITY DOCUMENT",), "other", id="seafarer's identity document"),
        pytest.param(("PERMANENT VOTER'S CARD", "NIGERIA"), "other", id="voter's card"),
        pytest.param(("ELECTOR PHOTO IDENTITY CARD",), "other", id="Indian voter's card"),
        pytest.param(("PERMANENT ACCOUNT NUMBER CARD",), "other", id="PAN card"),
        pytest.param(("HEALTH INSURANCE CARD",), "other", id="health card"),
        pytest.param(("STUDENT IDENTITY CARD",), "other", id="student card"),
        pytest.param(("ARMED FORCES IDENTIFICATION CARD",), "other", id="military card"),
        pytest.param(("CONSULAR IDENTIFICATION CARD",), "other", id="consular card"),
        pytest.param(("EMPLOYMENT AUTHORIZATION CARD",), "other", id="employment authorisation"),
        pytest.param(
            ("NATIONAL IDENTITY MANAGEMENT SYSTEM", "NATIONAL IDENTIFICATION NUMBER SLIP"),
            "national_id",
            id="Nigerian NIN slip",
        ),
        pytest.param(
            ("GOVERNMENT OF INDIA", "AADHAAR", "1234 5678 9012"), "national_id", id="Aadhaar"
        ),
        pytest.param(
            ("INTERNATIONAL DRIVING PERMIT",), "other", id="international driving permit alone"
        ),
        pytest.param(
            ("INTERNATIONAL DRIVING PERMIT", "DRIVING LICENCE"),
            "unsure",
            id="international driving permit with a licence",
        ),
        pytest.param(("TAXI DRIVER'S LICENCE",), "other", id="licence of an occupation"),
        pytest.param(
            ("VEHICLE LICENCE", "Registration mark KAA 123A"), "other", id="licence of a vehicle"
        ),
        pytest.param(
            ("中华人民共和国机动车行驶证",),
            "other",
            id="Chinese paper of a vehicle, one character off",
        ),
        pytest.param(
            ("姓名 石", "性别 女 民族 汉", "出生 1990年1月1日", "住址 例市", "公民身份号码 1101"),
            "national_id",
            id="Chinese identity card, whose front has no title",
        ),
        pytest.param(
            ("REPUBLIC OF KENYA", "SERIAL NUMBER: 24", "ID NUMBER: 34", "FULL NAMES", "SEX"),
            "national_id",
            id="Kenyan identity card of the second generation, without a title",
        ),
        pytest.param(
            ("PROVINSI JAWA TENGAH", "NIK 3374", "Tempat/Tgl Lahir : SEMARANG", "Agama : ISLAM"),
            "national_id",
            id="Indonesian identity card, whose front has no title",
        ),
        pytest.param(
            ("S.A.BURGER/S.A.CITIZEN", "I.D. No. 780512", "VAN/SURNAME", "VOORNAME/FORENAMES"),
            "national_id",
            id="South African identity book",
        ),
        pytest.param(
            ("ЛИЧНА КАРТА IDENTITY CARD", "REPUBLIC OF BULGARIA"),
            "national_id",
            id="title in two scripts on one line",
        ),
        pytest.param(
            ("PHOTO CARD / CARTE-PHOTO", "Ontario"), "national_id", id="Canadian photo card"
        ),
        pytest.param(
            ("外国人永久居留身份证",),
            "resident_permit",
            id="Chinese permit with identity in its title",
        ),
        pytest.param(("運転経歴証明書",), "other", id="Japanese certificate of past driving"),
        pytest.param(("VISA", "SURNAME STONE"), "visa", id="visa"),
        pytest.param(
            ("PERMANENT RESIDENT CARD", "IDENTITY CARD"), "unsure", id="both titles on a card"
        ),
        pytest.param(
            ("REPUBBLICA ITALIANA", "RESIDENZA / RESIDENCE", "VIA ESEMPIO 1"),
            "unsure",
            id="residence is the label of an address",
        ),
        pytest.param(
            ("SURNAME STONE", "SEX F", "NATIONALITY XYZ", "RESIDENCE PERMIT"),
            "unsure",
            id="remark low on a card with an unread title",
        ),
        pytest.param(
            ("VALID ONLY WITH PASSPORT AND DRIVING LICENCE OF THE HOLDER",),
            "unsure",
            id="titles within a sentence",
        ),
        pytest.param(("THIS IS NOT A PASSPORT",), "unsure", id="denied title"),
    ],
)
def test_a_document_is_not_taken_for_another(texts: tuple[str, ...], said: str) -> None:
    assert said_of(*texts) == said


@pytest.mark.parametrize(
    "title",
    ["LEARNER PERMIT", "INSTRUCTION PERMIT", "PROVISIONAL DRIVING LICENCE", "LEARNER'S LICENCE"],
)
def test_a_learners_licence_is_a_licence_of_special_status(title: str) -> None:
    kind = kind_of(title, "SURNAME STONE")
    assert (kind.kind, kind.subkind) == ("drivers_license", "learner_permit")


@pytest.mark.parametrize(
    ("title", "subkind"),
    [
        ("REFUGEE TRAVEL DOCUMENT", "refugee_travel_document"),
        ("TITRE DE VOYAGE", "travel_document"),
        ("LAISSEZ-PASSER", "laissez_passer"),
    ],
)
def test_a_travel_document_is_a_passport_of_special_status(title: str, subkind: str) -> None:
    kind = kind_of(title, "SURNAME STONE")
    assert (kind.kind, kind.subkind) == ("passport", subkind)


@pytest.mark.parametrize(
    "label",
    [
        "Passport No. 998877",
        "NATIONAL IDENTITY CARD NO 12345678",
        "PERSONALAUSWEISNUMMER L01X00T47",
        "NO. OF IDENTITY CARD 12345",
        "ID CARD NUMBER 55",
    ],
)
def test_the_label_of_a_number_is_no_title(label: str) -> None:
    assert said_of("DRIVING LICENCE", label) == "drivers_license"


def test_the_code_of_internal_passports_leaves_the_kind_to_the_title() -> None:
    assert kind_of_code("TD3", "PN", "RUS", "RUS").weight < 0.7
    assert kind_of_code("TD3", "P", "RUS", "RUS").weight > 0.9
