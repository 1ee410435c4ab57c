"""A file becomes a list whole or not at all, survives a kill, and can be undone as if it had never been."""

from __future__ import annotations

import csv
import io

import hypothesis
import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from ahize.kernel.errors import BadInput, Conflict, NotFound
from ahize.web.base import draw_id
from ahize.web.campaigns import services as campaigns
from ahize.web.consents import on_record
from ahize.web.consents import queries as consents
from ahize.web.consents.models import Consent, Relationship, Suppression
from ahize.web.contacts import files, queries, services
from ahize.web.contacts.models import Contact, ContactList, FieldChange, Import, ImportPhone, ImportRow, Phone
from ahize.web.contacts.reading import read_import
from web.campaigns.house import NOW, SECOND, House, build

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def house():
    return build()


HEADER = (
    "First name,Last name,Phone,Mobile,State,Last purchase,Consent date,Consent level,Channel,"
    "Consumer or business,Do not call,Colour,Consent text"
)
ROWS = (
    "Ada,Lovelace,(212) 555-0101,415-555-0102,NY,2026-05-01,2026-06-01 10:00,express written,call,consumer,,blue,Call",
    "Bob,Ross,212 555 0101,,NY,,,,,,,,",
    "Cem,Can,212-555-0103,,CA,31.02.2026,,,,,,,",
    "Dee,,12,,NY,,,,,,,,",
    "Eve,,646-555-0104,,NY,,,,,,yes,,",
)


