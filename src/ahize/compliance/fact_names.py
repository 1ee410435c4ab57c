"""What each fact is called, in English and Turkish: the rarer ones, and those of public registries by their code.

The facts that a ruling names most often stand in ``sentences.FACTS``. A table, no logic but the look-up.
"""

from __future__ import annotations

from typing import Final

from ahize.compliance.sentences import FACTS, Text

RARE: Final[dict[str, Text]] = {
    "abandonment.live_answers": Text("how many calls a person answered", "kaç çağrıyı bir kişinin yanıtladığı"),
    "callee.age_band": Text("the person's age band", "kişinin yaş grubu"),
    "callee.donor_of": Text("to whom the person has given", "kişinin kimlere bağış yaptığı"),
    "callee.emergency_declared": Text(
        "whether a state of emergency is declared there", "orada olağanüstü hâl ilan edilip edilmediği"
    ),
    "callee.student_of": Text("where the person studies", "kişinin nerede öğrenci olduğu"),
    "caller.country": Text("from which country the call is made", "aramanın hangi ülkeden yapıldığı"),
    "caller.region": Text("from which state or region the call is made", "aramanın hangi bölgeden yapıldığı"),
    "cli.e164": Text("the caller ID", "arayan numara"),
    "cli.route_country": Text(
        "from which country the call or text enters the network", "arama veya mesajın şebekeye hangi ülkeden girdiği"
    ),
    "consents.brand": Text("for which brand a consent was given", "bir onayın hangi marka için verildiği"),
    "consents.channels": Text("which channels a consent covers", "bir onayın hangi kanalları kapsadığı"),
    "consents.conditional": Text(
        "whether a consent was made a condition of purchase", "bir onayın satın alma koşulu yapılıp yapılmadığı"
    ),
    "consents.form": Text("in which form a consent was given", "bir onayın hangi biçimde verildiği"),
    "consents.given_at": Text("when a consent was given", "bir onayın ne zaman verildiği"),
    "consents.level": Text("how express a consent is", "bir onayın ne ölçüde açık olduğu"),
    "consents.methods": Text(
        "whether a consent covers recordings and AI voices",
        "bir onayın önceden kaydedilmiş ve yapay zekâ seslerini kapsayıp kapsamadığı",
    ),
    "consents.number": Text("for which number a consent was given", "bir onayın hangi numara için verildiği"),
    "consents.principal": Text("to whom a consent was given", "bir onayın kime verildiği"),
    "consents.proof_kept": Text("whether proof of a consent was kept", "bir onayın kanıtının saklanıp saklanmadığı"),
    "consents.purposes": Text("for which purposes a consent was given", "bir onayın hangi amaçlar için verildiği"),
    "consents.registry_at": Text(
        "when the consent registry recorded a consent", "bir onayın onay sistemine ne zaman kaydedildiği"
    ),
    "consents.registry_state": Text(
        "whether the consent registry has accepted a consent", "bir onayın onay sistemince kabul edilip edilmediği"
    ),
    "consents.signed": Text("whether a consent is signed", "bir onayın imzalı olup olmadığı"),
    "consents.window": Text(
        "for which hours the person asked to be called", "kişinin hangi saatlerde aranmak istediği"
    ),
    "data.notice_given": Text(
        "whether the person was given the privacy notice", "kişiye aydınlatma yapılıp yapılmadığı"
    ),
    "data.source": Text("where the person's data come from", "kişinin verilerinin nereden geldiği"),
    "data.transfer_safeguard": Text(
        "what safeguards the transfer of the data abroad", "verilerin yurt dışına aktarımının hangi güvenceye dayandığı"
    ),
    "history.abandoned": Text(
        "when calls to this number were abandoned", "bu numaraya yapılan hangi aramaların terk edildiği"
    ),
    "history.attempts.at": Text("when an earlier attempt was made", "önceki bir denemenin ne zaman yapıldığı"),
    "history.attempts.channel": Text("by which channel an earlier attempt was made", "önceki bir denemenin kanalı"),
    "history.attempts.method": Text("how an earlier attempt was made", "önceki bir denemenin nasıl yapıldığı"),
    "history.attempts.prerecorded": Text(
        "whether an earlier attempt played a recording", "önceki bir denemede kayıt çalınıp çalınmadığı"
    ),
    "history.attempts.principal": Text(
        "for whom an earlier attempt was made", "önceki bir denemenin kimin adına yapıldığı"
    ),
    "history.attempts.product": Text("what an earlier attempt was about", "önceki bir denemenin konusu"),
    "history.attempts.reached": Text(
        "whether an earlier attempt reached the person", "önceki bir denemede kişiye ulaşılıp ulaşılmadığı"
    ),
    "history.refusals": Text("what the person said no to before", "kişinin daha önce neleri reddettiği"),
    "history.refusals.at": Text("when the person said no", "kişinin ne zaman reddettiği"),
    "history.refusals.principal": Text("to whom the person said no", "kişinin kimi reddettiği"),
    "history.refusals.product": Text("to what product the person said no", "kişinin hangi ürünü reddettiği"),
    "number.ported_on": Text("when the number moved to mobile", "numaranın cep telefonu hattına ne zaman taşındığı"),
    "number.reassigned_checked_on": Text(
        "when it was last checked whose number it is", "numaranın kime ait olduğunun en son ne zaman denetlendiği"
    ),
    "principal.brand": Text("for which brand the call is made", "aramanın hangi marka için yapıldığı"),
    "principal.brand_registered_in": Text(
        "in which registries the seller's brand stands", "satıcının markasının hangi sistemlere kayıtlı olduğu"
    ),
    "principal.country": Text("the seller's country", "satıcının ülkesi"),
    "principal.org_type": Text("what kind of body the call is made for", "aramanın ne tür bir kuruluş adına yapıldığı"),
    "principal.registered_charity_in": Text(
        "where the body is registered as a charity", "kuruluşun nerede hayır kurumu olarak kayıtlı olduğu"
    ),
    "principal.sector": Text("the seller's line of business", "satıcının faaliyet alanı"),
    "product": Text("what the call is about", "aramanın hangi ürün veya konuyla ilgili olduğu"),
    "registries": Text("what the public registries say of the number", "kayıt sistemlerinin numara için ne dediği"),
    "relationships.ended_on": Text("when a dealing ended", "bir ilişkinin ne zaman sona erdiği"),
    "relationships.kind": Text("what kind of dealing there was", "ne tür bir ilişki olduğu"),
    "relationships.last_on": Text("when a dealing last took place", "bir ilişkinin en son ne zaman gerçekleştiği"),
    "relationships.opt_out_offered": Text(
        "whether a way to refuse was offered when the number was taken",
        "numara alınırken ret olanağı sunulup sunulmadığı",
    ),
    "relationships.principal": Text("with whom a dealing was", "bir ilişkinin kiminle olduğu"),
    "relationships.product": Text("what a dealing was about", "bir ilişkinin konusu"),
    "setup.announces_recording": Text(
        "whether the recording is announced", "görüşmenin kaydedildiğinin bildirilip bildirilmediği"
    ),
    "setup.asks_recording_consent": Text(
        "whether consent to the recording is asked", "kayıt için onay istenip istenmediği"
    ),
    "setup.discloses_ai": Text(
        "whether the call says that an AI is speaking", "konuşanın yapay zekâ olduğunun söylenip söylenmediği"
    ),
    "setup.human_on_request": Text(
        "whether the person can ask for an agent", "kişinin temsilciye aktarılmayı isteyip isteyemediği"
    ),
    "setup.live_operator_intro": Text(
        "whether a live operator introduces the recording", "kaydı canlı bir temsilcinin sunup sunmadığı"
    ),
    "setup.message_has_url": Text("whether the text carries a link", "mesajda bağlantı bulunup bulunmadığı"),
    "setup.opt_out_disconnects": Text(
        "whether the way out ends the call", "ret bildirmenin aramayı sonlandırıp sonlandırmadığı"
    ),
    "setup.opt_out_prompt_s": Text("how soon the way out is offered", "ret olanağının ne kadar sonra sunulduğu"),
    "setup.opt_out_toll_free": Text(
        "whether the message gives a toll-free number to stop",
        "iletinin durdurmak için ücretsiz bir numara verip vermediği",
    ),
    "setup.records_call": Text("whether the call is recorded", "görüşmenin kaydedilip kaydedilmediği"),
    "setup.sender_id_registered": Text(
        "whether the sender's name is registered", "gönderici adının kayıtlı olup olmadığı"
    ),
    "setup.template_registered": Text(
        "whether the text's template is registered", "mesaj şablonunun kayıtlı olup olmadığı"
    ),
    "suppressions.at": Text("when the person said stop", "kişinin aranmak istemediğini ne zaman bildirdiği"),
    "suppressions.channel": Text("for which channel the person said stop", "kişinin hangi kanal için ret bildirdiği"),
    "suppressions.covers": Text("what the person's stop covers", "kişinin ret isteğinin neyi kapsadığı"),
    "suppressions.principal": Text("whom the person told to stop", "kişinin kim tarafından aranmak istemediği"),
    "suppressions.scope": Text("how far the person's stop reaches", "kişinin ret isteğinin ne kadar geniş olduğu"),
    "suppressions.source": Text("where the person's stop came from", "kişinin ret isteğinin nereden geldiği"),
}

