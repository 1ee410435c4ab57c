import io
import json

from ahize.compliance.check import check
from compliance._lawyer_cases import LAW

ABROAD = {"country": "AT"}
FACTS = {
    "at": "2026-11-23T10:00:00-05:00",
    "channel": "voice",
    "caller": ABROAD,
    "principal": ABROAD,
    "callee": ABROAD,
}


def run(*lines: str, compare: bool = False) -> tuple[int, list[str]]:
    out = io.StringIO()
    code = check(lines, out, compare=compare)
    return code, out.getvalue().splitlines()


def test_a_ruling_has_the_fields_of_the_contract():
    code, (line,) = run(json.dumps({"id": "x-1", "facts": FACTS}))
    said = json.loads(line)
    assert code == 0
    assert said["id"] == "x-1"
    assert (said["verdict"], said["unknown"]) == ("review", ["law.AT"])
    assert {"bars", "duties", "lawful_until", "next_lawful", "rulebook", "tzdata"} <= set(said)


def test_a_line_that_cannot_be_read_names_its_number_and_field_and_the_others_are_decided():
    bad = {"facts": {**FACTS, "callee": {"country": "Austria"}}}
    code, lines = run(
        json.dumps({"facts": FACTS}), json.dumps(bad), "", "{oops", "[1]", '{"id": 4}', json.dumps({"facts": FACTS})
    )
    said = [json.loads(line) for line in lines]
    assert code == 1
    assert [one.get("line") for one in said] == [None, 2, 4, 5, 6, None]
    assert said[1]["field"] == "callee.country"
    assert "ISO 3166-1" in said[1]["expected"]
    assert said[4]["field"] == "facts"


def test_comparing_counts_what_agrees_and_says_what_differs():
    agrees = {"facts": FACTS, "expect": {"verdict": "review", "unknown": ["law.AT"]}}
    differs = {"facts": FACTS, "expect": {"verdict": "allow", "duties": ["show_caller_id"]}}
    code, lines = run(json.dumps(agrees), json.dumps(differs), compare=True)
    assert code == 1
    assert json.loads(lines[0])["agrees"]
    assert json.loads(lines[1])["differences"] == [
        "verdict is review, expected allow",
        "duties lack show_caller_id",
    ]
    assert lines[-1] == "1 agreed, 1 differ"
    assert run(json.dumps(agrees), compare=True) == (0, [lines[0], "1 agreed, 0 differ"])


def test_an_expectation_that_cannot_be_read_is_no_agreement():
    code, lines = run(json.dumps({"facts": FACTS, "expect": {"verdict": "yes"}}), compare=True)
    assert code == 1
    assert json.loads(lines[0])["field"] == "expect.verdict"
    assert lines[-1] == "0 agreed, 1 differ"


def test_a_broken_character_in_an_id_does_not_stop_the_others():
    code, lines = run('{"id": "\\ud800", "facts": {}}', json.dumps({"facts": FACTS}))
    assert code == 0
    assert len(lines) == 2


def test_the_examples_beside_a_law_are_cases_too():
    lines = (LAW / "us" / "federal.cases.yaml").read_text("utf-8").splitlines(keepends=True)
    code, said = run(*lines, compare=True)
    assert code == 0
    assert said[-1] == f"{len(said) - 1} agreed, 0 differ"
    assert len(said) > 250


def test_a_comment_does_not_make_a_file_of_examples():
    code, said = run("# mine\n", json.dumps({"facts": FACTS}) + "\n")
    assert code == 1
    assert [json.loads(line).get("line") for line in said] == [1, None]
