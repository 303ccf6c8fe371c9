"""How specimens of each state look and what they print. Colours are ours, not the states'."""

from dataclasses import dataclass

Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class State:
    """A state's words and colours. `code` as printed in the zone."""

    code: str
    alpha2: str | None
    name: str
    adjective: str
    passport: str
    id_title: str
    licence_title: str
    permit_title: str
    sign: str
    paper: Colour
    ink: Colour
    band: Colour


def _state(
    code: str,
    alpha2: str | None,
    name: str,
    adjective: str,
    passport: str,
    id_title: str,
    licence: str,
    permit: str,
    sign: str,
    hue: int,
) -> State:
    papers = [(236, 240, 246), (246, 240, 232), (238, 246, 238), (244, 236, 242), (248, 248, 240)]
    inks = [(90, 130, 190), (190, 120, 80), (90, 160, 110), (170, 90, 150), (150, 150, 80)]
    bands = [(30, 55, 110), (110, 40, 30), (20, 90, 60), (90, 30, 80), (60, 60, 70)]
    return State(
        code,
        alpha2,
        name,
        adjective,
        passport,
        id_title,
        licence,
        permit,
        sign,
        papers[hue],
        inks[hue],
        bands[hue],
    )


_P = "PASSPORT"
_ID = "NATIONAL IDENTITY CARD"
_DL = "DRIVING LICENCE"
_RP = "RESIDENCE PERMIT"
STATES = {
    s.code: s
    for s in (
        _state(
            "GBR", "GB", "UNITED KINGDOM", "BRITISH CITIZEN", _P, "IDENTITY CARD", _DL, _RP, "UK", 0
        ),
        _state(
            "D",
            "DE",
            "BUNDESREPUBLIK DEUTSCHLAND",
            "DEUTSCH",
            "REISEPASS",
            "PERSONALAUSWEIS",
            "FÜHRERSCHEIN",
            "AUFENTHALTSTITEL",
            "D",
            1,
        ),
        _state(
            "FRA",
            "FR",
            "RÉPUBLIQUE FRANÇAISE",
            "FRANÇAISE",
            "PASSEPORT",
            "CARTE NATIONALE D'IDENTITÉ",
            "PERMIS DE CONDUIRE",
            "TITRE DE SÉJOUR",
            "F",
            0,
        ),
        _state(
            "ESP",
            "ES",
            "ESPAÑA",
            "ESPAÑOLA",
            "PASAPORTE",
            "DOCUMENTO NACIONAL DE IDENTIDAD",
            "PERMISO DE CONDUCCIÓN",
            "PERMISO DE RESIDENCIA",
            "E",
            1,
        ),
        _state(
            "ITA",
            "IT",
            "REPUBBLICA ITALIANA",
            "ITALIANA",
            "PASSAPORTO",
            "CARTA DI IDENTITÀ",
            "PATENTE DI GUIDA",
            "PERMESSO DI SOGGIORNO",
            "I",
            2,
        ),
        _state(
            "NLD",
            "NL",
            "KONINKRIJK DER NEDERLANDEN",
            "NEDERLANDSE",
            "PASPOORT",
            "IDENTITEITSKAART",
            "RIJBEWIJS",
            "VERBLIJFSTITEL",
            "NL",
            3,
        ),
        _state(
            "POL",
            "PL",
            "RZECZPOSPOLITA POLSKA",
            "POLSKIE",
            "PASZPORT",
            "DOWÓD OSOBISTY",
            "PRAWO JAZDY",
            "KARTA POBYTU",
            "PL",
            1,
        ),
        _state(
            "SWE",
            "SE",
            "SVERIGE SWEDEN",
            "SVENSK",
            "PASS",
            "NATIONELLT IDENTITETSKORT",
            "KÖRKORT",
            "UPPEHÅLLSTILLSTÅND",
            "S",
            0,
        ),
        _state(
            "NGA",
            "NG",
            "FEDERAL REPUBLIC OF NIGERIA",
            "NIGERIAN",
            _P,
            _ID,
            "NATIONAL DRIVERS LICENCE",
            "COMBINED EXPATRIATE RESIDENCE PERMIT",
            "WAN",
            2,
        ),
        _state(
            "GHA",
            "GH",
            "REPUBLIC OF GHANA",
            "GHANAIAN",
            _P,
            "GHANA CARD",
            "DRIVER'S LICENCE",
            _RP,
            "GH",
            4,
        ),
        _state("KEN", "KE", "REPUBLIC OF KENYA", "KENYAN", _P, _ID, _DL, _RP, "EAK", 2),
        _state(
            "ZAF", "ZA", "REPUBLIC OF SOUTH AFRICA", "SOUTH AFRICAN", _P, _ID, _DL, _RP, "ZA", 2
        ),
        _state(
            "USA",
            "US",
            "UNITED STATES OF AMERICA",
            "USA",
            _P,
            "IDENTIFICATION CARD",
            "DRIVER LICENSE",
            "PERMANENT RESIDENT",
            "USA",
            0,
        ),
        _state(
            "CAN",
            "CA",
            "CANADA",
            "CANADIAN",
            _P,
            "IDENTIFICATION CARD",
            "DRIVER'S LICENCE",
            "PERMANENT RESIDENT CARD",
            "CDN",
            1,
        ),
        _state("IND", "IN", "REPUBLIC OF INDIA", "INDIAN", _P, _ID, _DL, _RP, "IND", 4),
        _state(
            "ARE",
            "AE",
            "UNITED ARAB EMIRATES",
            "EMIRATI",
            "جواز سفر",
            "بطاقة الهوية / IDENTITY CARD",
            "رخصة القيادة",
            "بطاقة إقامة",
            "UAE",
            1,
        ),
        _state(
            "EGY",
            "EG",
            "ARAB REPUBLIC OF EGYPT",
            "EGYPTIAN",
            "جواز سفر",
            "بطاقة تحقيق الشخصية",
            "رخصة القيادة",
            "تصريح إقامة",
            "ET",
            2,
        ),
        _state(
            "RUS",
            "RU",
            "РОССИЙСКАЯ ФЕДЕРАЦИЯ",
            "РОССИЯ",
            "ПАСПОРТ",
            "УДОСТОВЕРЕНИЕ ЛИЧНОСТИ",
            "ВОДИТЕЛЬСКОЕ УДОСТОВЕРЕНИЕ",
            "ВИД НА ЖИТЕЛЬСТВО",
            "RUS",
            1,
        ),
        _state(
            "UKR",
            "UA",
            "УКРАЇНА UKRAINE",
            "UKRAINE",
            "ПАСПОРТ",
            "PASSPORT OF THE CITIZEN OF UKRAINE",
            "ПОСВІДЧЕННЯ ВОДІЯ",
            "ПОСВІДКА НА ПОСТІЙНЕ ПРОЖИВАННЯ",
            "UA",
            0,
        ),
        _state(
            "CHN",
            "CN",
            "中华人民共和国",
            "CHINESE",
            "中华人民共和国护照",
            "居民身份证",
            "中华人民共和国机动车驾驶证",
            "外国人永久居留身份证",
            "CHN",
            1,
        ),
        _state(
            "JPN",
            "JP",
            "日本国 JAPAN",
            "JAPAN",
            "日本国旅券",
            "個人番号カード",
            "運転免許証",
            "在留カード",
            "J",
            3,
        ),
        _state(
            "BRA",
            "BR",
            "REPÚBLICA FEDERATIVA DO BRASIL",
            "BRASILEIRO",
            "PASSAPORTE",
            "CARTEIRA DE IDENTIDADE",
            "CARTEIRA NACIONAL DE HABILITAÇÃO",
            "REGISTRO NACIONAL MIGRATÓRIO",
            "BR",
            2,
        ),
        _state("UTO", None, "UTOPIA", "UTOPIAN", _P, "IDENTITY CARD", _DL, _RP, "UTO", 4),
    )
}
