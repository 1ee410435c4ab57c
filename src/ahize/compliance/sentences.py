"""The sentences of rulings, in English and Turkish: why a rule bars, what a fact is called, what a duty asks.

A rule names a sentence by key and gives values; the English becomes its `because`. A table, no logic.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Text(NamedTuple):
    """One sentence or name in our two languages."""

    en: str
    tr: str


BECAUSE: Final[dict[str, Text]] = {
    "hours": Text(
        "{clock} in {zone} is outside {opens}–{closes}",
        "{zone} saatiyle {clock}, {opens}–{closes} arama saatlerinin dışında",
    ),
    "hours.several": Text(
        "{clock} in {zone} is outside {hours}",
        "{zone} saatiyle {clock}, {hours} arama saatlerinin dışında",
    ),
    "day": Text("there are no calling hours on a {weekday} ({zone})", "{weekday} günü arama yapılamaz ({zone})"),
    "holiday": Text(
        "{day} is a holiday on which nobody is called: {name} ({zone})",
        "{day} arama yapılamayan bir tatil günü: {name} ({zone})",
    ),
    "registration": Text("no registration {registration} is held", "{registration} kaydı yok"),
    "recording.announces_recording": Text(
        "the call is recorded and nobody says so", "görüşme kaydediliyor ve bu söylenmiyor"
    ),
    "recording.asks_recording_consent": Text(
        "the call is recorded and the person is not asked", "görüşme kaydediliyor ve kişiden onay istenmiyor"
    ),
    "registry.listed": Text(
        "the number is on the registry {registry}, and nothing on file lifts that",
        "numara {registry} listesinde kayıtlı ve bunu aşan bir ilişki ya da onay bulunmuyor",
    ),
    "registry.preference": Text(
        "in the registry {registry} the person barred {what}",
        "kişi {registry} kaydında {what} engellemiş",
    ),
    "registry.stale": Text(
        "our copy of {registry} is of {day}, {age} days ago; {most} is the most",
        "{registry} kopyamız {day} tarihli ve {age} günlük; en çok {most} günlük olabilir",
    ),
    "registry.no_subscription": Text(
        "the seller holds no subscription {registration}", "satıcının {registration} aboneliği yok"
    ),
    "registry.area": Text(
        "area code {area} is not among those the seller has taken from {registry}",
        "{area} alan kodu, satıcının {registry} listesinden aldığı kodlar arasında değil",
    ),
    "consent.none": Text("no {agreement} is held", "{agreement} bulunmuyor"),
    "consent.lapsed": Text("no {agreement} is live", "geçerli bir {agreement} kalmadı"),
    "consent.revoked": Text("the {agreement} was withdrawn on {day}", "{agreement} {day} tarihinde geri alındı"),
    "consent.asked_again": Text(
        "a consent was withdrawn on {day}; for {days} days nobody asks for a new one",
        "bir onay {day} tarihinde geri alındı; {days} gün boyunca yeniden onay istenemez",
    ),
    "consent.principal": Text(
        "the {agreement} on file names another seller", "kayıtlı {agreement} başka bir satıcıya verilmiş"
    ),
    "consent.brand": Text(
        "the {agreement} on file names another brand", "kayıtlı {agreement} başka bir markaya verilmiş"
    ),
    "consent.number": Text(
        "the {agreement} on file is for another number", "kayıtlı {agreement} başka bir numara için"
    ),
    "consent.channel": Text(
        "the {agreement} on file does not cover {channel}", "kayıtlı {agreement} {channel} kanalını kapsamıyor"
    ),
    "consent.method": Text(
        "the {agreement} on file does not cover {method} calls", "kayıtlı {agreement} {method} aramaları kapsamıyor"
    ),
    "consent.purpose": Text(
        "the {agreement} on file is for another purpose than {purpose}",
        "kayıtlı {agreement} başka bir amaç için; {purpose} amacını kapsamıyor",
    ),
    "consent.flaw": Text(
        "the consent on file is no {agreement}: it was {flaws}", "kayıtlı onay {agreement} sayılmaz: {flaws}"
    ),
    "consent.level": Text(
        "the consent on file is no {agreement}: it is {level} only",
        "kayıtlı onay {agreement} sayılmaz: yalnızca {level}",
    ),
    "consent.form": Text(
        "the consent on file is no {agreement}: it was {form}", "kayıtlı onay {agreement} sayılmaz: {form} alınmış"
    ),
    "consent.proof_kept": Text(
        "the consent on file is no {agreement}: no proof of it was kept",
        "kayıtlı onay {agreement} sayılmaz: kanıtı saklanmamış",
    ),
    "consent.signed": Text(
        "the consent on file is no {agreement}: it is not signed", "kayıtlı onay {agreement} sayılmaz: imzalı değil"
    ),
    "consent.conditional": Text(
        "the consent on file is no {agreement}: it was made a condition of purchase",
        "kayıtlı onay {agreement} sayılmaz: satın alma koşulu yapılmış",
    ),
    "line_type": Text(
        "the line is of type {line}, and no {agreement} fits", "hat türü {line} ve uygun bir {agreement} yok"
    ),
    "reassigned": Text(
        "the number has been given to another person since the consent",
        "numara, onaydan sonra başka bir kişiye verilmiş",
    ),
    "stop.seller": Text(
        "the person told this seller to stop", "kişi bu satıcı tarafından aranmak istemediğini bildirdi"
    ),
    "stop.seller_on": Text(
        "the person told this seller to stop on {day}",
        "kişi {day} tarihinde bu satıcı tarafından aranmak istemediğini bildirdi",
    ),
    "stop.all": Text(
        "the person told everyone on the platform to stop",
        "kişi platformdaki hiç kimse tarafından aranmak istemediğini bildirdi",
    ),
    "stop.all_on": Text(
        "the person told everyone on the platform to stop on {day}",
        "kişi {day} tarihinde platformdaki hiç kimse tarafından aranmak istemediğini bildirdi",
    ),
    "refused": Text(
        "the person has refused this offer of this seller", "kişi bu satıcının bu teklifini daha önce reddetti"
    ),
    "refused_on": Text(
        "the person refused this offer of this seller on {day}",
        "kişi bu satıcının bu teklifini {day} tarihinde reddetti",
    ),
    "frequency": Text(
        "{count} recorded calls to this number in the last {days} days without consent; {most} is the most",
        "bu numaraya son {days} günde onaysız {count} kez önceden kaydedilmiş arama yapıldı; en çok {most} olabilir",
    ),
    "frequency.hours": Text(
        "{count} attempts on this number in the last {hours} hours; {most} is the most",
        "bu numara son {hours} saatte {count} kez denendi; en çok {most} olabilir",
    ),
    "frequency.days": Text(
        "{count} attempts on this number in the last {days} days; {most} is the most",
        "bu numara son {days} günde {count} kez denendi; en çok {most} olabilir",
    ),
    "frequency.today": Text(
        "{count} attempts on this number today; {most} is the most",
        "bu numara bugün {count} kez denendi; en çok {most} olabilir",
    ),
    "abandonment": Text(
        "{share} % of the answered calls were abandoned; {most} % is the most",
        "yanıtlanan çağrılarda terk oranı %{share}; en çok %{most} olabilir",
    ),
    "abandonment.rest": Text(
        "a call to this number was abandoned within the last {hours} hours",
        "bu numaraya yapılan bir arama son {hours} saat içinde terk edildi",
    ),
    "ring_time": Text(
        "the campaign rings for {ring} s; {least} s is the least",
        "kampanya {ring} sn çaldırıyor; en az {least} sn olmalı",
    ),
    "ring_time.longest": Text(
        "the campaign rings for {ring} s; {most} s is the most",
        "kampanya {ring} sn çaldırıyor; en çok {most} sn olabilir",
    ),
    "script": Text("the script does not say: {silent}", "konuşma metni şunları söylemiyor: {silent}"),
    "message": Text("{wrong}", "{wrong}"),
    "prompt": Text(
        "the way out is offered {prompt} s after the identification; {most} s is the most",
        "ret olanağı, kimlik bildiriminden {prompt} sn sonra sunuluyor; en çok {most} sn olabilir",
    ),
    "cli.kind": Text("the caller ID is {kind}", "arayan numara türü uygun değil: {kind}"),
    "cli.dialable": Text("the number shown cannot be called back", "gösterilen numara geri aranamıyor"),
    "cli.route": Text(
        "a number of {prefix} is shown on a call that begins in {route}, not in {country}",
        "{prefix} ile başlayan bir numara gösteriliyor, ama arama {country} yerine {route} ülkesinden çıkıyor",
    ),
    "cli.range": Text(
        "the number shown does not begin with {prefixes}", "gösterilen numara şununla başlamıyor: {prefixes}"
    ),
    "cli.rights": Text(
        "nothing proves the right to show this caller ID", "bu arayan numarayı gösterme hakkının kanıtı yok"
    ),
    "donors": Text(
        "the person is no member and gave nothing within the last {months} months",
        "kişi üye değil ve son {months} ayda bağış yapmamış",
    ),
    "fax.no_relationship": Text(
        "there is neither a permission that fits nor a relationship with the recipient",
        "alıcıdan alınmış uygun bir izin de alıcıyla bir ilişki de yok",
    ),
    "fax.source": Text(
        "there is no permission that fits, and the number came from a {source}",
        "uygun bir izin yok ve numaranın kaynağı: {source}",
    ),
    "consent_registry.refused": Text(
        "the person has refused in the registry {registry}", "kişi {registry} üzerinde ret vermiş"
    ),
    "consent_registry.none": Text(
        "the registry {registry} has no consent of this person", "{registry} üzerinde bu kişinin onayı yok"
    ),
    "consent_registry.unrecorded": Text(
        "there is a consent on file, but the registry {registry} does not have it",
        "kayıtlı bir onay var, ancak {registry} üzerinde kayıtlı değil",
    ),
    "consent_registry.late": Text(
        "the consent on file was not recorded in {registry} within {most} business days",
        "kayıtlı onay {most} iş günü içinde {registry} üzerine yüklenmemiş",
    ),
    "consent_registry.no_text": Text(
        "no consent text on file covers {method} calls, though {registry} has a consent",
        "{registry} üzerinde onay var, ancak elimizdeki hiçbir onay metni şu arama türünü kapsamıyor: {method}",
    ),
    "consent_registry.stale": Text(
        "the registry {registry} was last asked on {day}; {most} business days is the most",
        "{registry} en son {day} tarihinde sorgulandı; en çok {most} iş günü geçebilir",
    ),
    "pause": Text(
        "the person was spoken to on {day}; {days} whole business days must pass",
        "kişiyle {day} tarihinde görüşüldü; {days} tam iş günü geçmeli",
    ),
    "fax.notice": Text(
        "the first page does not say how to stop further faxes",
        "ilk sayfa, sonraki faksların nasıl durdurulacağını söylemiyor",
    ),
}

WORDS: Final[dict[str, Text]] = {
    "monday": Text("Monday", "pazartesi"),
    "tuesday": Text("Tuesday", "salı"),
    "wednesday": Text("Wednesday", "çarşamba"),
    "thursday": Text("Thursday", "perşembe"),
    "friday": Text("Friday", "cuma"),
    "saturday": Text("Saturday", "cumartesi"),
    "sunday": Text("Sunday", "pazar"),
    "ai": Text("AI", "yapay zekâ sesli"),
    "automated": Text("automated", "otomatik"),
    "bundled": Text("bundled with others", "başka onaylarla birlikte alınmış"),
    "care_room": Text("care room", "hasta veya bakım odası"),
    "emergency": Text("emergency", "acil hat"),
    "express": Text("express", "yazılı olmayan açık onay"),
    "express_written": Text("express written", "yazılı açık onay"),
    "fax": Text("fax", "faks"),
    "goods": Text("goods", "ne satıldığı"),
    "identity": Text("identity", "arayanın kimliği"),
    "invitation": Text("an invitation", "davet"),
    "list": Text("list", "liste"),
    "live": Text("live", "canlı"),
    "no_purchase_needed": Text("no purchase needed", "satın almanın gerekmediği"),
    "not_informed": Text("given uninformed", "bilgilendirme yapılmadan alınmış"),
    "opt_out": Text("opt out", "nasıl ret bildirileceği"),
    "paper": Text("on paper", "kâğıt üzerinde"),
    "premium": Text("premium", "ücretli özel numara"),
    "preticked": Text("preticked", "kutusu önceden işaretlenmiş"),
    "principal": Text("principal", "kimin adına arandığı"),
    "purpose": Text("purpose", "aramanın amacı"),
    "registry": Text("from a registry", "kayıt sisteminden"),
    "sms": Text("texts", "mesaj"),
    "verbal": Text("verbal", "sözlü"),
    "voice": Text("calls", "arama"),
    "voice_recorded": Text("voice recorded", "ses kaydıyla"),
    "web": Text("on the web", "web üzerinden"),
    "withheld": Text("withheld", "gizli"),
    "ai_voice": Text("AI voice", "yapay zekâ sesli"),
    "appointment": Text("appointment", "randevu alma"),
    "bulk": Text("bulk", "toplu"),
    "consent_request": Text("consent request", "onay isteme"),
    "debt": Text("debt", "tahsilat"),
    "dedicated": Text("dedicated", "özel tahsisli numara"),
    "email": Text("e-mail", "e-posta"),
    "esign": Text("by electronic signature", "elektronik imzayla"),
    "fixed": Text("fixed", "sabit hat"),
    "freephone": Text("freephone", "ücretsiz numara"),
    "fundraising": Text("fundraising", "bağış toplama"),
    "geographic": Text("geographic", "coğrafi numara"),
    "lead_qualification": Text("lead qualification", "potansiyel müşteri belirleme"),
    "manual": Text("manual", "elle yapılan"),
    "membership": Text("membership", "üyelik"),
    "mobile": Text("mobile", "cep telefonu"),
    "opt_out_confirmation": Text("opt out confirmation", "ret teyidi"),
    "political": Text("political", "siyasi tanıtım"),
    "predictive": Text("predictive", "öngörülü"),
    "prerecorded": Text("prerecorded", "önceden kaydedilmiş sesli"),
    "preview": Text("preview", "önizlemeli"),
    "progressive": Text("progressive", "kademeli"),
    "public_information": Text("public information", "kamu bilgilendirmesi"),
    "recruitment": Text("recruitment", "işe alım"),
    "sales": Text("sales", "satış"),
    "service": Text("service", "hizmet"),
    "short_code": Text("short code", "kısa numara"),
    "special": Text("special", "özel numara"),
    "survey": Text("survey", "anket"),
    "transactional": Text("transactional", "işlem bilgilendirmesi"),
    "upsell": Text("upsell", "üst satış"),
    "voicemail_drop": Text("voicemail drop", "sesli mesaja bırakılan"),
    "voip": Text("voip", "internet telefonu"),
    "written": Text("in writing", "yazılı"),
}

FACTS: Final[dict[str, Text]] = {
    "abandonment.share": Text("the campaign's share of abandoned calls", "kampanyanın terk oranı"),
    "abandonment.period_days": Text("over how many days abandonment was measured", "terk oranının kaç günde ölçüldüğü"),
    "at": Text("when the attempt is to be made", "denemenin ne zaman yapılacağı"),
    "callee.capacity": Text("whether a person or a company answers", "numaranın bireye mi şirkete mi ait olduğu"),
    "callee.country": Text("in which country the person is", "kişinin hangi ülkede olduğu"),
    "callee.member_of": Text("of what the person is a member", "kişinin nerelere üye olduğu"),
    "callee.regions": Text(
        "in which state or region the person may be", "kişinin hangi eyalette veya bölgede olabileceği"
    ),
    "callee.zones": Text("the person's time zone", "kişinin saat dilimi"),
    "caller.pays_registry_for": Text(
        "for which area codes the seller subscribed", "satıcının hangi alan kodlarına abone olduğu"
    ),
    "caller.country": Text("from which country the call is made", "aramanın hangi ülkeden yapıldığı"),
    "caller.region": Text("from which state the call is made", "aramanın hangi eyaletten yapıldığı"),
    "caller.registrations": Text("which registrations the caller holds", "arayanın hangi kayıtlarının bulunduğu"),
    "caller.role": Text("whether own staff or a hired firm calls", "arayanın kendi personel mi dış firma mı olduğu"),
    "callee.emergency_declared": Text(
        "whether an emergency is declared at the person's place", "kişinin bulunduğu yerde olağanüstü hâl olup olmadığı"
    ),
    "channel": Text("the channel", "kanal"),
    "cli.dialable": Text("whether the number shown can be called back", "gösterilen numaranın geri aranıp aranamadığı"),
    "cli.kind": Text("of what kind the caller ID is", "arayan numaranın türü"),
    "cli.rights_proven": Text(
        "whether the right to the caller ID is proven", "arayan numara hakkının kanıtlanıp kanıtlanmadığı"
    ),
    "consents": Text("which consents are held", "hangi onayların bulunduğu"),
    "history.attempts": Text("what was tried before", "daha önce hangi denemelerin yapıldığı"),
    "method": Text("how the call is made", "aramanın nasıl yapıldığı"),
    "number.e164": Text("the number", "numara"),
    "number.line_type": Text("whether it is a mobile or a landline", "numaranın cep telefonu mu sabit hat mı olduğu"),
    "number.reassigned": Text("whether the number is still that person's", "numaranın hâlâ o kişiye ait olup olmadığı"),
    "number.source": Text("where the number came from", "numaranın kaynağı"),
    "principal.id": Text("on whose behalf the call is made", "aramanın kimin adına yapıldığı"),
    "product": Text("what is spoken of", "ne hakkında konuşulduğu"),
    "promotes": Text("whether anything is promoted", "tanıtım yapılıp yapılmadığı"),
    "purpose": Text("the purpose", "amaç"),
    "relationships": Text("what dealings there were", "kişiyle hangi ilişkilerin bulunduğu"),
    "setup.abandon_message_promotes": Text(
        "whether the message to people left waiting promotes", "bekletilenlere çalınan iletinin tanıtım yapıp yapmadığı"
    ),
    "setup.announces_recording": Text("whether recording is announced", "kaydın bildirilip bildirilmediği"),
    "setup.asks_recording_consent": Text(
        "whether the person is asked before recording", "kayıttan önce kişiden onay istenip istenmediği"
    ),
    "setup.discloses_ai": Text("whether an AI voice says so", "yapay zekâ sesinin bunu söyleyip söylemediği"),
    "setup.live_operator_intro": Text(
        "whether a live person opens the call", "görüşmeyi gerçek bir kişinin açıp açmadığı"
    ),
    "setup.records_call": Text("whether the call is recorded", "görüşmenin kaydedilip kaydedilmediği"),
    "setup.fax_opt_out_notice": Text("whether the fax carries the notice", "faksın ret bildirimini taşıyıp taşımadığı"),
    "setup.message_names_caller": Text("whether the message names the caller", "iletinin arayanı söyleyip söylemediği"),
    "setup.numbers_from": Text("whether numbers come from a list", "numaraların listeden gelip gelmediği"),
    "setup.opt_out_mechanism": Text(
        "whether there is an automated way out", "otomatik bir ret olanağının bulunup bulunmadığı"
    ),
    "setup.ring_s": Text("how long it rings", "ne kadar çaldırıldığı"),
    "setup.script_discloses": Text("what the script says", "konuşma metninin neleri söylediği"),
    "suppressions": Text("whether the person ever said stop", "kişinin aranmak istemediğini bildirip bildirmediği"),
}

DUTIES: Final[dict[str, Text]] = {
    "abandon_message": Text("Play the message where nobody takes the call.", "Çağrıyı alan yoksa iletiyi çalın."),
    "announce_recording": Text("Say that the call is recorded.", "Görüşmenin kaydedildiğini söyleyin."),
    "ask_recording_consent": Text(
        "Ask whether the person agrees to the recording.", "Kişiye kaydı onaylayıp onaylamadığını sorun."
    ),
    "connect_within_2s": Text(
        "Connect an agent within two seconds of the greeting.",
        "Karşı tarafın selamlamasından sonra iki saniye içinde temsilciye bağlayın.",
    ),
    "disclose_ai": Text("Say that an AI is speaking.", "Konuşanın yapay zekâ olduğunu söyleyin."),
    "fax_opt_out_notice": Text("Put the notice on the first page.", "İlk sayfaya ret bildirimini koyun."),
    "human_on_request": Text("Pass the person to an agent on request.", "İstenirse kişiyi temsilciye aktarın."),
    "identify_caller": Text("Say who is calling.", "Kimin aradığını söyleyin."),
    "identify_seller": Text("Say on whose behalf.", "Kimin adına aradığınızı söyleyin."),
    "no_purchase_needed": Text(
        "Where there is a prize, say that no purchase is needed.", "Ödül varsa satın alma gerekmediğini söyleyin."
    ),
    "offer_opt_out": Text("Offer a way out.", "Ret olanağı sunun."),
    "ring_min_15s": Text("Let it ring at least fifteen seconds.", "En az on beş saniye çaldırın."),
    "show_caller_id": Text("Show the caller ID.", "Arayan numarayı gösterin."),
    "state_source_of_data": Text(
        "Say where the person's data come from.", "Kişinin verilerinin nereden alındığını söyleyin."
    ),
    "state_purpose": Text("Say what the call is for.", "Aramanın amacını söyleyin."),
    "withdrawal_right": Text("Tell of the right of withdrawal and its days.", "Cayma hakkını ve süresini bildirin."),
    "written_confirmation": Text(
        "Confirm the sale in writing or on another durable medium.",
        "Satışı yazılı olarak veya kalıcı veri saklayıcısıyla teyit edin.",
    ),
}
