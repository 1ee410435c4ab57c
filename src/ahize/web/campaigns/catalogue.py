"""The trade's dispositions with their flags, the templates that choose among them, and the usual pause codes.

A table. Answers: which codes does this kind of campaign begin with, which key presses them, what do they mean for the
contact and the number. Refuses to know any tenant, any row and any law: what a template sets is a starting point of
ours, and no fact of law but the purpose somebody chose by choosing the template.
"""

from __future__ import annotations

from dataclasses import dataclass

FLAGS = frozenset(
    {
        "contact",  # a person was spoken to
        "no_contact",  # nobody was
        "sale",
        "success",  # what the campaign is for, where that is no sale
        "final",  # this campaign does not call the contact again
        "stop",  # the number is suppressed for the seller
        "callback",  # a time is promised
        "mine",  # … by the same agent
        "wrong_number",  # the phone is retired, the person is not
        "complaint",
        "not_offered",  # written by the engine or by later steps, never one of the agent's keys
    }
)


@dataclass(frozen=True, slots=True)
class Code:
    """One disposition: its word, its labels, the key that presses it and its flags.

    Args:
        wait_s: before the contact is due again; ``None`` leaves it to the outcome's recycling.
    """

    code: str
    en: str
    tr: str
    key: str
    flags: tuple[str, ...]
    wait_s: int | None = None


HOUR = 3600
DAY = 24 * HOUR

CODES = {
    code.code: code
    for code in (
        Code("sale", "Sale", "Satış", "1", ("contact", "sale", "success", "final")),
        Code("order_verified", "Order verified", "Sipariş doğrulandı", "", ("contact", "sale", "final", "not_offered")),
        Code("order_cancelled", "Order cancelled", "Sipariş iptal edildi", "", ("contact", "sale", "final", "not_offered")),
        Code("appointment_set", "Appointment set", "Randevu alındı", "1", ("contact", "success", "final")),
        Code("appointment_confirmed", "Appointment confirmed", "Randevu onaylandı", "3", ("contact", "success", "final")),
        Code("no_show", "Did not appear", "Randevuya gelmedi", "", ("contact", "not_offered")),
        Code("donation", "Donation", "Bağış", "1", ("contact", "success", "final")),
        Code("pledge", "Pledge", "Bağış sözü", "3", ("contact", "success", "final")),
        Code("pledge_paid", "Pledge paid", "Bağış sözü ödendi", "", ("contact", "success", "final", "not_offered")),
        Code("pledge_refused", "Pledge refused", "Bağış sözü reddedildi", "", ("contact", "final", "not_offered")),
        Code("survey_complete", "Survey complete", "Anket tamamlandı", "1", ("contact", "success", "final")),
        Code("survey_partial", "Survey broken off", "Anket yarıda kaldı", "3", ("contact",), 2 * DAY),
        Code("screened_out", "Screened out", "Anket için uygun değil", "5", ("contact", "final")),
        Code("quota_full", "Quota full", "Kota dolu", "", ("contact", "final", "not_offered")),
        Code("qualified_lead", "Qualified", "Nitelikli potansiyel müşteri", "1", ("contact", "success", "final")),
        Code("transferred_warm", "Passed to a colleague", "Bilgilendirerek aktarıldı", "3", ("contact", "success", "final")),
        Code("supports", "Supports", "Destekliyor", "1", ("contact", "success", "final")),
        Code("undecided", "Undecided", "Kararsız", "3", ("contact",), 7 * DAY),
        Code("opposes", "Opposes", "Karşı", "5", ("contact", "final")),
        Code("acted", "Will act", "Harekete geçecek", "1", ("contact", "success", "final")),
        Code("data_confirmed", "Data confirmed", "Bilgiler doğrulandı", "1", ("contact", "success", "final")),
        Code("data_corrected", "Data corrected", "Bilgiler düzeltildi", "3", ("contact", "success", "final")),
        Code("won_back", "Won back", "Geri kazanıldı", "1", ("contact", "sale", "success", "final")),
        Code("callback_mine", "Call back (me)", "Geri arama (ben)", "2", ("contact", "callback", "mine")),
        Code("callback_any", "Call back (anyone)", "Geri arama (herkes)", "b", ("contact", "callback")),
        Code("not_interested", "Not interested", "İlgilenmiyor", "4", ("contact", "final")),
        Code("hung_up", "Hung up", "Müşteri kapattı", "6", ("contact",), 7 * DAY),
        Code("language_barrier", "Language barrier", "Dil engeli", "l", ("contact", "final")),
        Code("not_eligible", "Not eligible", "Koşullara uymuyor", "e", ("contact", "final")),
        Code("deceased", "Deceased", "Vefat etmiş", "d", ("contact", "final")),
        Code("wrong_number", "Wrong number", "Yanlış numara", "7", ("contact", "wrong_number")),
        Code("business_number", "Business number", "İş yeri numarası", "w", ("contact", "wrong_number")),
        Code("gatekeeper", "Not let through", "Yetkiliye bağlanmadı", "g", ("contact",), DAY),
        Code("do_not_call", "Remove me", "Aranmasın", "9", ("contact", "stop", "final")),
        Code("complaint", "Complaint", "Şikâyet", "k", ("contact", "stop", "final", "complaint")),
        Code("threatens_legal", "Threatens legal action", "Hukuki yola başvuracağını söyledi", "t", ("contact", "stop", "final", "complaint")),
        Code("abusive", "Abusive", "Hakaret etti", "a", ("contact", "stop", "final")),
        Code("voicemail_left", "Voicemail left", "Sesli mesaj bırakıldı", "8", ("no_contact",), DAY),
        Code("no_message", "Machine, no message", "Telesekreter, mesaj yok", "0", ("no_contact",)),
        Code("not_dispositioned", "No result chosen", "Sonuç girilmedi", "", ("no_contact", "not_offered")),
    )
}  # fmt: skip
"""Every code by its word (``product.md`` 5.3, canonical set), in the order an agent sees them."""