OF_REGISTRY: Final[dict[str, Text]] = {
    "": Text("what the registry {code} says of the number", "{code} kayıt sisteminin numara için ne dediği"),
    "bands": Text("the hours barred in the registry {code}", "{code} kayıt sisteminde hangi saatlerin kapatıldığı"),
    "categories": Text("the categories in the registry {code}", "{code} kayıt sistemindeki kategoriler"),
    "checked_at": Text("when the registry {code} was asked", "{code} kayıt sisteminin ne zaman sorgulandığı"),
    "days": Text("the days barred in the registry {code}", "{code} kayıt sisteminde hangi günlerin kapatıldığı"),
    "listed": Text("whether the number is on the registry {code}", "numaranın {code} listesinde olup olmadığı"),
    "listed_on": Text(
        "since when the number is on the registry {code}", "numaranın {code} listesinde ne zamandan beri olduğu"
    ),
    "modes": Text(
        "the kinds of call barred in the registry {code}", "{code} kayıt sisteminde hangi arama türlerinin kapatıldığı"
    ),
    "status": Text("what the consent registry {code} answers", "{code} onay sisteminin yanıtı"),
    "version_on": Text("of which day our copy of {code} is", "{code} kopyamızın hangi güne ait olduğu"),
}


def fact_name(path: str) -> Text:
    """What the fact at that path is called; the path itself where nobody named it."""
    if path.startswith("registries."):
        code, _, field = path.removeprefix("registries.").partition(".")
        text = OF_REGISTRY.get(field)
        if text is not None:
            return Text(text.en.format(code=code), text.tr.format(code=code))
    return FACTS.get(path) or RARE.get(path) or Text(path, path)
