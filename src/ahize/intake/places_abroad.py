"""States and clocks outside North America, where a country keeps several: Australia, Brazil, Mexico.

Brazil's numbers, mobiles too, begin with the code of an area in one state; Australia's landlines with a digit for a few
states; Mexico's with an area that has a clock. Nothing is known of a number here that its area does not say.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from phonenumbers.tzdata import TIMEZONE_DATA

STATES: Final = {
    "AU": {
        "NSW": "new south wales", "VIC": "victoria", "QLD": "queensland", "SA": "south australia",
        "WA": "western australia", "TAS": "tasmania", "ACT": "australian capital territory",
        "NT": "northern territory",
    },
    "BR": {
        "AC": "acre", "AL": "alagoas", "AM": "amazonas", "AP": "amapa", "BA": "bahia", "CE": "ceara",
        "DF": "distrito federal", "ES": "espirito santo", "GO": "goias", "MA": "maranhao", "MG": "minas gerais",
        "MS": "mato grosso do sul", "MT": "mato grosso", "PA": "para", "PB": "paraiba", "PE": "pernambuco",
        "PI": "piaui", "PR": "parana", "RJ": "rio de janeiro", "RN": "rio grande do norte", "RO": "rondonia",
        "RR": "roraima", "RS": "rio grande do sul", "SC": "santa catarina", "SE": "sergipe", "SP": "sao paulo",
        "TO": "tocantins",
    },
    "MX": {
        "AGU": "aguascalientes", "BCN": "baja california", "BCS": "baja california sur", "CAM": "campeche",
        "CHH": "chihuahua", "CHP": "chiapas", "CMX": "ciudad de mexico", "COA": "coahuila", "COL": "colima",
        "DUR": "durango", "GRO": "guerrero", "GUA": "guanajuato", "HID": "hidalgo", "JAL": "jalisco",
        "MEX": "estado de mexico", "MIC": "michoacan", "MOR": "morelos", "NAY": "nayarit", "NLE": "nuevo leon",
        "OAX": "oaxaca", "PUE": "puebla", "QUE": "queretaro", "ROO": "quintana roo", "SIN": "sinaloa",
        "SLP": "san luis potosi", "SON": "sonora", "TAB": "tabasco", "TAM": "tamaulipas", "TLA": "tlaxcala",
        "VER": "veracruz", "YUC": "yucatan", "ZAC": "zacatecas",
    },
}  # fmt: skip
"""By ISO 3166-2, the name as a plain key."""

_USUAL: Final = {"BR": "America/Sao_Paulo", "MX": "America/Mexico_City"}
"""The clock of the states that have none of their own below."""
_CLOCKS: Final = {
    **{"AU-NSW": ("Australia/Sydney", "Australia/Broken_Hill"), "AU-VIC": ("Australia/Melbourne",)},
    **{"AU-QLD": ("Australia/Brisbane",), "AU-SA": ("Australia/Adelaide",), "AU-WA": ("Australia/Perth",)},
    **{"AU-TAS": ("Australia/Hobart",), "AU-ACT": ("Australia/Sydney",), "AU-NT": ("Australia/Darwin",)},
    **{"BR-AC": ("America/Rio_Branco",), "BR-AM": ("America/Manaus", "America/Rio_Branco")},
    **{"BR-MT": ("America/Cuiaba",), "BR-MS": ("America/Campo_Grande",), "BR-RO": ("America/Porto_Velho",)},
    **{"BR-RR": ("America/Boa_Vista",), "BR-PE": ("America/Sao_Paulo", "America/Noronha")},
    **{"MX-BCN": ("America/Tijuana",), "MX-BCS": ("America/Mazatlan",), "MX-SIN": ("America/Mazatlan",)},
    **{"MX-NAY": ("America/Mazatlan", "America/Mexico_City"), "MX-SON": ("America/Hermosillo",)},
    **{"MX-CHH": ("America/Chihuahua", "America/Ciudad_Juarez", "America/Ojinaga"), "MX-ROO": ("America/Cancun",)},
    **dict.fromkeys(("MX-TAM", "MX-NLE", "MX-COA"), ("America/Mexico_City", "America/Matamoros")),
}

_BRAZIL: Final = {
    "SP": "11 12 13 14 15 16 17 18 19", "RJ": "21 22 24", "ES": "27 28", "MG": "31 32 33 34 35 37 38",
    "PR": "41 42 43 44 45 46", "SC": "42 47 48 49", "RS": "51 53 54 55", "DF": "61", "GO": "61 62 64", "TO": "63",
    "MT": "65 66", "MS": "67", "AC": "68", "RO": "69", "BA": "71 73 74 75 77", "SE": "79", "PE": "81 87", "AL": "82",
    "PB": "83", "RN": "84", "CE": "85 88", "PI": "86 89", "PA": "91 93 94", "AM": "92 97", "RR": "95", "AP": "96",
    "MA": "98 99",
}  # fmt: skip
"""The area codes (DDD) of each state; a few serve two."""
_AUSTRALIA: Final = {"2": "NSW ACT", "3": "VIC TAS NSW", "7": "QLD NSW", "8": "SA NT WA NSW"}
"""The states of each area of landlines, with what lies beyond their borders."""
_MEXICAN_AREA: Final = len("52") + 3


def regions_of(digits: str) -> frozenset[str]:
    """ISO 3166-2 of the states that the number's area serves; empty where it names none."""
    if digits.startswith("55"):
        return frozenset(f"BR-{state}" for state, areas in _BRAZIL.items() if digits[2:4] in areas.split())
    if digits.startswith("61"):
        return frozenset(f"AU-{state}" for state in _AUSTRALIA.get(digits[2:3], "").split())
    return frozenset()


def zones_of_region(region: str) -> frozenset[str]:
    """The clocks of a state, ISO 3166-2; empty where it is not known here."""
    country, _, code = region.partition("-")
    if code not in STATES.get(country, {}):
        return frozenset()
    return frozenset(_CLOCKS.get(region) or (_USUAL[country],))


@lru_cache(maxsize=4096)
def zones_of(digits: str) -> frozenset[str]:
    """The clocks of the number's area; empty where it says no more than the country."""
    if digits.startswith("52"):
        for length in range(_MEXICAN_AREA, len("52"), -1):
            if zones := TIMEZONE_DATA.get(digits[:length]):
                return frozenset(zones)
    return frozenset[str]().union(*(zones_of_region(region) for region in regions_of(digits)))