EVERYWHERE = (
    "callback_mine", "callback_any", "not_interested", "hung_up", "language_barrier", "not_eligible", "deceased",
    "wrong_number", "business_number", "gatekeeper", "do_not_call", "complaint", "threatens_legal", "abusive",
    "voicemail_left", "no_message", "not_dispositioned",
)  # fmt: skip
"""Codes every campaign has: nobody may be left without a way to say "remove me" or "wrong number"."""


@dataclass(frozen=True, slots=True)
class Template:
    """Where a kind of campaign begins.

    Args:
        purpose: the purpose that choosing this template states (``law/facts.md``); empty where it must be asked.
        promotes: ``True`` where such calls sell or solicit by their nature; ``None`` where somebody has to say.
        discloses: what the template's own script says, in both languages.
        mode: how such a campaign dials to begin with; empty: as any new one.
    """

    code: str
    en: str
    tr: str
    purpose: str
    promotes: bool | None
    outcomes: tuple[str, ...]
    ask_en: str
    ask_tr: str
    discloses: tuple[str, ...] = ("identity", "principal", "purpose", "opt_out")
    mode: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """Its dispositions: its own first, then those that every campaign has."""
        return (*self.outcomes, *EVERYWHERE)

    def flow(self) -> str:
        """A broadcast's flow to begin with, as YAML; empty where people speak."""
        if self.mode != "broadcast":
            return ""
        return FLOW.replace("CODE", self.code).replace("ASK_EN", self.ask_en).replace("ASK_TR", self.ask_tr)

    def script(self, language: str) -> str:
        """The text an agent begins with; whoever edits it says anew what it discloses. Of a broadcast there is none."""
        if self.mode == "broadcast":
            return ""
        if language == "tr":
            return (
                "Merhaba {first_name}, ben {agent_name}. {seller_name} adına arıyorum. {ask}\n\n"
                "Bir daha aranmak istemiyorsanız lütfen belirtin, kaydınız hemen aranmayacaklar listesine alınır."
            ).replace("{ask}", self.ask_tr)
        return (
            "Hello {first_name}, my name is {agent_name}. I am calling for {seller_name}. {ask}\n\n"
            "If you do not want to be called again, please say so; you will be put on the do-not-call list at once."
        ).replace("{ask}", self.ask_en)


