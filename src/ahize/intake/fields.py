"""What do we keep of a contact, and which fact of the law does it feed?

One table of our fields: key, kind, label in English and Turkish, the fact in the contract of rulings, and the names
that other people's files use. A column that is none of these is kept as it is, under its own name.
"""

# ruff: noqa: E501 - one field a line; the names run on.
from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from ahize.intake.folding import plain_key

Kind = Literal[
    "text", "phone", "calling_code", "email", "country", "postcode", "date", "moment", "choice", "flag", "language",
    "time_zone", "region",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One of our fields.

    Args:
        key: its name in programs.
        kind: how its text is read.
        en, tr: its label.
        feeds: the fact it becomes, in the words of the rulings' contract; empty where no rule reads it.
        names: what the column is called elsewhere; case, accents and punctuation do not matter.
        choices: for kind ``choice``: our value, then what else means it.
        many: whether several columns may feed it.
    """

    key: str
    kind: Kind
    en: str
    tr: str
    feeds: str = ""
    names: tuple[str, ...] = ()
    choices: tuple[tuple[str, tuple[str, ...]], ...] = ()
    many: bool = False


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


_LINE_TYPES = (
    ("mobile", _names("cell, cellular, wireless, cep, gsm, mobil, w, m, handy")),
    (
        "fixed",
        _names(
            "landline, telephone, land line, fixed line, sabit, wireline, l, residential line, festnetz, geographic"
        ),
    ),
    ("voip", _names("internet, voice over ip")),
    ("fax", _names("faks, facsimile")),
)
_CAPACITIES = (
    (
        "consumer",
        _names(
            "b2c, residential, individual, person, personal, private, birey, bireysel, tuketici, gercek kisi, res, c"
        ),
    ),
    ("sole_trader", _names("sole trader, sole proprietor, sole proprietorship, esnaf, sahis sirketi, tacir")),
    (
        "business",
        _names(
            "b2b, company, corporate, commercial, organisation, organization, sirket, ticari, kurumsal, tuzel kisi, bus, b"
        ),
    ),
    ("public_body", _names("public body, government, public, kamu, kamu kurumu")),
)
_FORMS = (
    ("written", _names("signed, imza, islak imza, HS_ISLAK_IMZA")),
    ("esign", _names("e-sign, electronic signature, e imza")),
    ("web", _names("website, web form, online, internet, HS_WEB")),
    ("voice_recorded", _names("recorded call, call recording, ses kaydi, HS_CAGRI_MERKEZI, phone recording")),
    ("verbal", _names("oral, sozlu, spoken")),
    ("paper", _names("form, paper form, kagit, HS_FIZIKSEL_ORTAM")),
    ("registry", _names("iys")),
)
_LEVELS = (
    ("express", _names("express consent, prior express consent, acik riza")),
    (
        "express_written",
        _names("pewc, prior express written consent, written consent, express written consent, yazili onay"),
    ),
    ("invitation", _names("invited, request, callback request, davet")),
)
_STATUSES = (
    ("granted", _names("onay, yes, y, evet, opt in, optin, accepted, 1, true, var")),
    ("refused", _names("ret, red, no, n, hayir, opt out, optout, revoked, withdrawn, 0, false")),
)

_RELATIONSHIPS = (
    ("purchase", _names("sale, order, satin alma, alisveris, satis")),
    ("transaction", _names("payment, islem, odeme")),
    ("lease", _names("rental, rent, kira, kiralama")),
    ("inquiry", _names("enquiry, request, basvuru, talep, bilgi talebi")),
    ("application", _names("applied, basvuru formu")),
    ("contract", _names("agreement, subscription, sozlesme, abonelik")),
    ("donation", _names("gift, donor, bagis")),
    ("membership", _names("member, uye, uyelik")),
    ("volunteer", _names("volunteering, gonullu")),
    ("attendance", _names("attendee, event, katilim, etkinlik")),
    ("personal", _names("acquaintance, kisisel, tanidik")),
)

FIELDS: tuple[Field, ...] = (
    Field("external_id", "text", "Your own number", "Sizin kayıt numaranız", names=_names(
        "id, external id, customer id, customer number, client id, lead id, vendor lead code, record id, account, account number, crm id, "
        "müşteri no, müşteri numarası, kayıt no, dni, kundennummer, sıra no, ref, reference")),
    Field("title", "text", "Title", "Unvan", names=_names("title, salutation, prefix, mr ms, hitap, unvan, anrede, civilité, tratamiento")),
    Field("first_name", "text", "First name", "Ad", names=_names(
        "first name, firstname, given name, forename, fname, first, ad, adı, isim, prénom, vorname, nombre, nome, 1st name")),
    Field("middle_name", "text", "Middle name", "İkinci ad", names=_names("middle name, middle initial, middlename, mi, ikinci ad, segundo nombre")),
    Field("last_name", "text", "Last name", "Soyadı", names=_names(
        "last name, lastname, surname, family name, lname, last, soyad, soyadı, soyisim, nom de famille, nachname, apellido, apellidos, cognome")),
    Field("full_name", "text", "Full name", "Ad soyad", names=_names(
        "name, full name, fullname, contact, contact name, customer, customer name, client, lead name, ad soyad, adı soyadı, isim soyisim, "
        "müşteri, müşteri adı, nom, nom complet, nombre completo, name vorname, ünvan adı")),
    Field("company", "text", "Company", "Şirket", names=_names(
        "company, company name, organisation, organization, business name, employer, şirket, firma, firma adı, kurum, société, empresa, unternehmen, account name")),
    Field("job_title", "text", "Job title", "Görev", names=_names("job title, position, role, görev, görevi, pozisyon, funktion, cargo")),
    Field("phone", "phone", "Telephone", "Telefon", "number.e164", many=True, names=_names(
        "phone, phones, phone number, phone numbers, telephone, telephone number, tel, tel no, telno, telefon, telefon no, telefon numarası, telefonu, "
        "numara, number, msisdn, contact number, contact no, primary phone, main phone, phone1, phone2, phone3, phone 1, phone 2, phone 3, number1, "
        "number2, number3, alt phone, alternate phone, other phone, telephone 1, telephone 2, téléphone, telephone fixe, telefonnummer, rufnummer, "
        "teléfono, telefono, telefono1, telefono2, telefono3, numero, numéro, numero de telefono, telefone, recipient, ani, tn, e164, irtibat, iletişim no, arama numarası, телефон, номер телефона, 电话, 電話, 電話番号, هاتف, τηλέφωνο, puhelin, telefonas")),
    Field("mobile_phone", "phone", "Mobile", "Cep telefonu", "number.e164", many=True, names=_names(
        "mobile, mobile phone, mobile number, cell, cell phone, cellphone, cellular, cep, cep telefonu, cep tel, cep no, gsm, gsm no, mobil, mobil telefon, "
        "handy, handynummer, portable, mobiltelefon, móvil, celular, cellulare, wireless")),
    Field("home_phone", "phone", "Home telephone", "Ev telefonu", "number.e164", many=True, names=_names(
        "home phone, home, home number, home tel, residence phone, landline, ev telefonu, ev tel, sabit telefon, festnetz, domicile, casa")),
    Field("work_phone", "phone", "Work telephone", "İş telefonu", "number.e164", many=True, names=_names(
        "work phone, work, business phone, office phone, office, direct, direct line, company phone, daytime phone, iş telefonu, iş tel, ofis telefonu, bureau, trabajo")),
    Field("fax", "phone", "Fax", "Faks", "number.e164", many=True, names=_names("fax, fax number, faks, faks no, telefax, télécopie")),
    Field("phone_calling_code", "calling_code", "Calling code", "Ülke arama kodu", names=_names(
        "phone code, calling code, dial code, country calling code, dialling code, ülke kodu, ülke arama kodu")),
    Field("phone_extension", "text", "Extension", "Dahili", names=_names("extension, ext, phone ext, phone extension, dahili, dahili no, durchwahl, poste")),
    Field("email", "email", "E-mail", "E-posta", names=_names("email, e mail, email address, mail, e posta, eposta, e posta adresi, courriel, correo, correo electronico")),
    Field("address_1", "text", "Address", "Adres", names=_names(
        "address, address1, address 1, address line 1, street, street address, postal address, mailing address, adres, açık adres, adresse, anschrift, straße, strasse, dirección, direccion, indirizzo")),
    Field("address_2", "text", "Address, second line", "Adres, ikinci satır", names=_names("address2, address 2, address line 2, apt, unit, suite, adres 2, adresse 2")),
    Field("address_3", "text", "Address, third line", "Adres, üçüncü satır", names=_names("address3, address 3, address line 3, adres 3")),
    Field("city", "text", "City", "Şehir", names=_names("city, town, şehir, il, ville, stadt, ort, ciudad, città, municipality, locality")),
    Field("region", "region", "State or province", "Eyalet / il", "callee.regions", names=_names(
        "state, province, region, state province, county, st, eyalet, bölge, bundesland, provincia, estado, département")),
    Field("postal_code", "postcode", "Postal code", "Posta kodu", "callee.regions", names=_names(
        "zip, zip code, zipcode, postal code, postcode, post code, zip 4, posta kodu, plz, postleitzahl, code postal, codigo postal, cap, cp")),
    Field("country", "country", "Country", "Ülke", "callee.country", names=_names(
        "country, country code, country region, nation, ülke, ulke, pays, land, país, pais, paese, country name, iso country")),
    Field("time_zone", "time_zone", "Time zone", "Saat dilimi", "callee.zones", names=_names("time zone, timezone, tz, iana zone, saat dilimi, zeitzone")),
    Field("language", "language", "Language", "Dil", names=_names("language, lang, preferred language, locale, dil, tercih edilen dil, sprache, langue, idioma")),
    Field("gender", "text", "Gender", "Cinsiyet", names=_names("gender, sex, cinsiyet, geschlecht, sexe, sexo")),
    Field("birth_on", "date", "Date of birth", "Doğum tarihi", "callee.age_band", names=_names(
        "date of birth, dob, birth date, birthdate, birthday, doğum tarihi, geburtsdatum, date de naissance, fecha de nacimiento")),
    Field("line_type", "choice", "Kind of line", "Hat türü", "number.line_type", choices=_LINE_TYPES, names=_names(
        "line type, phone type, number type, linetype, hat türü, hat tipi, telefon türü")),
    Field("capacity", "choice", "Consumer or business", "Tüketici ya da işletme", "callee.capacity", choices=_CAPACITIES, names=_names(
        "capacity, consumer or business, customer type, b2b b2c, b2b, contact type, recipient type, account type, alıcı tipi, müşteri tipi, müşteri türü")),
    Field("last_purchase_on", "date", "Last purchase", "Son satın alma", "relationships[purchase].last_on", names=_names(
        "last purchase, last purchase on, last purchase date, last order, last order date, last transaction, last transaction date, purchase date, last sale, "
        "last payment date, son alışveriş, son alışveriş tarihi, son satın alma, son sipariş tarihi, satın alma tarihi, letzter kauf, dernier achat, ultima compra")),
    Field("last_inquiry_on", "date", "Last inquiry", "Son bilgi talebi", "relationships[inquiry].last_on", names=_names(
        "last inquiry, last inquiry on, last inquiry date, last enquiry, inquiry date, enquiry date, last application, application date, last contact by customer, "
        "son başvuru, başvuru tarihi, son talep, talep tarihi, letzte anfrage")),
    Field("last_donation_on", "date", "Last donation", "Son bağış", "relationships[donation].last_on", names=_names(
        "last donation, last donation on, last donation date, last gift, last gift date, donation date, son bağış tarihi, bağış tarihi, letzte spende, dernier don")),
    Field("relationship_kind", "choice", "Kind of relationship", "İlişki türü", "relationships[].kind", choices=_RELATIONSHIPS, names=_names(
        "relationship, relationship kind, relationship type, kind of relationship, ilişki, ilişki türü")),
    Field("relationship_last_on", "date", "Relationship, last date", "İlişkinin son tarihi", "relationships[].last_on", names=_names(
        "relationship date, relationship last on, relationship on, ilişki tarihi")),
    Field("relationship_ended_on", "date", "Relationship, ended on", "İlişkinin bittiği tarih", "relationships[].ended_on", names=_names(
        "relationship ended, relationship ended on, relationship end, ilişki bitiş tarihi")),
    Field("relationship_product", "text", "Relationship, product", "İlişkinin ürünü", "relationships[].product", names=_names(
        "relationship product, product bought, satın alınan ürün")),
    Field("consent_given_at", "moment", "Consent given", "Onay tarihi", "consents[].given_at", names=_names(
        "consent date, consent given, consent given at, consent at, consented at, opt in date, optin date, opt in, consentdate, consent timestamp, onay tarihi, izin tarihi, einwilligung am")),
    Field("consent_status", "choice", "Consent status", "Onay durumu", "consents[]", choices=_STATUSES, names=_names(
        "consent, consent status, status of consent, has consent, onay, onay durumu, izin, izin durumu")),
    Field("consent_form", "choice", "Form of consent", "Onay biçimi", "consents[].form", choices=_FORMS, names=_names(
        "consent form, form of consent, consent source, consent method, consent type, onay kaynağı, izin kaynağı")),
    Field("consent_level", "choice", "Level of consent", "Onay düzeyi", "consents[].level", choices=_LEVELS, names=_names("consent level, level of consent, onay düzeyi")),
    Field("consent_channels", "text", "Channels of consent", "Onay kanalları", "consents[].channels", names=_names("consent channel, consent channels, channel, kanal, izin türü, izin kanalı")),
    Field("consent_until", "date", "Consent until", "Onay bitişi", "consents[].until", names=_names("consent until, consent expires, consent expiry, consent end, onay bitiş, onay bitiş tarihi")),
    Field("consent_revoked_at", "moment", "Consent withdrawn", "Onayın geri alındığı tarih", "consents[].revoked_at", names=_names(
        "consent revoked, consent revoked at, consent withdrawn, opt out date, optout date, revoked at, ret tarihi, onay geri alma tarihi")),
    Field("consent_words", "text", "Words of consent", "Onay metni", "consents[]", names=_names(
        "consent words, words of consent, consent text, consent wording, consent language, onay metni, izin metni, rıza metni")),
    Field("consent_words_version", "text", "Version of the words", "Metnin sürümü", "consents[]", names=_names(
        "consent version, consent words version, consent text version, wording version, onay metni sürümü, metin sürümü")),
    Field("consent_brand", "text", "Brand of consent", "Onayın markası", "consents[].brand", names=_names("consent brand, onay markası, izin markası")),
    Field("consent_proof", "text", "Proof of consent", "Onay kanıtı", "consents[].proof_kept", names=_names(
        "consent proof, proof of consent, proof, recording id, consent recording, consent url, trustedform, jornaya, onay kanıtı, kanıt")),
    Field("do_not_call", "flag", "Do not call", "Aranmasın", "suppressions", names=_names(
        "do not call, dnc, do not contact, donotcall, suppressed, opted out, unsubscribed, aranmasın, arama yasağı, kara liste")),
    Field("source", "text", "Source", "Kaynak", "data.source", names=_names("source, lead source, source id, origin, kaynak, veri kaynağı, quelle, origen")),
    Field("notes", "text", "Notes", "Notlar", names=_names("note, notes, comment, comments, remarks, call notes, description, not, notlar, açıklama, bemerkung, remarque, notas, observaciones")),
)  # fmt: skip


@lru_cache(maxsize=1)
def by_key() -> dict[str, Field]:
    """Our fields by key."""
    return {field.key: field for field in FIELDS}


@lru_cache(maxsize=1)
def by_name() -> dict[str, Field]:
    """Our fields by every name of a column that means them, in plain letters."""
    table: dict[str, Field] = {}
    for field in FIELDS:
        for name in (field.key, field.en, field.tr, *field.names):
            table.setdefault(plain_key(name), field)
    return table


@lru_cache(maxsize=1)
def _squeezed() -> dict[str, Field]:
    table: dict[str, Field] = {}
    for name, field in by_name().items():
        table.setdefault(name.replace(" ", ""), field)
    return table


def field_named(header: str) -> Field | None:
    """The field that a header means: ``Phone Number``, ``phone_number``, ``phoneNumber`` and ``PHONENUMBER`` are one."""
    plain = plain_key(header)
    return by_name().get(plain) or _squeezed().get(plain.replace(" ", ""))


@lru_cache(maxsize=64)
def choices_of(key: str) -> dict[str, str]:
    """For a field of kind ``choice``: every accepted wording, in plain letters, to our value."""
    table: dict[str, str] = {}
    for value, others in by_key()[key].choices:
        for word in (value, *others):
            table.setdefault(plain_key(word), value)
    return table
