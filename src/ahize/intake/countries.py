"""Which country does this cell name?

Codes of two and three letters, names in the languages that ``phonenumbers`` carries, and what people type. It answers
with ISO 3166-1 alpha-2 or None, and never guesses from the number beside it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import phonenumbers
from phonenumbers.geodata.locale import LOCALE_DATA

_ALPHA3 = (
    "AFGAF ALBAL DZADZ ASMAS ANDAD AGOAO AIAAI ATGAG ARGAR ARMAM ABWAW AUSAU AUTAT AZEAZ BHSBS BHRBH BGDBD BRBBB BLRBY "
    "BELBE BLZBZ BENBJ BMUBM BTNBT BOLBO BIHBA BWABW BRABR IOTIO VGBVG BRNBN BGRBG BFABF BDIBI KHMKH CMRCM CANCA CPVCV "
    "CYMKY CAFCF TCDTD CHLCL CHNCN COLCO COMKM COGCG CODCD COKCK CRICR CIVCI HRVHR CUBCU CUWCW CYPCY CZECZ DNKDK DJIDJ "
    "DMADM DOMDO ECUEC EGYEG SLVSV GNQGQ ERIER ESTEE SWZSZ ETHET FLKFK FROFO FJIFJ FINFI FRAFR GUFGF PYFPF GABGA GMBGM "
    "GEOGE DEUDE GHAGH GIBGI GRCGR GRLGL GRDGD GLPGP GUMGU GTMGT GGYGG GINGN GNBGW GUYGY HTIHT HNDHN HKGHK HUNHU ISLIS "
    "INDIN IDNID IRNIR IRQIQ IRLIE IMNIM ISRIL ITAIT JAMJM JPNJP JEYJE JORJO KAZKZ KENKE KIRKI PRKKP KORKR KWTKW KGZKG "
    "LAOLA LVALV LBNLB LSOLS LBRLR LBYLY LIELI LTULT LUXLU MACMO MDGMG MWIMW MYSMY MDVMV MLIML MLTMT MHLMH MTQMQ MRTMR "
    "MUSMU MYTYT MEXMX FSMFM MDAMD MCOMC MNGMN MNEME MSRMS MARMA MOZMZ MMRMM NAMNA NRUNR NPLNP NLDNL NCLNC NZLNZ NICNI "
    "NERNE NGANG NIUNU NFKNF MKDMK MNPMP NORNO OMNOM PAKPK PLWPW PSEPS PANPA PNGPG PRYPY PERPE PHLPH POLPL PRTPT PRIPR "
    "QATQA REURE ROURO RUSRU RWARW WSMWS SMRSM STPST SAUSA SENSN SRBRS SYCSC SLESL SGPSG SXMSX SVKSK SVNSI SLBSB SOMSO "
    "ZAFZA SSDSS ESPES LKALK KNAKN LCALC MAFMF SPMPM VCTVC SDNSD SURSR SWESE CHECH SYRSY TWNTW TJKTJ TZATZ THATH TLSTL "
    "TGOTG TONTO TTOTT TUNTN TURTR TKMTM TCATC UGAUG UKRUA AREAE GBRGB USAUS URYUY UZBUZ VUTVU VATVA VENVE VNMVN VIRVI "
    "WLFWF ESHEH YEMYE ZMBZM ZWEZW KXKXK XKXXK"
)
_TYPED = {
    "uk": "GB", "u k": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "britain": "GB",
    "northern ireland": "GB", "ingiltere": "GB", "büyük britanya": "GB", "usa": "US", "u s": "US", "u s a": "US",
    "america": "US", "united states of america": "US", "the united states": "US", "abd": "US", "amerika": "US",
    "amerika birleşik devletleri": "US", "etats unis": "US", "estados unidos": "US", "ee uu": "US",
    "turkiye": "TR", "türkiye": "TR", "turkiye cumhuriyeti": "TR", "türkiye cumhuriyeti": "TR", "turkey": "TR",
    "deutschland": "DE", "almanya": "DE", "allemagne": "DE", "alemania": "DE", "fransa": "FR", "holland": "NL",
    "hollanda": "NL", "the netherlands": "NL", "kanada": "CA", "ispanya": "ES", "espana": "ES", "italya": "IT",
    "isviçre": "CH", "isveç": "SE", "korea": "KR", "south korea": "KR", "russia": "RU", "rusya": "RU",
    "czech republic": "CZ", "uae": "AE", "kktc": "TR", "avusturya": "AT", "avustralya": "AU",
}  # fmt: skip


def _plain(text: str) -> str:
    """Case, dots and spaces aside, so that ``U.S.A.`` and ``usa`` are one; dotted and dotless i are one too."""
    folded = unicodedata.normalize("NFC", text).replace("İ", "i").replace("I", "i").casefold().replace("ı", "i")
    return re.sub(r"[\W_]+", " ", folded).strip()


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    names: dict[str, str] = {}
    regions = frozenset(phonenumbers.SUPPORTED_REGIONS)
    for code, by_language in LOCALE_DATA.items():
        if code in regions:
            for name in by_language.values():
                if not name.startswith("*"):
                    names.setdefault(_plain(name), code)
    for pair in _ALPHA3.split():
        names[pair[:3].lower().replace("ı", "i")] = pair[3:]
    for code in regions:
        names[_plain(code)] = code
    for name, code in _TYPED.items():
        names[_plain(name)] = code
    return names


@lru_cache(maxsize=4096)
def country_of(text: str) -> str | None:
    """ISO 3166-1 alpha-2 of a code or name, or None where it is not known.

    A calling code with its plus (``+90``) is taken where it belongs to one country only.
    """
    plain = _plain(text)
    if not plain:
        return None
    if plain.isdecimal():
        regions = phonenumbers.region_codes_for_country_code(int(plain)) if len(plain) <= 3 else ()
        return regions[0] if len(regions) == 1 else None
    return _names().get(plain)
