"""Fictitious people. No name, number or date belongs to anybody."""

import random
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist. `native` is the name in another script, or empty."""

    surname: str
    given_names: str
    sex: str
    date_of_birth: date
    native: str = ""


_NAMES = {
    "GBR": [("ASHWORTH", "IMOGEN CLARA", "F", ""), ("PEMBERLEY", "THEO JAMES", "M", "")],
    "D": [("MÜLLENBACH", "GRETA SOFIE", "F", ""), ("STEINGRÄBER", "JONAS", "M", "")],
    "FRA": [("LEFÈVRE-DUMAS", "CAMILLE ANNE", "F", ""), ("BEAUMARCHET", "LUC", "M", "")],
    "ESP": [("IBÁÑEZ ROLDÁN", "LUCÍA", "F", ""), ("PEÑALOSA VEGA", "MATEO", "M", "")],
    "ITA": [("FERRANTINI", "GIULIA", "F", ""), ("BRUNOLESCHI", "MARCO", "M", "")],
    "NLD": [("VAN DER ZWAAN", "FEMKE", "F", "")],
    "POL": [("WIŚNIOWIECKI", "TOMASZ", "M", "")],
    "SWE": [("ÅKERSTRÖM", "ELSA MARIA", "F", "")],
    "NGA": [("OKONJALA", "CHIAMAKA RUTH", "F", ""), ("ADEBAYERO", "TUNDE", "M", "")],
    "GHA": [("MENSAHWI", "KOFI EMMANUEL", "M", "")],
    "KEN": [("WANJIKURI", "GRACE", "F", "")],
    "ZAF": [("NKOSIVANE", "THANDO", "M", "")],
    "USA": [("HARGROVE", "MASON LEE", "M", ""), ("DELACROIX", "AVERY JUNE", "F", "")],
    "CAN": [("TREMBLEAU", "NOAH", "M", "")],
    "IND": [("RAGHAVANI", "MEERA", "F", "")],
    "ARE": [("AL MANSOURANI", "KHALID", "M", "خالد المنصوراني")],
    "EGY": [("EL SHARKAWINI", "NADIA", "F", "نادية الشرقاويني")],
    "RUS": [("SOKOLOVINA", "ANNA", "F", "СОКОЛОВИНА АННА")],
    "UKR": [("KOVALENCHUK", "OLEH", "M", "КОВАЛЕНЧУК ОЛЕГ")],
    "CHN": [("ZHANGLIN", "WEIMEI", "F", "张林伟美")],
    "JPN": [("YAMANOKAWA", "HARUTO", "M", "山之川春斗")],
    "BRA": [("CARVALHEIRO", "JOÃO PEDRO", "M", "")],
    "UTO": [("ERIKSSONDOTTIR", "ANNA MARIA", "F", "")],
}
_BIRTHS_FROM = date(1955, 1, 1)
_BIRTHS_DAYS = 17_000


def make_person(state: str, rng: random.Random) -> Person:
    """A person whom this state could have issued a document to."""
    surname, given, sex, native = rng.choice(_NAMES.get(state, _NAMES["GBR"]))
    born = _BIRTHS_FROM + timedelta(days=rng.randrange(_BIRTHS_DAYS))
    return Person(surname, given, sex, born, native)


STATES = tuple(_NAMES)
