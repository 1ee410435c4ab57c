"""A campaign says what it lacks, starts when nothing does, and keeps every version and every limit."""

from __future__ import annotations

from datetime import datetime

import pytest

from ahize.kernel.errors import BadInput, Conflict
from ahize.web.audit.models import Entry
from ahize.web.base import draw_id
from ahize.web.campaigns import ports, queries, services
from ahize.web.campaigns.models import Campaign, CampaignVersion, Disposition
from ahize.web.campaigns.readiness import obstacles
from ahize.web.contacts.models import Contact, ContactList, ListState, Phone
from ahize.web.settings import ENVIRONMENT
from web.campaigns.house import NOW, SECOND, House, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    return build()


@pytest.fixture(autouse=True)
def line(monkeypatch):
    monkeypatch.setattr(ENVIRONMENT, "telephone_line", True)
    opened: list[Campaign] = []

    def open_hopper(campaign: Campaign, *, now: datetime) -> None:
        opened.append(campaign)

    monkeypatch.setattr(ports, "open_hopper", open_hopper)
    return opened


@pytest.fixture(autouse=True)
def told(monkeypatch):
    deeds: list[tuple[str, dict]] = []
    monkeypatch.setattr(
        services.notices, "tell_dialer", lambda tenant, kind, payload, **_: deeds.append((kind, dict(payload)))
    )
    return deeds


def a_list(house: House, state: str = ListState.PUBLISHED, e164: str = "+12125550123") -> ContactList:
    made = ContactList.objects.create(
        id=draw_id(NOW), tenant_id=house.tenant, seller_id=house.seller, name="Spring", state=state, created_at=NOW
    )
    contact = Contact.objects.create(
        id=draw_id(NOW), tenant_id=house.tenant, seller_id=house.seller, list=made, row=1, created_at=NOW
    )
    Phone.objects.create(id=draw_id(NOW), tenant_id=house.tenant, contact=contact, position=0, e164=e164)
    return made


def a_campaign(house: House, **settings) -> Campaign:
    settings = {"product": "lamps", **settings}
    return services.create(
        tenant=house.tenant, name="Spring", template="telesales", settings=settings, by=None, now=NOW
    )


def codes(campaign: Campaign) -> set[str]:
    return {obstacle.code for obstacle in obstacles(campaign, now=NOW) if obstacle.blocks}


def test_from_a_list_to_start_three_answers_are_enough(house, line):
    with house.open():
        campaign = services.create(
            tenant=house.tenant, name="Spring", template="telesales", by=None, now=NOW,
            settings={"lists": [a_list(house).id], "product": "lamps"},
        )  # fmt: skip
        assert codes(campaign) == set()
        started = services.start(campaign, by=None, now=NOW + SECOND)
        assert started.state == "running"
        assert [opened.id for opened in line] == [campaign.id]


def test_a_campaign_that_lacks_something_does_not_start_and_says_what(house):
    with house.open():
        campaign = a_campaign(house, script="", agents=[], caller_id=None, purpose="")
        with pytest.raises(services.CampaignNotReady) as refused:
            services.start(campaign, by=None, now=NOW)
        assert refused.value.status == 409
        assert {item["code"] for item in refused.value.facts["missing"]} == {
            "no_purpose", "no_script", "no_agents", "no_caller_id", "no_list",
        }  # fmt: skip
        assert "“Spring”" in refused.value.message
        assert all(item["next_step"] for item in refused.value.facts["missing"])
        assert Campaign.objects.get(pk=campaign.pk).state == "draft"


def test_without_a_telephone_line_nothing_starts(house, monkeypatch):
    monkeypatch.setattr(ENVIRONMENT, "telephone_line", False)
    with house.open():
        assert codes(a_campaign(house, lists=[a_list(house).id])) == {"no_telephone_line"}


def test_no_fact_of_law_is_made_up(house):
    with house.open():
        survey = services.create(tenant=house.tenant, name="S", template="survey", by=None, now=NOW)
        assert survey.promotes is None
        assert "promotes_unknown" in codes(survey)
        assert "opt_out_mechanism" not in survey.setup
        edited = services.edit(survey, {"script": "Something else entirely."}, by=None, now=NOW)
        assert edited.script_discloses == []


def test_an_edit_is_a_version_with_its_difference_and_the_dialer_hears_of_it(house, told):
    with house.open():
        campaign = a_campaign(house, lists=[a_list(house).id])
        campaign = services.start(campaign, by=None, now=NOW)
        changes = services.proposed(campaign, {"wrap_up_s": 30}, now=NOW)
        assert [(change.field, change.before, change.after) for change in changes] == [("wrap_up_s", 60, 30)]
        assert Campaign.objects.get(pk=campaign.pk).wrap_up_s == 60
        told.clear()
        campaign = services.edit(campaign, {"wrap_up_s": 30}, by=house.people["administrator"], now=NOW + SECOND)
        assert campaign.version == 2
        assert told == [("campaign_changed", {"campaign": str(campaign.id)})]
        first, second = (queries.version_of(campaign, version).settings for version in (1, 2))
        assert [change.field for change in queries.differences(first, second)] == ["wrap_up_s"]
        entry = Entry.objects.get(action="edit_campaign")
        assert (entry.before, entry.after) == ({"wrap_up_s": 60}, {"wrap_up_s": 30})