FLOW = """\
flow: CODE
version: 1
languages: [en, tr]
start: hello
machine: left
anytime:
  "9": {label: {en: Do not call me again, tr: Beni bir daha aramayın}, next: removed}
nodes:
  hello:
    say:
      en: "Hello, this is {seller_name}. To hear no more from us press 9 at any time. ASK_EN"
      tr: "Merhaba, {seller_name} arıyor. Bir daha aranmamak için istediğiniz zaman 9'a basın. ASK_TR"
    next: choice
  choice:
    choose:
      en: "To speak with one of us press 1. To hear this again press 2."
      tr: "Bir temsilcimizle görüşmek için 1'e, yeniden dinlemek için 2'ye basın."
    options:
      "1": {label: {en: Speak with one of us, tr: Temsilciyle görüşmek}, next: agent}
      "2": {label: {en: Hear it again, tr: Yeniden dinlemek}, next: hello}
    no_answer: unheard
  agent:
    transfer: agents
    failed: nobody
  nobody:
    end: nobody_free
    text: {en: "Nobody is free now. Our number is {seller_phone}. Goodbye.", tr: "Şu anda müsait temsilcimiz yok. Numaramız {seller_phone}. Hoşça kalın."}
  unheard:
    end: heard
    text: {en: "Goodbye.", tr: "Hoşça kalın."}
  left:
    say:
      en: "Hello, this is {seller_name}. ASK_EN To hear no more from us call {seller_phone}."
      tr: "Merhaba, {seller_name} arıyor. ASK_TR Bir daha aranmamak için {seller_phone} numarasını arayabilirsiniz."
    next: message_left
  message_left:
    end: message_left
  removed:
    end: opted_out
    text: {en: "You will not be called again. Goodbye.", tr: "Bir daha aranmayacaksınız. Hoşça kalın."}
"""
"""What a broadcast begins with: who calls and the way out first, then why, one key to a person, another version for
machines. A starting point of ours; whether it may be played to somebody is the law's to say."""

_SAYS_WHO = ("identity", "principal", "purpose", "opt_out")
_SELLS = ("identity", "principal", "purpose", "goods", "opt_out")

TEMPLATES = {
    template.code: template
    for template in (
        Template(
            "telesales", "Telesales", "Telefonla satış", "sales", True, ("sale",),
            "This is a sales call: I would like to offer you {product}.",
            "Bu bir satış aramasıdır: size {product} sunmak istiyorum.", _SELLS,
        ),
        Template(
            "appointment", "Appointments", "Randevu alma", "appointment", True, ("appointment_set", "appointment_confirmed"),
            "This is a sales call: I would like to arrange a visit about {product}.",
            "Bu bir satış aramasıdır: {product} için bir randevu ayarlamak istiyorum.", _SELLS,
        ),
        Template(
            "lead_qualification", "Lead qualification", "Potansiyel müşteri belirleme", "lead_qualification", True,
            ("qualified_lead", "transferred_warm"),
            "This is a sales call: may I ask whether {product} is of interest to you?",
            "Bu bir satış aramasıdır: {product} ilginizi çeker mi, sorabilir miyim?", _SELLS,
        ),
        Template(
            "survey", "Survey", "Anket", "survey", None, ("survey_complete", "survey_partial", "screened_out", "quota_full"),
            "We are asking people's opinion about {product}.",
            "{product} hakkında insanların görüşünü soruyoruz.",
        ),
        Template(
            "fundraising", "Fundraising", "Bağış toplama", "fundraising", True,
            ("donation", "pledge", "pledge_paid", "pledge_refused"),
            "I am calling to ask for a donation for {product}.",
            "{product} için bağış rica etmek üzere arıyorum.",
        ),
        Template(
            "political", "Voters", "Seçmen aramaları", "political", None, ("supports", "undecided", "opposes"),
            "I am calling about {product}. May I ask for whom you will vote?",
            "{product} hakkında arıyorum. Oyunuzu kime vereceğinizi sorabilir miyim?",
        ),
        Template(
            "data_cleaning", "Data cleaning", "Bilgi güncelleme", "service", None, ("data_confirmed", "data_corrected"),
            "I would only like to check whether our records about you are right.",
            "Yalnızca sizinle ilgili kayıtlarımızın doğruluğunu kontrol etmek istiyorum.",
        ),
        Template(
            "win_back", "Win-back", "Müşteri geri kazanma", "sales", True, ("won_back",),
            "This is a sales call: I would like to win you back with {product}.",
            "Bu bir satış aramasıdır: {product} ile sizi yeniden aramızda görmek istiyoruz.", _SELLS,
        ),
        Template(
            "call_to_action", "Call to action", "Harekete çağrı", "public_information", None, ("acted",),
            "I am calling about {product} and would like to ask you for something.",
            "{product} hakkında arıyorum ve sizden bir ricam olacak.",
        ),
        Template(
            "broadcast_sales", "Recorded offer", "Kayıtlı satış araması", "sales", True, ("sale",),
            "This is a sales call about {product}.",
            "Bu, {product} hakkında bir satış aramasıdır.", _SELLS, "broadcast",
        ),
        Template(
            "broadcast_reminder", "Recorded reminder", "Kayıtlı hatırlatma", "transactional", None, ("appointment_confirmed",),
            "This is a reminder about {product}.",
            "Bu, {product} hakkında bir hatırlatmadır.", _SAYS_WHO, "broadcast",
        ),
        Template(
            "broadcast_charity", "Recorded appeal", "Kayıtlı bağış çağrısı", "fundraising", True, ("donation", "pledge"),
            "We ask for a donation for {product}.",
            "{product} için bağış rica ediyoruz.", _SAYS_WHO, "broadcast",
        ),
        Template(
            "broadcast_political", "Recorded political call", "Kayıtlı siyasi arama", "political", None, ("supports", "opposes"),
            "This is a call about {product}.",
            "Bu, {product} hakkında bir aramadır.", _SAYS_WHO, "broadcast",
        ),
        Template(
            "broadcast_information", "Recorded public information", "Kayıtlı kamu bilgilendirmesi", "public_information", None,
            ("acted",),
            "This is information for the public about {product}.",
            "Bu, {product} hakkında kamuoyuna bir bilgilendirmedir.", _SAYS_WHO, "broadcast",
        ),
        Template(
            "broadcast_emergency", "Recorded emergency call", "Kayıtlı acil durum araması", "public_information", None, ("acted",),
            "This is an emergency message about {product}.",
            "Bu, {product} hakkında bir acil durum mesajıdır.", _SAYS_WHO, "broadcast",
        ),
    )
}  # fmt: skip

