"""What is wrong with a flow, in the reader's language. The English stands in ``flows/checking.py``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from ahize.flows.checking import Problem

TURKISH: Final[Mapping[str, str]] = {
    "no_such_node": "“{about}” düğümüne geçiyor, ama böyle bir düğüm yok.",
    "never_reached": "Buraya gelen bir yol yok.",
    "never_ends": "Buradan bir sona ya da başka birine giden yol yok: buraya gelen çıkamaz.",
    "silence_never_ends": "Hiç konuşmayan biri bunu sonsuza dek duyabilir; bir soruyu `tries` yineler.",
    "no_pause": "Buradan hiçbir şey beklemeden “{about}” üzerinden dönüyor.",
    "unknown_field": "Metinde “{{{about}}}” var; bu ne bir alan ne de bu akışın bir yanıtı.",
    "stray_brace": "Metinde tek bir “{about}” var; istenen bir ayraç iki kez yazılır.",
    "answer_never_given": "“{about}” yanıtına bakıyor, ama bu akışta onu soran yok.",
    "answer_not_yet": "“{about}” yanıtına bakıyor, ama buraya gelen hiçbir yolda sorulmuş olamaz.",
    "unknown_fact": "“{about}” alanına bakıyor; kişinin ya da kurumun böyle bir alanı yok.",
    "two_kinds_of_answer": "“{about}” yanıtı başka yerde başka türde soruluyor.",
    "key_is_an_answer": "“{about}” tuşu her an dinleniyor; burada yanıt olarak da anlaşılabilir.",
    "sound_says_fields": "Kaydedilmiş bir ses “{{{about}}}” söyleyemez; ses olmadan metni bir konuşma sesi okur.",
    "machine_waits": "Buraya bir telesekreter geliyor; orada kimse yanıt vermez ve çağrı almaz.",
    "key_taken": "“{about}” tuşu her an dinleniyor, bu yüzden burada seçilemez.",
    "no_name_first": "İlk duyulan metin kimin aradığını söylemiyor ({{seller_name}}): {about}.",
    "no_opt_out": "Her an dinlenen hiçbir tuş, soru sormadan `opted_out` sonuna götürmüyor.",
    "opt_out_untold": "İlk yanıttan önce hangi tuşun bu aramaları bitirdiği söylenmiyor: {about}.",
    "no_number_left": "Telesekretere bırakılan metin aranacak numarayı söylemiyor ({{seller_phone}}): {about}.",
}


def sentence(problem: Problem) -> str:
    """What is wrong."""
    if get_language() == "tr" and problem.code in TURKISH:
        return TURKISH[problem.code].format(about=problem.about)
    return problem.says


def placed(problem: Problem) -> str:
    """The same with the node where it is."""
    where = _("Node “%(node)s”: ") % {"node": problem.node} if problem.node else ""
    return where + sentence(problem)
