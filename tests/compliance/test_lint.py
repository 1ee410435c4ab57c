"""``./ahize law lint``: the laws we ship are sound, and whatever is amiss in a law is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahize.compliance.lint import lint
from ahize.kernel.errors import BadInput
from ahize.run.law import SHIPPED, main

LAW = """\
layer: XX
countries: [XX]
channels: [voice]
terms:
  selling: {purpose: sales}
consent_purposes: {selling: [sales]}
agreements:
  asked_for:
    says: {en: request, tr: istek}
    levels: [express]
stops: {lifted_by: asked_for, marketing: selling}
rules:
- id: XX-01
  kind: calling_hours
  title: Hours.
  when: [selling]
  opened_by: asked_for
  values:
    opens: {unit: local time, lines: [{from: 2001-01-01, value: "09:00"}, {from: 2005-01-01, value: "08:00"}]}
    closes: {unit: local time, lines: [{from: 2001-01-01, value: "20:00"}]}
  cites: [Act 1]
  mark: verified
- id: XX-02
  kind: script
  title: Script.
  when: [selling]
  says: [identity]
  carries: [identify_caller]
  cites: [Act 2]
  mark: memory
"""
CASES = """\
signed_by: nobody yet
situations:
  sale: {at: "2026-11-23T10:00:00Z", channel: voice, purpose: sales}
cases:
- {name: A sale, like: sale, unknown: [callee.zones]}
- {name: Early, like: sale, set: {at: "2026-11-23T05:00:00Z"}, bars: [XX-01]}
"""


def found(tmp_path: Path, law: str = LAW, cases: str | None = CASES) -> list[str]:
    (tmp_path / "xx").mkdir()
    (tmp_path / "xx" / "land.yaml").write_text(law, "utf-8")
    if cases is not None:
        (tmp_path / "xx" / "land.cases.yaml").write_text(cases, "utf-8")
    return [str(flaw) for flaw in lint(tmp_path).flaws]


def test_the_laws_we_ship_are_sound():
    looked = lint(SHIPPED)
    assert [str(flaw) for flaw in looked.flaws] == []
    assert looked.laws
    assert looked.rules > 80
    assert looked.examples > 200


def test_a_sound_law_has_no_flaw(tmp_path, capsys):
    assert found(tmp_path) == []
    assert main(["lint", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "Nothing is wrong: 1 laws, 2 entries, 2 examples.\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("  cites: [Act 1]\n", "", "land.yaml:13: XX-01: the value opens, closes has no citation"),
        ("  cites: [Act 2]\n", "  cites: []\n", "land.yaml:23: XX-02: it has no citation"),
        ('value: "20:00"}', 'value: "20:00", cites: []}', "XX-01, closes: a line has empty `cites`"),
        ("from: 2005-01-01", "from: 2001-01-01", "XX-01, opens: two lines begin on 2001-01-01"),
        ("from: 2005-01-01", "from: 1999-01-01", "XX-01, opens: its lines are out of order"),
        ("{from: 2001-01-01, value: \"09:00\"}", "{from: 2001-01-01, until: 2006-01-01, value: \"09:00\"}",
         "two lines overlap from 2005-01-01 to 2006-01-01"),
        ("{from: 2001-01-01, value: \"09:00\"}", "{from: 2001-01-01, until: 2004-01-01, value: \"09:00\"}",
         "no line holds from 2004-01-01 to 2005-01-01"),
        ("  opened_by: asked_for\n", "  opened_by: asked_for\n  in_force_on: 2000-01-01\n",
         "XX-01, opens: it begins on 2001-01-01, the rule is in force from 2000-01-01"),
        ("lines: [{from: 2001-01-01, value: \"20:00\"}]", "lines: [{from: 2003-01-01, value: \"20:00\"}]",
         "XX-01: its values begin on different days (opens on 2001-01-01, closes on 2003-01-01)"),
        ("  opened_by: asked_for\n", "  opened_by: asked_for\n  in_force_on: 2001-01-01\n  until: 2001-01-01\n",
         "it ends on 2001-01-01 and begins on 2001-01-01"),
        ("kind: script", "kind: skript", "XX-02: kind 'skript' is none of"),
        ("when: [selling]\n  says", "when: [buying]\n  says", "XX-02: no term is called buying"),
        ("carries: [identify_caller]", "carries: [sing]", "XX-02: nobody knows the duty sing"),
        ("id: XX-02", "id: XX-01", "XX-01: it stands at line 13 already"),
        ("opened_by: asked_for", "opened_by: nobody", "no agreement is called nobody"),
        ("{purpose: sales}", "{porpoise: sales}", "there is no fact porpoise"),
        ("layer: XX\n", "", "it has no `layer`"),
        ("layer: XX\n", "layer: XX\nextends: YY\n", "it extends YY, which is not there"),
        ("rules:\n", "rules: [\n", "it is no YAML"),
        ("    closes: {unit: local time, lines: [{from: 2001-01-01, value: \"20:00\"}]}\n", "", "needs 'closes'"),
    ],
)  # fmt: skip
def test_what_is_amiss_in_a_law_is_named(tmp_path, capsys, old, new, says):
    assert old in LAW
    flaws = found(tmp_path, LAW.replace(old, new, 1))
    assert any(says in flaw for flaw in flaws), flaws
    assert all(flaw.startswith("xx/land.") for flaw in flaws)
    assert main(["lint", str(tmp_path)]) == 1
    assert capsys.readouterr().out.splitlines()[:-1] == flaws


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("bars: [XX-01]", "bars: [XX-09]", "land.cases.yaml:6: Early: no rule is called XX-09"),
        ("name: Early, like: sale", "name: Early, like: gift", "Early: it cannot be read"),
        ("T05:00:00Z", "T05:00:00", "Early: at: expected an instant"),
        ("name: Early", "name: A sale", "two examples have this name"),
        ("unknown: [callee.zones]", "duties: [sing]", "A sale: nobody knows the duty sing"),
        ("situations:", "scenes:", "it has no `situations`"),
    ],
)
def test_what_is_amiss_in_examples_is_named(tmp_path, old, new, says):
    flaws = found(tmp_path, cases=CASES.replace(old, new, 1))
    assert any(says in flaw for flaw in flaws), flaws


def test_a_law_without_examples_and_examples_without_a_law_are_named(tmp_path):
    assert found(tmp_path, cases=None) == [
        "xx/land.yaml: no examples stand beside it. Write land.cases.yaml for a lawyer to sign."
    ]
    (tmp_path / "xx" / "other.cases.yaml").write_text(CASES, "utf-8")
    (tmp_path / "xx" / "land.cases.yaml").write_text(CASES.partition("cases:")[0] + "cases: []\n", "utf-8")
    assert [str(flaw) for flaw in lint(tmp_path).flaws] == [
        "xx/land.cases.yaml: it holds no example. Write what the law comes to, and have it signed.",
        "xx/other.cases.yaml: there is no xx/other.yaml beside these examples. Rename the file, or add the law.",
    ]


def test_every_flaw_is_named_not_only_the_first(tmp_path):
    flaws = found(tmp_path, LAW.replace("kind: script", "kind: skript").replace("  cites: [Act 1]\n", ""))
    assert len(flaws) == 2


def test_a_folder_without_laws_and_one_that_is_not_there(tmp_path):
    assert "no law is here" in str(lint(tmp_path).flaws[0])
    with pytest.raises(BadInput, match="is not there"):
        main(["lint", str(tmp_path / "nowhere")])


def test_one_law_may_be_looked_at_alone(tmp_path):
    found(tmp_path)
    assert lint(tmp_path / "xx" / "land.yaml").flaws == ()