def sheet(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join((header, *rows)).encode()


def bring(house: House, content: bytes, **told) -> Import:
    told = {"supplier": "Lists Ltd", "source": "fair", **told}
    with house.open():
        return services.receive(
            [content], tenant=house.tenant, seller=None, filename="list.csv", by=None, now=NOW, **told
        )


def read(house: House, found: Import, **how) -> Import:
    with house.open():
        services.start_reading(found, mapping=None, now=NOW)
    read_import(found.pk, house.tenant, now=lambda: NOW, **how)
    with house.open():
        return Import.objects.get(pk=found.pk)


def accept(house: House, found: Import, **how) -> Import:
    with house.open():
        return services.accept(found, by=None, now=NOW, **how)


def test_what_a_row_states_arrives_and_nothing_else_is_assumed(house):
    found = accept(house, read(house, bring(house, sheet(*ROWS))))
    with house.open():
        ada = Contact.objects.get(first_name="Ada")
        assert (ada.last_name, ada.region, ada.country, ada.capacity) == ("Lovelace", "US-NY", "US", "consumer")
        assert ada.fields == {"Colour": "blue"}
        assert ada.search_key == "ada lovelace"
        first, second = ada.phones.order_by("position")
        assert (first.e164, first.line_type, first.zones) == ("+12125550101", "", ["America/New_York"])
        assert (second.e164, second.line_type) == ("+14155550102", "mobile")
        assert second.zones == ["America/Los_Angeles", "America/New_York"]
        assert second.regions == ["US-CA", "US-NY"]
        bought = Relationship.objects.filter(contact_id=ada.pk)
        assert {(one.e164, one.kind, str(one.last_on)) for one in bought} == {
            ("+12125550101", "purchase", "2026-05-01"),
            ("+14155550102", "purchase", "2026-05-01"),
        }
        agreed = Consent.objects.get(e164="+12125550101")
        assert (agreed.level, agreed.channels, agreed.form, agreed.proof_kept) == (
            "express_written",
            ["voice"],
            "",
            None,
        )
        assert (agreed.methods, agreed.purposes, agreed.signed, agreed.conditional) == ([], [], None, None)
        eve = Suppression.objects.get()
        assert (eve.e164, eve.covers, eve.seller_id) == ("+16465550104", "everything", house.seller)
        assert found.list.contacts_count == Contact.objects.count() == 3


def test_a_consent_without_words_or_of_the_future_is_not_taken_and_its_row_says_so(house):
    header = "First name,Phone,Consent date,Consent text,Consent status"
    rows = (
        "Ada,212-555-0101,2026-06-01,,yes",
        "Bob,212-555-0102,2030-06-01,Call me,yes",
        "Cem,212-555-0103,2026-06-01,Call me,yes",
        "Dee,212-555-0104,2026-06-01,,no",
    )
    found = accept(house, read(house, bring(house, sheet(*rows, header=header))))
    with house.open():
        assert Contact.objects.count() == 4, "the people came in"
        assert {
            held.consent.e164: held.is_live for held in consents.held([f"+1212555010{n}" for n in range(1, 5)])
        } == {
            "+12125550103": True,
            "+12125550104": False,
        }
        told = {(one.row, one.code, one.value, one.warning) for one in found.rejects.all()}
    assert told == {
        (1, "consent_without_words", "2026-06-01", True),
        (2, "consent_in_future", "2030-06-01", True),
    }


def test_any_kind_of_relationship_comes_in_with_its_dates(house):
    header = "First name,Phone,Relationship,Relationship date,Relationship ended,Last donation"
    accept(house, read(house, bring(house, sheet("Ada,212-555-0101,membership,2026-01-02,2026-06-30,", header=header))))
    with house.open():
        (one,) = Relationship.objects.all()
    assert (one.kind, str(one.last_on), str(one.ended_on)) == ("membership", "2026-01-02", "2026-06-30")


def test_the_consents_of_a_list_undone_are_taken_back_and_stay_on_record(house):
    found = accept(house, read(house, bring(house, sheet(*ROWS))))
    with house.open():
        services.undo(found, by=house.people["list_manager"], reason="wrong file", now=NOW)
        assert Consent.objects.count() == 2
        assert on_record.facts_for(house.seller, ["+12125550101"])["+12125550101"].consents == []


@pytest.mark.parametrize(("source", "known"), [("broker", "broker"), ("our web shop", ""), ("", "")])
def test_a_source_that_is_the_laws_own_word_is_the_lists_origin(house, source, known):
    found = accept(house, read(house, bring(house, sheet(*ROWS), source=source)))
    with house.open():
        assert ContactList.objects.get(pk=found.list_id).data_source == known


def test_the_counts_say_what_was_found(house):
    found = read(house, bring(house, sheet(*ROWS)))
    assert found.state == "ready"
    counts = found.counts
    assert counts["rows_read"] == 5
    assert (counts["good"], counts["bad"], counts["unusable"]) == (3, 2, 1)
    assert counts["duplicates_in_file"] == 1  # Bob has Ada's number and no other
    assert counts["duplicates_there"] == 0
    assert counts["asks_not_to_be_called"] == 1
    assert counts["bad_by_code"] == {"bad_date": 1, "phone_too_short": 1}


def test_without_bad_rows_leaves_out_every_row_with_a_refusal(house):
    accept(house, read(house, bring(house, sheet(*ROWS))), without_bad_rows=True)
    with house.open():
        assert {one.first_name for one in Contact.objects.all()} == {"Ada", "Eve"}


def test_duplicates_are_kept_where_somebody_says_so_and_counted_against_what_is_there(house):
    accept(house, read(house, bring(house, sheet(*ROWS))), duplicates_in_file="keep")
    with house.open():
        assert Contact.objects.count() == 4
    again = read(house, bring(house, sheet(*ROWS)))
    assert (again.counts["duplicates_in_file"], again.counts["duplicates_there"]) == (1, 3)
    assert again.counts["suppressed"] == 1
    with pytest.raises(Conflict):
        accept(house, again, duplicates_there="skip")


def test_the_rejects_file_says_row_column_value_and_reason(house):
    found = accept(house, read(house, bring(house, sheet(*ROWS, "=cmd(),,=1,,,,,,,,,"))))
    with house.open():
        lines = list(csv.reader(io.StringIO("".join(queries.rejects_csv(found, language="tr")).lstrip("\ufeff"))))
    assert lines[0] == ["satır", "sütun", "değer", "neden", "kod"]
    told = {(row, column, value, code) for row, column, value, _, code in lines[1:]}
    assert ("3", "Last purchase", "31.02.2026", "bad_date") in told
    assert ("4", "Phone", "12", "phone_too_short") in told
    assert ("2", "", "", "duplicate_in_file") in told
    assert all(reason for _, _, _, reason, _ in lines[1:])
    assert not any(cell.startswith("=") for line in lines for cell in line)


def test_a_mapping_is_remembered_for_the_same_columns(house):
    first = bring(house, sheet(*ROWS))
    with house.open():
        services.start_reading(first, mapping={**first.mapping, "11": "notes"}, now=NOW)
    read_import(first.pk, house.tenant, now=lambda: NOW)
    with house.open():
        services.accept(Import.objects.get(pk=first.pk), by=None, now=NOW)
    second = bring(house, sheet(*ROWS))
    assert second.mapping["11"] == "notes"
    assert second.options["remembered_from"] == str(first.pk)
    third = bring(house, sheet("Ada,212-555-0101", header="Name,Phone"))
    assert "remembered_from" not in third.options


def test_a_look_shows_before_and_after_for_a_mapping_to_try(house):
    found = bring(house, sheet(*ROWS))
    with house.open():
        shown = queries.look(found, {**found.mapping, "0": None})
        assert shown["rows"][0]["before"][0] == "Ada"
        assert "first_name" not in shown["rows"][0]["after"]["contact"]
        assert shown["rows"][0]["after"]["phones"][0]["e164"] == "+12125550101"
        assert [problem["code"] for problem in shown["rows"][3]["problems"] if problem["error"]] == ["phone_too_short"]
        assert Import.objects.get(pk=found.pk).mapping["0"] == "first_name"


class Killed(BaseException):
    """The process is gone: nothing of ours may catch this."""


@pytest.mark.parametrize("killed_after", [1, 2, 7, 11])
def test_an_import_killed_anywhere_and_run_again_comes_out_the_same(house, killed_after):
    rows = [f"P{n},X,212-555-01{n:02d},,NY,2026-05-01,,,,,," for n in range(95)] + ["Q,,12,,,,,,,,,"] * 9
    whole = read(house, bring(house, sheet(*rows)), batch=10)
    broken = bring(house, sheet(*rows))
    with house.open():
        services.start_reading(broken, mapping=None, now=NOW)
    batches = 0

    def kill(_rows: int) -> None:
        nonlocal batches
        batches += 1
        if batches == killed_after:
            raise Killed

    with pytest.raises(Killed):
        read_import(broken.pk, house.tenant, now=lambda: NOW, batch=10, after_batch=kill)
    read_import(broken.pk, house.tenant, now=lambda: NOW, batch=10)
    with house.open():
        broken = Import.objects.get(pk=broken.pk)
        assert broken.counts == whole.counts
        for model in (ImportRow, ImportPhone):
            assert model.objects.filter(imported=broken).count() == model.objects.filter(imported=whole).count()
        assert broken.rejects.count() == whole.rejects.count() == 9


def test_a_kill_inside_a_batch_leaves_nothing_of_it(house, monkeypatch):
    found = bring(house, sheet(*ROWS))
    with house.open():
        services.start_reading(found, mapping=None, now=NOW)

    def killed(*_args: object) -> None:
        raise Killed

    with monkeypatch.context() as broken:
        broken.setattr("ahize.web.contacts.reading._copy_rejects", killed)
        with pytest.raises(Killed):
            read_import(found.pk, house.tenant, now=lambda: NOW)
    with house.open():
        assert ImportRow.objects.count() == 0
    read_import(found.pk, house.tenant, now=lambda: NOW)
    with house.open():
        assert Import.objects.get(pk=found.pk).counts["rows_read"] == 5


def test_two_runs_at_once_read_every_row_once(house):
    rows = [f"P{n},X,212-555-01{n:02d},,NY,,,,,,," for n in range(40)]
    found = bring(house, sheet(*rows))
    with house.open():
        services.start_reading(found, mapping=None, now=NOW)

    def another(rows_read: int) -> None:
        if rows_read == 10:
            read_import(found.pk, house.tenant, now=lambda: NOW, batch=7)

    read_import(found.pk, house.tenant, now=lambda: NOW, batch=10, after_batch=another)
    with house.open():
        assert Import.objects.get(pk=found.pk).counts["good"] == 40
        assert ImportRow.objects.count() == 40


def test_cancel_stops_at_the_next_batch_and_leaves_no_row(house):
    rows = [f"P{n},X,212-555-01{n:02d},,NY,,,,,,," for n in range(40)]
    found = bring(house, sheet(*rows))

    def cancel(rows_read: int) -> None:
        if rows_read == 20:
            with house.open():
                services.cancel(found, by=None, now=NOW)

    found = read(house, found, batch=10, after_batch=cancel)
    assert found.state == "cancelled"
    with house.open():
        assert ImportRow.objects.count() == 0
    assert read(house, found).state == "ready"


TABLES = (
    "contacts_contact", "contacts_phone", "contacts_fieldchange", "contacts_importrow", "contacts_importphone",
    "contacts_importreject", "consents_consent", "consents_relationship",
)  # fmt: skip


LIVE = {
    "consents_consent": " c WHERE NOT EXISTS"
    " (SELECT FROM consents_consentevent e WHERE e.consent_id = c.id AND e.kind = 'taken_back')"
}
"""A consent is never deleted: one that was taken back stays on record, and counts for nothing."""


def everything(house: House) -> dict[str, int]:
    with house.open(), connection.cursor() as cursor:
        counts = {}
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}{LIVE.get(table, '')}")
            counts[table] = cursor.fetchone()[0]
        return counts


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"without_bad_rows": True},
        {"duplicates_in_file": "keep"},
        {"duplicates_in_file": "keep", "duplicates_there": "skip"},
    ],
)
def test_undo_leaves_the_house_as_it_was(house, how):
    accept(house, read(house, bring(house, sheet("Zoe,,303-555-0199,,CO,2026-01-01,,,,,,"))))
    before = everything(house)
    found = accept(house, read(house, bring(house, sheet(*ROWS))), **how)
    with house.open():
        contact = Contact.objects.filter(list=found.list).first()
        services.correct(contact, {"city": "Ankara"}, by=None, now=NOW)
        undone = services.undo(found, by=None, now=NOW + SECOND)
        assert (undone.state, undone.list.state) == ("undone", "undone")
    assert everything(house) == before
    assert not files.path_of(found.file).exists()
    with house.open():
        assert Suppression.objects.count() == 1  # who asked not to be called is not forgotten
        with pytest.raises(Conflict):
            services.undo(undone, by=None, now=NOW)