HOURS = {
    "mon": [["09:30", "19:30"]],
    "tue": [["09:30", "19:30"]],
    "wed": [["09:30", "19:30"]],
    "thu": [["09:30", "19:30"]],
    "fri": [["09:30", "19:30"]],
    "sat": [["10:00", "17:00"]],
    "sun": [],
}
"""When a new campaign calls, in the called person's time. A setting of ours; the law's hours bind besides."""

RECYCLING = {
    "no_answer": {"wait_s": 4 * HOUR, "max": 5},
    "busy": {"wait_s": HOUR // 2, "max": 5},
    "rejected": {"wait_s": 2 * DAY, "max": 2},
    "machine": {"wait_s": DAY, "max": 4},
    "congestion": {"wait_s": HOUR // 4, "max": 5},
    "failed": {"wait_s": HOUR, "max": 3},
    "fax": {"wait_s": 0, "max": 0},
    "disconnected": {"wait_s": 0, "max": 0},
    "abandoned": {"wait_s": 3 * DAY, "max": 1},
    "hung_up": {"wait_s": 7 * DAY, "max": 2},
    "unknown": {"wait_s": DAY, "max": 2},
    "not_dispositioned": {"wait_s": DAY, "max": 3},
}
"""After this outcome: how long until the contact is due again, and up to how many attempts; 0 is never again.

A campaign may add a rule for any of its dispositions.
"""

ABANDON_MESSAGE_EN = (
    "This is a call from {seller_name}. We are sorry that nobody was free to speak to you. "
    "To be removed from our list, call {seller_phone}."
)
ABANDON_MESSAGE_TR = (
    "{seller_name} adına arıyoruz. Şu anda sizinle görüşecek temsilcimiz yok, özür dileriz. "
    "Bir daha aranmak istemiyorsanız {seller_phone} numarasını arayabilirsiniz."
)

PAUSE_CODES = (
    ("break", "Break", "Mola"),
    ("lunch", "Lunch", "Öğle yemeği"),
    ("meeting", "Meeting", "Toplantı"),
    ("training", "Training", "Eğitim"),
    ("paperwork", "Paperwork", "Evrak işi"),
    ("technical", "Technical problem", "Teknik sorun"),
)
"""What a new tenant's seats may be paused for."""