def test_an_edit_that_changes_nothing_is_no_version(house):
    with house.open():
        campaign = a_campaign(house)
        kept = services.edit(campaign, {"wrap_up_s": 60, "ratio": "1.00", "hours": campaign.hours}, by=None, now=NOW)
        assert kept.version == 1
        assert CampaignVersion.objects.count() == 1


def test_a_running_campaign_cannot_be_edited_into_one_that_could_not_run(house):
    with house.open():
        campaign = services.start(a_campaign(house, lists=[a_list(house).id]), by=None, now=NOW)
        with pytest.raises(services.CampaignNotReady):
            services.edit(campaign, {"lists": []}, by=None, now=NOW)
        assert campaign.campaign_lists.count() == 1


def test_a_copy_keeps_every_limit(house):
    limits = {"max_attempts": 3, "abandon_cap": "0.01", "ring_s_max": 18, "wrap_up_s": 17, "ratio": "1.5",
              "mode": "ratio", "hours": {"mon": [["12:00", "13:00"]]},
              "recycling": {"busy": {"wait_s": 99, "max": 1}}}  # fmt: skip
    with house.open():
        campaign = a_campaign(house, lists=[a_list(house).id], **limits)
        made = services.copy(Campaign.objects.get(pk=campaign.pk), name="", by=None, now=NOW + SECOND)
        before, after = queries.settings_of(campaign), queries.settings_of(made)
        assert [change.field for change in queries.differences(before, after)] == ["name"]
        assert (made.state, made.version, made.copied_from) == ("draft", 1, campaign.id)


def test_lists_stay_in_the_order_given(house):
    with house.open():
        first, second = a_list(house), a_list(house, e164="+12125550124")
        campaign = a_campaign(house, lists=[second.id, first.id])
        assert queries.settings_of(campaign)["lists"] == [str(second.id), str(first.id)]


@pytest.mark.parametrize(
    "settings",
    [
        {"purpose": "spam"},
        {"mode": "psychic"},
        {"mode": "ratio", "ratio": "0.5"},
        {"script": "Hello {nobody}"},
        {"recycling": {"sulked": {"wait_s": 1, "max": 1}}},
        {"abandon_cap": "3"},
        {"max_attempts": 0},
        {"colour": "red"},
        {"name": " "},
        {"script_discloses": ["everything"]},
        {"dispositions": [{"code": "sale", "key": "1", "flags": ["contact"]},
                          {"code": "other", "key": "1", "flags": ["contact"]}]},
        {"dispositions": [{"code": "do_not_call", "flags": ["contact"]}]},
        {"dispositions": [{"code": "x", "flags": []}]},
    ],
)  # fmt: skip
def test_a_setting_that_makes_no_sense_is_refused_and_nothing_changes(house, settings):
    with house.open():
        campaign = a_campaign(house)
        before = queries.settings_of(campaign)
        with pytest.raises(BadInput) as refused:
            services.edit(campaign, settings, by=None, now=NOW)
        assert refused.value.facts["field"]
        assert queries.settings_of(Campaign.objects.get(pk=campaign.pk)) == before


def test_states_move_only_as_they_may(house):
    with house.open():
        campaign = a_campaign(house, lists=[a_list(house).id])
        with pytest.raises(Conflict):
            services.pause(campaign, by=None, now=NOW)
        campaign = services.start(campaign, by=None, now=NOW)
        campaign = services.pause(campaign, by=None, now=NOW)
        campaign = services.start(campaign, by=None, now=NOW)
        campaign = services.end(campaign, by=None, now=NOW)
        for deed in (services.start, services.pause):
            with pytest.raises(Conflict):
                deed(campaign, by=None, now=NOW)
        with pytest.raises(Conflict):
            services.edit(campaign, {"wrap_up_s": 5}, by=None, now=NOW)


def test_anothers_campaign_list_and_caller_id_do_not_exist(house):
    other = build("Other house")
    with other.open():
        theirs = a_list(other)
    with house.open():
        for settings in ({"lists": [theirs.id]}, {"caller_id": other.caller_id}, {"agents": [other.people["agent"]]}):
            with pytest.raises(BadInput):
                a_campaign(house, **settings)
        assert Disposition.objects.filter(tenant_id=other.tenant).count() == 0


def test_pause_codes_are_there_and_can_be_replaced(house):
    with house.open():
        assert "lunch" in {row.code for row in services.usual_pause_codes(tenant=house.tenant, now=NOW)}
        services.put_pause_codes(tenant=house.tenant, rows=[{"code": "tea"}], by=None, now=NOW)
        assert [row.code for row in services.usual_pause_codes(tenant=house.tenant, now=NOW)] == ["tea"]