def test_undo_is_refused_while_something_points_to_the_list_and_says_what(house):
    found = accept(house, read(house, bring(house, sheet(*ROWS))))
    with house.open():
        chosen = {"lists": [found.list_id]}
        campaigns.create(tenant=house.tenant, name="S", template="telesales", settings=chosen, by=None, now=NOW)
        with pytest.raises(Conflict) as refused:
            services.undo(found, by=None, now=NOW)
        assert (refused.value.code, refused.value.facts["what"]) == ("list_in_use", "campaignlist")
        assert refused.value.next_step
        assert Contact.objects.count() == 3


def test_discard_throws_everything_away(house):
    found = read(house, bring(house, sheet(*ROWS)))
    with house.open():
        services.discard(found, by=None, now=NOW)
    assert sum(everything(house).values()) == 0
    assert not files.path_of(found.file).exists()


def test_without_a_column_of_numbers_nothing_is_read(house):
    found = bring(house, sheet("Ada,blue", header="Name,Colour"))
    with house.open(), pytest.raises(BadInput) as refused:
        services.start_reading(found, mapping=None, now=NOW)
    assert refused.value.code == "no_phone_column"


def test_a_correction_keeps_its_history_and_touches_no_fact_of_law(house):
    accept(house, read(house, bring(house, sheet(*ROWS))))
    with house.open():
        ada = Contact.objects.get(first_name="Ada")
        attempt = draw_id(NOW)
        right = {"last_name": "Işıl", "fields.Colour": "red", "city": ""}
        services.correct(ada, right, by=None, now=NOW, attempt=attempt)
        ada.refresh_from_db()
        assert (ada.last_name, ada.fields["Colour"], ada.search_key) == ("Işıl", "red", "ada isil")
        changes = FieldChange.objects.order_by("field")
        assert [(one.field, one.before, one.after, one.attempt_id) for one in changes] == [
            ("fields.Colour", "blue", "red", attempt),
            ("last_name", "Lovelace", "Işıl", attempt),
        ]
        for field in ("capacity", "country", "e164", "fields.Nothing"):
            with pytest.raises(BadInput):
                services.correct(ada, {field: "x"}, by=None, now=NOW)


