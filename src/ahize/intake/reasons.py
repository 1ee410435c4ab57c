"""Why was this cell refused, or taken with a remark?

One table: code, what it concerns, and the sentence in English and Turkish. Whoever finds something says its code;
nobody else writes sentences.
"""

# ruff: noqa: E501 - one reason a line, both languages beside each other.
from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Scope = Literal["file", "row", "number", "field"]
Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One line of the table: scope and severity of a code, and its sentence in two languages."""

    scope: Scope
    severity: Severity
    en: str
    tr: str


def _error(scope: Scope, en: str, tr: str) -> Reason:
    return Reason(scope, "error", en, tr)


def _warning(scope: Scope, en: str, tr: str) -> Reason:
    return Reason(scope, "warning", en, tr)


REASONS: dict[str, Reason] = {
    # The file.
    "empty_file": _error("file", "The file is empty.", "Dosya boş."),
    "no_data_rows": _error("file", "There is a header, but no row below it.", "Başlık var, altında satır yok."),
    "unreadable_file": _error("file", "The file cannot be read as a list.", "Dosya liste olarak okunamadı."),
    "unknown_column": _error("file", "A column that was named is not in the file.", "Belirtilen sütun dosyada yok."),
    "no_phone_column": _error("file", "No column with telephone numbers was found. Name it.", "Telefon sütunu bulunamadı. Sütunu belirtin."),
    "line_too_long": _error("file", "A line is longer than 4 million characters: this is no list.", "Bir satır 4 milyon karakterden uzun: bu bir liste değil."),
    "too_many_columns": _error("file", "There are more than 10,000 columns: this is no list.", "10.000'den çok sütun var: bu bir liste değil."),
    "duplicate_header": _warning("file", "Two columns have the same name; both are kept.", "İki sütunun adı aynı; ikisi de korundu."),
    "empty_header": _warning("file", "A column has no name.", "Bir sütunun adı yok."),
    "title_rows": _warning("file", "Lines above the header were passed over.", "Başlığın üstündeki satırlar atlandı."),
    "formula_values": _warning("file", "The sheet has formulas; the values last computed were read.", "Sayfada formül var; en son hesaplanan değerler okundu."),
    "other_sheets": _warning("file", "The workbook has more than one sheet with data; one was read.", "Çalışma kitabında birden çok dolu sayfa var; biri okundu."),
    # The row.
    "long_row": _error("row", "The row has more filled cells than the header has columns; its columns may have shifted.", "Satırda başlıktan fazla dolu hücre var; sütunlar kaymış olabilir."),
    "unclosed_quote": _error("row", "A quotation mark is opened and never closed.", "Açılan tırnak işareti kapatılmamış."),
    "repeated_header": _error("row", "The header is repeated here.", "Başlık burada yineleniyor."),
    "no_phone": _error("row", "The row has no telephone number.", "Satırda telefon numarası yok."),
    "country_unknown": _error("row", "The country of this row is not known, so its number cannot be read.", "Bu satırın ülkesi tanınmadı; numara okunamaz."),
    "short_row": _warning("row", "The row has fewer cells than the header; the rest is empty.", "Satırda başlıktan az hücre var; kalanlar boş."),
    "nul_bytes": _warning("row", "Zero bytes were taken out.", "Sıfır baytlar çıkarıldı."),
    "mixed_encoding": _warning("row", "Part of the row is in another encoding.", "Satırın bir bölümü başka bir kodlamada."),
    "formula_like": _warning("field", "A spreadsheet would run this cell as a formula; it is kept as text.", "Tablo programı bu hücreyi formül sayar; metin olarak saklandı."),
    # The number.
    "phone_invalid": _error("number", "This is no telephone number.", "Bu bir telefon numarası değil."),
    "phone_too_short": _error("number", "Digits are missing.", "Eksik hane var."),
    "phone_too_long": _error("number", "There are too many digits.", "Fazla hane var."),
    "phone_no_area_code": _error("number", "The area code is missing.", "Alan kodu eksik."),
    "phone_partial_second": _error("number", "A second number is only written in part.", "İkinci numara eksik yazılmış."),
    "phone_short_code": _error("number", "This is a short code, like an emergency or service number.", "Bu, acil ya da hizmet numarası gibi bir kısa numara."),
    "phone_premium": _error("number", "This is a premium-rate number, never to be dialled.", "Bu, özel ücretli bir numara; aranmaz."),
    "phone_placeholder": _error("number", "This is a placeholder, not somebody's number.", "Bu bir dolgu değeri, numara değil."),
    "phone_ambiguous": _error("number", "The number can be read in two ways. Write it with + and the country code.", "Numara iki türlü okunabilir. + ve ülke koduyla yazın."),
    "phone_no_country": _error("number", "The number has no country code, and no country was given.", "Numarada ülke kodu yok, ülke de belirtilmemiş."),
    "phone_scientific_lossy": _error("number", "A spreadsheet has lost digits of this number. Export the column as text.", "Tablo programı bu numaranın hanelerini kaybetmiş. Sütunu metin olarak dışa aktarın."),
    "phone_scientific_exact": _warning("number", "The number was in scientific notation, with every digit still there.", "Numara bilimsel gösterimdeydi; bütün haneleri yerinde."),
    "phone_float_suffix": _warning("number", "A decimal point and zeros after the number were dropped.", "Numaranın sonundaki nokta ve sıfırlar atıldı."),
    "formula_guard": _warning("number", "Spreadsheet marks around the number were dropped.", "Numaranın çevresindeki tablo işaretleri atıldı."),
    "mixed_digit_scripts": _warning("number", "The digits are of several scripts.", "Rakamlar birden çok yazıdan."),
    "vanity_letters": _warning("number", "Letters were read as keypad digits.", "Harfler tuş takımına göre okundu."),
    "toll_free": _warning("number", "This is a toll-free number: its place is unknown.", "Bu, ücretsiz bir numara: yeri bilinmiyor."),
    "other_country": _warning("number", "The number belongs to another country than the row.", "Numara, satırınkinden başka bir ülkenin."),
    "fictional_number": _warning("number", "The number is kept for fiction: a real line refuses to dial it.", "Numara kurgu için ayrılmış: gerçek hat bunu aramaz."),
    "international_prefix": _warning("number", "The leading 00 was read as the international prefix.", "Baştaki 00 uluslararası önek olarak okundu."),
    "phone_text_ignored": _warning("number", "Words beside the number were passed over.", "Numaranın yanındaki sözcükler atlandı."),
    "numbers_split_by_space": _warning("number", "Two numbers with only a space between them were parted.", "Arasında yalnız boşluk olan iki numara ayrıldı."),
    # The field.
    "bad_date": _error("field", "This is no date.", "Bu bir tarih değil."),
    "date_order_assumed": _warning("field", "Day and month could be the other way round; the order of the country was taken.", "Gün ile ay yer değiştirmiş olabilir; ülkenin sırası alındı."),
    "consent_without_words": _warning("field", "A consent without its words is none and was not taken: add the exact text, or a proof that holds it.", "Metni olmayan onay geçerli değildir ve alınmadı: onay metnini ya da onu içeren bir kanıtı ekleyin."),
    "consent_in_future": _warning("field", "A consent cannot be given in the future and was not taken: correct the date.", "Gelecek tarihli onay olamaz, alınmadı: tarihi düzeltin."),
    "bad_decimal": _warning("field", "This is no number in the notation of the column.", "Bu değer sütunun sayı biçimine uymuyor."),
    "bad_email": _warning("field", "This is no e-mail address; it is kept as text.", "Bu bir e-posta adresi değil; metin olarak saklandı."),
    "postcode_short": _warning("field", "The postal code is too short: leading zeros may be lost.", "Posta kodu kısa: baştaki sıfırlar kaybolmuş olabilir."),
    "value_unknown": _warning("field", "This value is none of those expected; the field stays unknown.", "Bu değer beklenenlerden değil; alan bilinmiyor kalır."),
    "unknown_country": _warning("field", "This country name is not known.", "Bu ülke adı tanınmadı."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """Something found at one place of a file.

    Args:
        row: 1-based number of the record below the header; 0 is the file itself.
        code: a key of :data:`REASONS`.
        column: the column's name, or empty where the whole row or file is meant.
        value: the cell as it came. A person's data: it goes into the rejects file, never into a log.
        detail: more words, where the sentence of the code is not enough.
    """

    row: int
    code: str
    column: str = ""
    value: str = ""
    detail: str = ""

    @property
    def scope(self) -> Scope:
        """What is concerned: the file, the row, one number or one field."""
        return REASONS[self.code].scope

    @property
    def is_error(self) -> bool:
        """True where something was refused; False where it was taken with a remark."""
        return REASONS[self.code].severity == "error"

    def sentence(self, language: str = "en") -> str:
        """The reason in words, ``en`` or ``tr``."""
        reason = REASONS[self.code]
        text = reason.tr if language == "tr" else reason.en
        return f"{text} {self.detail}".rstrip()

    def as_json(self) -> dict[str, object]:
        """The shape of the lists ``errors`` and ``warnings``."""
        found: dict[str, object] = {"row": self.row, "code": self.code, "scope": self.scope}
        if self.column:
            found["column"] = self.column
        if self.value:
            found["value"] = self.value
        found["reason"] = self.sentence()
        return found
