"""What the figures of a report are called, in both languages. Dispositions bring their own words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Label:
    """One name, in English and in Turkish."""

    en: str
    tr: str

    def said(self, language: str | None) -> str:
        return self.tr if (language or "").startswith("tr") else self.en


FUNNEL_LABELS = {
    "attempts": Label("Attempts", "Arama denemeleri"),
    "barred": Label("Barred by a rule", "Kural gereği aranmayanlar"),
    "cleared": Label("Cleared", "İzin verilenler"),
    "dialled": Label("Dialled", "Arananlar"),
    "answered": Label("Answered", "Yanıtlananlar"),
    "talks": Label("Talks with an agent", "Temsilciyle görüşmeler"),
    "contacts": Label("Right person reached", "Ulaşılan kişiler"),
    "successes": Label("Successes", "Başarılı sonuçlar"),
    "abandoned": Label("Abandoned", "Terk edilenler"),
}
OUTCOME_LABELS = {
    "connected": Label("Connected", "Görüşüldü"),
    "no_answer": Label("No answer", "Cevap yok"),
    "busy": Label("Busy", "Meşgul"),
    "machine": Label("Answering machine", "Telesekreter"),
    "fax": Label("Fax or modem", "Faks veya modem"),
    "abandoned": Label("Abandoned", "Terk edilen çağrı"),
    "hung_up": Label("Hung up before an agent", "Selamlama sırasında kapattı"),
    "played": Label("Message heard", "Mesaj dinletildi"),
    "cancelled": Label("Stopped while ringing", "Çalarken durduruldu"),
    "rejected": Label("Rejected", "Reddedildi"),
    "disconnected": Label("Number not in service", "Numara kullanım dışı"),
    "congestion": Label("Network congestion", "Şebeke yoğunluğu"),
    "failed": Label("Failed", "Şebeke arızası"),
    "refused": Label("Refused by the gate", "Arama geçidi izin vermedi"),
    "withdrawn": Label("Withdrawn before dialling", "Aranmadan geri çekildi"),
    "barred": Label("Barred by a rule", "Kural gereği aranmadı"),
    "unknown": Label("Unknown", "Bilinmiyor"),
}


def label_of(key: str, labels: Mapping[str, Label]) -> Label:
    """The label, or the key itself where a figure has no words of its own."""
    return labels.get(key, Label(key, key))
