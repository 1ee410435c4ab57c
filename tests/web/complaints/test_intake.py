"""A complaint stops the number in the same transaction, whichever way it came; what cannot be used is told in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ahize.web import base
from ahize.web.audit.models import Entry
from ahize.web.complaints import mails, record
from ahize.web.complaints.authorities import book
from ahize.web.complaints.models import Case, CaseNumber
from ahize.web.consents import ledger
from ahize.web.consents.models import ConsentEvent, Suppression
from ahize.web.permissions import Role
from web.dialing import shop as shops
from web.dialing.shop import NOW, Shop

JSON = "application/json"
DAY = timedelta(days=1)
CALLED = "+12025550100"
STRANGER = "+12025550188"


def called_once(shop: Shop) -> None:
    """Somebody was called: clearance ruled, and the attempt stands."""
    with shops.ledger_of(shop) as ledger_, shops.clearance_of(shop) as clearance:
        ledger_.recover(NOW, seed=1, lines=10)
        clearance.rule_on([shop.ask(0)], floor=ledger_.floor, epoch=ledger_.epoch, clock=shop.clock)


def complain(shop: Shop, role: Role = Role.COMPLIANCE_OFFICER, **said: Any) -> Any:
    body = {"numbers": [CALLED], "door": "voice", **said}
    return shop.house.browser(role).post("/api/complaints", body, content_type=JSON)


def mail(shop: Shop, raw: bytes, name: str = "complaint.eml") -> Any:
    browser = shop.house.browser(Role.COMPLIANCE_OFFICER)
    return browser.post("/api/complaints/mail", {"file": SimpleUploadedFile(name, raw)})


def letter(text: str, *, sender: str = "Ann <ann@example.org>", date: str = "Mon, 02 Mar 2026 09:00:00 -0500") -> bytes:
    head = f"From: {sender}\r\nSubject: Stop calling\r\nDate: {date}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return (head + text).encode()


def stopped(shop: Shop) -> set[tuple[str, Any]]:
    with shop.open():
        return set(Suppression.objects.filter(ended_at=None).values_list("e164", "seller_id"))


def test_a_complaint_stops_the_number_and_ends_what_was_agreed(shop: Shop) -> None:
    called_once(shop)
    with shop.open():
        agreed = ledger.record_consent(
            tenant=shop.tenant,
            seller=shop.seller,
            e164=CALLED,
            given_at=NOW - DAY,
            words="Yes, call me.",
            by=None,
            now=NOW,
        )
    answer = complain(shop, said="Never again!", authority="US-FCC", authority_reference="FCC-1")
    told = answer.json()
    assert (answer.status_code, told["repeated"], told["complaint"]["number"]) == (201, False, 1)
    assert stopped(shop) == {(CALLED, shop.seller)}
    assert told["complaint"]["case_numbers"][0]["receipts"][0]["seller"] == str(shop.seller)
    with shop.open():
        assert ConsentEvent.objects.get(consent=agreed).kind == "revoked"
        assert Entry.objects.filter(action="open_complaint").count() == 1
    due = {one["id"]: one for one in told["complaint"]["deadlines"]}
    assert due["US-FCC-STOP"]["met_at"] is not None
    assert due["US-FCC-ANSWER"]["met_at"] is None


def test_what_fails_leaves_neither_case_nor_stop(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(record, "settle", lambda *_args, **_more: 1 / 0)
    assert complain(shop).status_code == 500
    with shop.open():
        assert (Case.objects.count(), Suppression.objects.count()) == (0, 0)


def test_a_number_never_called_is_told_so_and_stopped_for_all(shop: Shop) -> None:
    told = complain(shop, numbers=["(202) 555-0188"]).json()
    assert stopped(shop) == {(STRANGER, None)}
    assert told["told"] == ["We never tried to call this number. It is stopped all the same."]
    assert told["complaint"]["case_numbers"][0]["called"] is False


def test_a_repeat_is_put_to_the_case_there_is(shop: Shop) -> None:
    complain(shop, authority="US-FTC", authority_reference="FTC-77")
    again = complain(shop, numbers=[STRANGER], authority="US-FTC", authority_reference="ftc-77").json()
    assert (again["repeated"], again["complaint"]["number"]) == (True, 1)
    assert {one["e164"] for one in again["complaint"]["case_numbers"]} == {CALLED, STRANGER}
    assert complain(shop, authority="US-FCC").json()["complaint"]["number"] == 2, "another authority's is another case"
    assert complain(shop, authority="US-FCC").json()["repeated"] is True


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"numbers": ["call me"]}, None),
        ({"numbers": [CALLED] * 1_000}, "too_many_numbers"),
        ({"received_at": "2126-01-01T00:00:00Z"}, "in_future"),
        ({"received_at": "1026-01-01T00:00:00Z"}, "too_long_ago"),
        ({"received_at": "2026-02-30T00:00:00Z"}, "bad_input"),
        ({"received_at": "2026-03-01T00:00:00Z", "happened_at": "2026-03-02T00:00:00Z"}, "call_after_complaint"),
        ({"authority": "US-KGB"}, "no_such_authority"),
        ({"numbers": []}, "bad_input"),
        ({"seller": "00000000-0000-0000-0000-000000000000"}, "bad_input"),
    ],
)
def test_what_cannot_be_used_is_refused_in_words_and_nothing_is_written(
    shop: Shop, said: dict[str, Any], code: str | None
) -> None:
    answer = complain(shop, **said)
    assert answer.status_code == 422
    assert answer.json()["message"]
    if code:
        assert answer.json()["code"] == code
    with shop.open():
        assert (Case.objects.count(), Suppression.objects.count()) == (0, 0)


def test_supervisors_read_and_do_not_handle(shop: Shop) -> None:
    complain(shop)
    assert complain(shop, Role.SUPERVISOR).status_code == 403
    assert shop.house.browser(Role.SUPERVISOR).get("/api/complaints").json()["open"] == 1
    assert shop.house.browser(Role.AGENT).get("/api/complaints").status_code == 403


# ── mail ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_mails_numbers_are_proposed_and_the_one_we_called_is_stopped_before_anybody_looks(shop: Shop) -> None:
    called_once(shop)
    raw = letter("You called me at (202) 555-0100 on 02/28/2026. My lawyer is at 202-555-0188. I am 44 years old.")
    told = mail(shop, raw).json()
    case = told["complaint"]
    assert {(one["e164"], one["standing"]) for one in case["case_numbers"]} == {
        (CALLED, "proposed"),
        (STRANGER, "proposed"),
    }
    assert stopped(shop) == {(CALLED, shop.seller)}
    browser = shop.house.browser(Role.COMPLIANCE_OFFICER)
    mine, lawyer = sorted(case["case_numbers"], key=lambda one: one["e164"])
    early = browser.post(
        f"/api/complaints/{case['id']}/state", {"state": "answered", "text": "Sorry"}, content_type=JSON
    )
    assert (early.status_code, early.json()["code"]) == (409, "numbers_open")
    where = f"/api/complaints/{case['id']}/numbers"
    assert browser.post(f"{where}/{mine['id']}/confirm", {}, content_type=JSON).status_code == 200
    browser.post(f"{where}/{lawyer['id']}/dismiss", {"reason": "the lawyer's"}, content_type=JSON)
    done = browser.post(
        f"/api/complaints/{case['id']}/state", {"state": "answered", "text": "Sorry"}, content_type=JSON
    )
    assert (done.json()["state"], done.json()["due_at"]) == ("answered", None)
    assert stopped(shop) == {(CALLED, shop.seller)}, "whoever was dismissed was never stopped"
    assert browser.get(f"/api/complaints/{case['id']}/mail").content == raw


def test_the_same_mail_twice_is_one_case(shop: Shop) -> None:
    raw = letter("Stop calling +1 202 555 0100")
    assert mail(shop, raw).json()["repeated"] is False
    assert mail(shop, raw, "again.eml").json()["repeated"] is True
    with shop.open():
        assert Case.objects.count() == 1


def test_a_thousand_numbers_are_shown_and_none_is_stopped_unseen(shop: Shop) -> None:
    called_once(shop)
    told = mail(shop, letter("\n".join(f"(202) 555-{100 + n:04d}" for n in range(1_000)))).json()
    assert stopped(shop) == set()
    assert len(told["complaint"]["case_numbers"]) == mails.PROPOSED_MAX
    assert any("list" in one for one in told["told"])


BROKEN = {
    "empty line": (b"\r\n", {"no_text", "no_number", "no_date"}),
    "half": (letter("I was called at +1 202 555 0100")[:60], {"no_number"}),
    "no number": (letter("Stop it. It is 2026 and I am 44, since 01.02.2026."), {"no_number"}),
    "bad date": (letter("+12025550100", date="Tue, 31 Feb 2026 99:00:00"), {"bad_date"}),
    "future": (letter("+12025550100", date="Tue, 01 Jan 2126 00:00:00 +0000"), {"date_in_future"}),
    "odd charset": (letter("+12025550100").replace(b"utf-8", b"klingon-8"), set()),
    "bytes": (bytes(range(256)) * 20, {"no_number"}),
    "boundary": (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\n+12025550100",
        set(),
    ),
    "nul": (letter("+12025550100 \0 \ud83d"[:14]), set()),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_mail_in_any_state_is_read_as_far_as_it_goes(name: str) -> None:
    raw, notes = BROKEN[name]
    read = mails.read_mail(raw, region="US", book=book(), now=NOW)
    assert notes <= set(read.notes)
    assert {one.e164 for one in read.numbers} <= {CALLED}
    assert bool(read.numbers) != ("no_number" in read.notes)


def test_an_authoritys_mail_is_known_by_its_address_and_reference(shop: Shop) -> None:
    raw = letter("Şikâyet no: 2026/1234. Aranan numara: 0532 111 22 33", sender="İYS <sikayet@iys.org.tr>")
    read = mails.read_mail(raw, region="", book=book(), now=NOW)
    assert (read.authority, read.reference, [one.e164 for one in read.numbers]) == (
        "TR-TICARET",
        "2026/1234",
        ["+905321112233"],
    )


# ── clocks ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("country", "authority", "came", "term", "due"),
    [
        # Thanksgiving and a weekend lie between.
        ("US", "", datetime(2026, 11, 20, 15, tzinfo=UTC), "US-FCC-STOP", "2026-12-08T05:00:00+00:00"),
        # Kurban Bayramı, 27 to 30 May 2026; half of the 26th is a business day.
        ("TR", "", datetime(2026, 5, 25, 9, tzinfo=UTC), "TR-RET-STOP", "2026-06-02T21:00:00+00:00"),
        # The same hour is another day in Istanbul.
        (
            "TR",
            "TR-TICARET",
            datetime(2026, 3, 1, 21, 30, tzinfo=UTC),
            "TR-TICARET-ANSWER",
            "2026-03-17T21:00:00+00:00",
        ),
        ("GB", "", datetime(2027, 1, 31, 12, tzinfo=UTC), "GB-GDPR-ANSWER", "2027-03-01T00:00:00+00:00"),
        ("CA", "", datetime(2026, 3, 2, 15, tzinfo=UTC), "CA-08-STOP", "2026-03-17T04:00:00+00:00"),
        ("US", "US-AG", datetime(2026, 3, 2, 15, tzinfo=UTC), "HOUSE-ANSWER", "2026-03-17T04:00:00+00:00"),
    ],
)
def test_each_deadline_is_counted_in_its_own_calendar(
    country: str, authority: str, came: datetime, term: str, due: str
) -> None:
    found = book().deadlines(authority=authority, countries=[country], received_at=came, home="America/New_York")
    assert {one["id"]: datetime.fromisoformat(one["due_at"]) for one in found}[term] == datetime.fromisoformat(due)


def test_what_is_overdue_leads(shop: Shop) -> None:
    complain(shop, numbers=[STRANGER], received_at="2026-02-27T15:00:00Z")
    late = complain(shop, received_at="2026-01-05T15:00:00Z").json()["complaint"]
    listed = shop.house.browser(Role.SUPERVISOR).get("/api/complaints").json()
    assert listed["complaints"][0]["id"] == late["id"]
    assert (listed["open"], listed["overdue"]) == (2, 2 if base.CLOCK.now() > NOW + 30 * DAY else 1)
    with shop.open():
        assert CaseNumber.objects.count() == 2


def test_a_mail_server_hands_its_mails_over(shop: Shop, tmp_path: Any, capsys: pytest.CaptureFixture[str]) -> None:
    from ahize.run.complaints import main  # noqa: PLC0415  settings stand before

    called_once(shop)
    kept = tmp_path / "one.eml"
    kept.write_bytes(letter("Stop calling (202) 555-0100!"))
    empty = tmp_path / "empty.eml"
    empty.write_bytes(b"")
    assert main(["read-mail", str(kept), str(kept), str(empty), str(tmp_path / "none.eml")]) == 1
    said = capsys.readouterr()
    assert said.out.count("complaint 1") == 2
    assert "was here already" in said.out
    assert "empty" in said.err
    assert "cannot be read" in said.err
    assert stopped(shop) == {(CALLED, shop.seller)}