def test_a_wrong_number_retires_the_phone_not_the_person(house):
    accept(house, read(house, bring(house, sheet(*ROWS))))
    with house.open():
        phone = Phone.objects.get(e164="+14155550102")
        services.put_phone_state(phone, "wrong_number", reason="said so", by=None, now=NOW)
        states = {one.e164: one.state for one in Phone.objects.filter(contact=phone.contact_id)}
        assert states == {"+12125550101": "usable", "+14155550102": "wrong_number"}


def test_another_tenant_sees_nothing_of_an_import(house):
    found = accept(house, read(house, bring(house, sheet(*ROWS))))
    other = build("Other house")
    with other.open():
        assert Import.objects.count() == Contact.objects.count() == Phone.objects.count() == 0
        with pytest.raises(NotFound):
            queries.access_import(found.pk)


PEOPLE = st.lists(
    st.tuples(
        st.sampled_from(["Ada", "Bob", "Işıl", ""]),
        st.sampled_from(["212-555-0101", "(646) 555-0102", "12", "", "1-900-555-0103", "212-555-0101 / 303-555-0104"]),
        st.sampled_from(["2026-05-01", "31.02.2026", ""]),
        st.sampled_from(["2026-06-01 10:00", ""]),
    ),
    min_size=1,
    max_size=12,
)
CHOICES = st.fixed_dictionaries(
    {
        "without_bad_rows": st.booleans(),
        "duplicates_in_file": st.sampled_from(["skip", "keep"]),
        "duplicates_there": st.sampled_from(["skip", "keep"]),
    }
)


@hypothesis.settings(
    max_examples=25, deadline=None, suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture]
)
@given(people=PEOPLE, how=CHOICES, batch=st.integers(1, 5))
def test_whatever_came_in_undo_takes_out_again(house, people, how, batch):
    """Accepting and undoing any file, in any way, leaves every table with the rows it had."""
    rows = [f"{name},X,{phone},,NY,{bought},{agreed},,,,," for name, phone, bought, agreed in people]
    before = everything(house)
    found = read(house, bring(house, sheet(*rows)), batch=batch)
    counts = found.counts
    assert counts["good"] + counts["bad"] == counts["rows_read"] <= len(rows)
    with house.open():
        assert ImportRow.objects.filter(imported=found).count() == counts["rows_read"] - counts["unusable"]
    try:
        found = accept(house, found, **how)
    except Conflict:  # no row of it can become a contact
        with house.open():
            services.discard(found, by=None, now=NOW)
    else:
        with house.open():
            assert found.list.contacts_count == Contact.objects.filter(list=found.list).count() > 0
            services.undo(found, by=None, now=NOW)
    assert everything(house) == before
