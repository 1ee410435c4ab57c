"""Flows are heard by a second person first, and a broadcast says who calls and lets go, or does not start."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ahize.flows.checking import SAYS
from ahize.flows.reading import read_flow
from ahize.web.campaigns import broadcasts, catalogue, flow_words
from ahize.web.campaigns.models import Campaign, FlowVersion
from ahize.web.permissions import Role
from ahize.web.rls import tenant_scope
from web.houses import House, found_house

JSON = "application/json"
PLACE = re.compile(r"\{+\w+\}+")
TEMPLATES = [one for one in catalogue.TEMPLATES.values() if one.mode == "broadcast"]
REMINDER = catalogue.TEMPLATES["broadcast_reminder"].flow()


@pytest.fixture
def acme(db: None) -> House:
    return found_house("acme")


def brought(house: House, yaml: str = REMINDER) -> Any:
    return house.browser(Role.CAMPAIGN_MANAGER).post("/api/flows", {"yaml": yaml}, content_type=JSON)


def approved(house: House, yaml: str = REMINDER) -> str:
    flow = brought(house, yaml).json()["id"]
    assert house.browser(Role.COMPLIANCE_OFFICER).post(f"/api/flows/{flow}/approve").status_code == 200
    return str(flow)


# ── flows ───────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.code)
def test_each_template_begins_with_a_flow_that_may_be_played_alone(template: catalogue.Template) -> None:
    flow = read_flow(template.flow())
    assert broadcasts.problems_of(flow) == ([], [])
    assert broadcasts.leads_to_agents(flow)
    assert flow.machine
    assert broadcasts.opt_out_prompt_s(flow, "Acme") == 0.0


def test_a_flow_is_checked_kept_approved_by_another_and_archived(acme: House) -> None:
    manager, officer = acme.browser(Role.CAMPAIGN_MANAGER), acme.browser(Role.COMPLIANCE_OFFICER)
    seen = manager.post("/api/flows/check", {"yaml": REMINDER}, content_type=JSON).json()
    assert (seen["name"], seen["problems"], seen["leads_to_agents"]) == ("broadcast_reminder", [], True)
    made = brought(acme)
    assert made.status_code == 201, made.content
    path = f"/api/flows/{made.json()['id']}"
    assert manager.post(f"{path}/approve").json()["code"] == "second_person_needed"
    assert officer.post(f"{path}/approve").json()["approved_by"] == str(acme.users[Role.COMPLIANCE_OFFICER].pk)
    assert manager.get(path).json()["yaml"] == REMINDER
    assert brought(acme).json()["code"] == "flow_exists"
    assert brought(acme, REMINDER + "# a remark\n").json()["code"] == "flow_exists", "it says the same"
    other = REMINDER.replace("press 1", "press one")
    assert brought(acme, other).json()["code"] == "flow_version_exists"
    assert manager.post(f"{path}/archive").json()["archived_at"] is not None
    assert manager.get("/api/flows").json() == []
    assert len(manager.get("/api/flows?archived=true").json()) == 1


def test_a_flow_that_leads_nowhere_is_refused_node_by_node(acme: House) -> None:
    assert brought(acme, "flow: [").json()["code"] == "bad_flow"
    refused = brought(acme, REMINDER.replace("next: choice", "next: nowhere")).json()
    assert (refused["code"], refused["fields"][0]["field"]) == ("flow_problems", "nodes.hello")
    strange = REMINDER.replace("    next: choice", "    sound: {en: 0190b1a0, tr: 0190b1a0}\n    next: choice")
    assert brought(acme, strange).json()["code"] in ("sound_not_approved", "bad_flow", "flow_problems")


def test_every_problem_has_its_turkish_sentence() -> None:
    assert set(flow_words.TURKISH) == set(SAYS)
    wrong = [code for code, text in SAYS.items() if PLACE.findall(text) != PLACE.findall(flow_words.TURKISH[code])]
    assert wrong == []


# ── broadcasts ──────────────────────────────────────────────────────────────────────────────────────────────────


def campaign(house: House, template: str = "broadcast_reminder", **settings: Any) -> Any:
    body = {"name": "Reminders", "template": template, "settings": settings}
    answer = house.browser(Role.CAMPAIGN_MANAGER).post("/api/campaigns", body, content_type=JSON)
    assert answer.status_code == 201, answer.content
    return answer.json()


def lacking(told: dict[str, Any]) -> set[str]:
    return {one["code"] for one in told["obstacles"] if one["blocks"]}


def test_a_broadcast_begins_without_a_flow_and_says_what_is_missing(acme: House) -> None:
    made = campaign(acme)
    assert (made["mode"], made["purpose"], made["script"]) == ("broadcast", "transactional", "")
    assert "no_flow" in lacking(made)
    assert "no_script" not in lacking(made)
    assert made["setup"].get("opt_out_mechanism") is None


def test_what_the_flow_says_becomes_facts_of_law_that_nobody_can_change(acme: House) -> None:
    path = f"/api/campaigns/{campaign(acme)['id']}"
    manager = acme.browser(Role.CAMPAIGN_MANAGER)
    flow = approved(acme)
    told = manager.patch(path, {"flow": flow, "flow_agents": True}, content_type=JSON).json()
    assert not {code for code in lacking(told) if code.startswith("flow_")}
    facts = told["setup"]
    assert (facts["opt_out_mechanism"], facts["opt_out_disconnects"], facts["opt_out_prompt_s"]) == (True, True, 0.0)
    assert (facts["message_names_caller"], facts["human_on_request"], facts["live_operator_intro"]) == (
        True,
        True,
        False,
    )
    told = manager.patch(path, {"setup": {"opt_out_mechanism": False}}, content_type=JSON).json()
    assert told["setup"]["opt_out_mechanism"] is True
    told = manager.patch(path, {"mode": "preview"}, content_type=JSON).json()
    assert not broadcasts.READ & set(told["setup"]) - {"message_names_caller"}, "of no flow, nothing is known"


def test_agents_machines_and_language_must_fit_the_flow(acme: House) -> None:
    flow = approved(acme, REMINDER.replace("languages: [en, tr]", "languages: [en, tr]"))
    told = campaign(acme, flow=flow)
    assert "flow_agents" in lacking(told), "its flow leads to agents"
    mute = approved(
        acme,
        REMINDER.replace("version: 1", "version: 2").replace("machine: left\n", "").split("  left:")[0]
        + "  removed:\n    end: opted_out\n    text: {en: Goodbye., tr: Hoşça kalın.}\n",
    )
    told = campaign(acme, flow=mute, flow_agents=True, on_machine="leave")
    assert "flow_not_for_machines" in lacking(told)
    unapproved = brought(acme, REMINDER.replace("version: 1", "version: 3")).json()["id"]
    assert "flow_not_approved" in lacking(campaign(acme, flow=unapproved, flow_agents=True))


def test_a_flow_without_name_or_way_out_cannot_be_played_alone(acme: House) -> None:
    silent = REMINDER.replace("Hello, this is {seller_name}. To hear no more from us press 9 at any time.", "Hello.")
    flow = approved(acme, silent)
    told = campaign(acme, flow=flow, flow_agents=True)
    assert {"flow_no_name_first", "flow_opt_out_untold"} <= lacking(told)
    assert (told["setup"]["message_names_caller"], told["setup"]["opt_out_mechanism"]) == (False, False)
    refused = acme.browser(Role.CAMPAIGN_MANAGER).post(f"/api/campaigns/{told['id']}/start")
    assert refused.json()["code"] == "campaign_not_ready"


def test_a_flow_in_use_is_not_archived_and_a_copy_keeps_it(acme: House) -> None:
    flow = approved(acme)
    made = campaign(acme, flow=flow, flow_agents=True)
    with tenant_scope(acme.tenant):
        Campaign.objects.filter(pk=made["id"]).update(state="running")
    manager = acme.browser(Role.CAMPAIGN_MANAGER)
    assert manager.post(f"/api/flows/{flow}/archive").json()["code"] == "flow_in_use"
    copied = manager.post(f"/api/campaigns/{made['id']}/copy", {}, content_type=JSON).json()
    assert (copied["flow"], copied["flow_name"], copied["flow_version"]) == (flow, "broadcast_reminder", 1)
    with tenant_scope(acme.tenant):
        assert FlowVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("setting", "field"),
    [
        ({"broadcast_lines": 0}, "broadcast_lines"),
        ({"broadcast_per_s": "0"}, "broadcast_per_s"),
        ({"on_machine": "shout"}, "body.payload.on_machine"),
        ({"person_cost": 0}, "person_cost"),
        ({"flow": "0190b1a0-0000-7000-8000-00000000dead"}, "flow"),
    ],
)
def test_strange_settings_are_refused(acme: House, setting: dict[str, Any], field: str) -> None:
    path = f"/api/campaigns/{campaign(acme)['id']}"
    refused = acme.browser(Role.CAMPAIGN_MANAGER).patch(path, setting, content_type=JSON)
    assert refused.status_code == 422
    assert field.rpartition(".")[2] in refused.content.decode()
