"""``./ahize score``: learn whom to call first from a client's own history, say why, and say how good that is."""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import os
import sys
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ahize.kernel.clock import SystemClock
from ahize.kernel.errors import BadInput, Conflict

if TYPE_CHECKING:
    from ahize.scores.fairness import Fairness
    from ahize.scores.model import ScoreModel
    from ahize.scores.table import Table
    from ahize.scores.training import Trained

_UNPACKED_MAX = 2_000_000_000
_MODEL_MAX = 200_000_000

_SAID_OF_ROWS = {
    "short_row": "have fewer cells than the header; what is missing counts as not known",
    "long_row": "have more cells than the header; what is beyond it was passed over",
    "unclosed_quote": "open a quotation mark that nothing closes",
    "nul_bytes": "hold zero bytes, which were passed over",
    "mixed_encoding": "hold letters of another encoding, which were mended",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 when it was done, whatever the report says; what cannot be used is an ``AhizeError``."""
    given = _parser().parse_args(arguments)
    # One thread: sums of many threads come in any order, and equal seeds are to give equal bytes. Before numpy loads.
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = "1"
    does: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
        "train": _train,
        "predict": _predict,
        "evaluate": _evaluate,
    }
    report = does[given.verb](given)
    if given.json:
        print(json.dumps(_told(report), ensure_ascii=False, allow_nan=False))
    else:
        print("\n".join(_WORDS[given.verb](report)))
    return 0


def _told(value: Any) -> Any:
    """What JSON can say: a figure that cannot be had, as an AUC of one class, is null."""
    if isinstance(value, dict):
        return {name: _told(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_told(each) for each in value]
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124  NaN alone differs from itself


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="./ahize score", description=__doc__)
    verbs = parser.add_subparsers(dest="verb", required=True)
    learn = argparse.ArgumentParser(add_help=False)
    learn.add_argument("--positive", metavar="WORD", help="the word for yes; usual ones are known")
    learn.add_argument(
        "--time", metavar="COLUMN", help="dates to order the rows by (default: oldest first in the file)"
    )
    learn.add_argument(
        "--keep", action="append", default=[], metavar="COLUMN", help="not a leak, whatever the check says"
    )
    learn.add_argument("--leave", action="append", default=[], metavar="COLUMN", help="not to be learned from")
    learn.add_argument("--group", action="append", default=[], metavar="COLUMN", help="for the fairness report only")
    learn.add_argument("--seed", type=int, default=1, help="equal seeds give equal models (default: 1)")
    both = argparse.ArgumentParser(add_help=False)
    both.add_argument("--sheet", help="of a workbook; else the first with data")
    both.add_argument("--json", action="store_true", help="the report for programs")

    train = verbs.add_parser("train", parents=[learn, both], help="a model from a history with outcomes")
    train.add_argument("--csv", required=True, metavar="FILE")
    train.add_argument("--target", required=True, metavar="COLUMN", help="the outcome")
    train.add_argument("--model", required=True, metavar="FILE", type=Path, help="to write")
    train.add_argument("--id", metavar="COLUMN", help="what names a row; never learned from")
    train.add_argument("--kind", choices=("points", "both", "boosting"), help="default: the best on this history")

    predict = verbs.add_parser("predict", parents=[both], help="probabilities, and reasons, for a list")
    predict.add_argument("--model", required=True, metavar="FILE", type=Path)
    predict.add_argument("--csv", required=True, metavar="FILE")
    predict.add_argument("--id", required=True, metavar="COLUMN", help="what names a row")
    predict.add_argument("--out", required=True, metavar="FILE", type=Path, help="row_id,probability")
    predict.add_argument("--reasons", metavar="FILE", type=Path, help="log-odds by column, which sum to the score")
    predict.add_argument("--rename", action="append", default=[], metavar="TRAINED=HERE", help="a column's other name")
    predict.add_argument(
        "--target", metavar="COLUMN", help="outcomes, where they are known by now: is the score right?"
    )
    predict.add_argument("--despite", metavar="WHY", help="use a model that its fairness report holds back; the reason")

    judge = verbs.add_parser("evaluate", parents=[learn, both], help="at random, in time, and within a month")
    judge.add_argument("path", nargs="?", help="a list, a zip, or a folder with one; the largest table is taken")
    judge.add_argument("--csv", metavar="FILE", help="the same")
    judge.add_argument("--member", metavar="NAME", help="of a zip or folder, instead of the largest")
    judge.add_argument("--target", default="y", metavar="COLUMN", help="the outcome (default: y)")
    judge.add_argument("--month", metavar="COLUMN", help="default: a column of that name; else blocks of 1,000 rows")
    judge.add_argument("--rows", type=int, metavar="N", help="only the first N rows")
    return parser


# Reading


def _table(path: Path | bytes, *, sheet: str | None, heading: str) -> Table:
    """The file as a table. ``heading`` is a column that must be there: the row that names it is the header."""
    from ahize.intake.reader import read, sniff  # noqa: PLC0415  numpy is loaded after the threads are set
    from ahize.scores.cells import folded  # noqa: PLC0415
    from ahize.scores.table import table_of  # noqa: PLC0415

    truth = sniff(path, sheet=sheet)
    if truth.header is False and truth.samples and folded(heading) in map(folded, truth.samples[0]):
        truth = replace(truth, header=True, columns=truth.samples[0], skip=truth.skip + 1)
    if truth.header is False:
        raise BadInput(
            f"The file has no line that names its columns (“{heading}” is not in the first one).",
            code="no_header",
            next_step="Export it again with a header.",
        )
    codes: Counter[str] = Counter()
    notes: list[str] = []
    reading = read(path, truth)

    def records() -> Iterator[tuple[str, ...]]:
        for record in reading:
            codes.update(record.codes)
            if "repeated_header" not in record.codes:
                yield record.cells

    rows = list(records())
    if reading.blank_rows:
        notes.append(f"{reading.blank_rows} empty lines were passed over.")
    if codes["repeated_header"]:
        notes.append(
            f"The header is repeated {codes['repeated_header']} times inside the file; these lines were passed over."
        )
    notes += [f"{codes[code]} rows {said}." for code, said in _SAID_OF_ROWS.items() if codes[code]]
    return table_of(truth.columns, rows, notes=notes)


def _packed(path: Path, member: str | None) -> tuple[Path | bytes, str]:
    """A list that may lie in a zip or a folder, and its name."""
    if path.is_dir():
        inside = [each for each in sorted(path.iterdir()) if each.suffix.lower() in (".csv", ".zip", ".xlsx")]
        named = [each for each in inside if member in (None, each.name)] or [e for e in inside if e.suffix == ".zip"]
        if not named:
            raise BadInput(
                "The folder holds no list (CSV, XLSX or ZIP).", code="no_such_file", next_step="Check the path."
            )
        return _packed(max(named, key=lambda each: each.stat().st_size), member)
    if path.suffix.lower() != ".zip":
        return path, path.name
    try:
        with zipfile.ZipFile(path) as archive:
            inside_zip = [
                each for each in archive.infolist() if each.filename.lower().endswith((".csv", ".txt", ".tsv"))
            ]
            tables = (
                [e for e in inside_zip if e.filename == member]
                if member
                else [e for e in inside_zip if e.filename.lower().endswith((".csv", ".tsv"))]
            )
            if not tables:
                there = ", ".join(each.filename for each in inside_zip[:10]) or "none"
                raise BadInput(
                    f"The zip holds no such table; it has: {there}.", code="no_such_file", next_step="See --member."
                )
            taken = max(tables, key=lambda each: each.file_size)
            if taken.file_size > _UNPACKED_MAX:
                raise BadInput(
                    "The table in the zip is larger than 2 GB.", next_step="Unpack it and give the part you mean."
                )
            return archive.read(taken), taken.filename
    except (OSError, zipfile.BadZipFile, RuntimeError) as failed:
        raise BadInput(
            "The zip cannot be read.", code="unreadable_file", next_step="Copy or export it again."
        ) from failed


# Train


def _train(given: argparse.Namespace) -> dict[str, Any]:
    from ahize.scores.training import Asked, train  # noqa: PLC0415

    _writable(given.model)
    table = _table(Path(given.csv), sheet=given.sheet, heading=given.target)
    asked = Asked(
        target=given.target,
        positive=given.positive,
        identity=given.id,
        time=given.time,
        keep=tuple(given.keep),
        leave=tuple(given.leave),
        groups=tuple(given.group),
        kind=given.kind,
        seed=given.seed,
    )
    trained = train(table, asked, today=SystemClock().now().date())
    fair = _fairness(table, trained, asked.groups, given.seed)
    model = trained.model
    held = [says for each in fair for says in each.holds_back]
    if held:
        model = replace(model, trained={**model.trained, "held_back": held})
    with _replacing(given.model) as out:
        out.write(model.as_text())
    return {
        "model": str(given.model),
        "kind": model.parts.kind,
        "positive": model.positive,
        "trained": dict(model.trained),
        "level": asdict(model.level),
        "columns": [column.name for column in model.columns],
        "left_out": [asdict(left) for left in model.left_out],
        "leaks": [left.name for left in model.left_out if left.why.startswith("leak")],
        "fairness": [asdict(each) for each in fair],
        "held_back": held,
        "points": _points(model),
        "notes": list(trained.notes),
    }


def _fairness(table: Table, trained: Trained, groups: Sequence[str], seed: int) -> list[Fairness]:
    """Each group beside a score learned from the earlier rows, on the later fifth."""
    if not groups:
        return []
    from ahize.scores.columns import Labels, Numbers, labels_of  # noqa: PLC0415
    from ahize.scores.fairness import fairness  # noqa: PLC0415
    from ahize.scores.level import chance  # noqa: PLC0415
    from ahize.scores.table import column_called  # noqa: PLC0415
    from ahize.scores.training import fit  # noqa: PLC0415

    history = trained.history
    at = int(0.8 * len(history.rows))
    earlier, later = history.rows[:at], history.rows[at:]
    y = history.yes
    if not 0 < y[earlier].sum() < len(earlier):
        return []
    fitted = fit(history.fields, y, earlier, kind=trained.model.parts.kind, seed=seed)
    said = chance(trained.model.level.applied(fitted.log_odds(history.fields, later)))
    seen = [
        Numbers(f.name, f.values[later], f.style)
        if isinstance(f, Numbers)
        else Labels(f.name, f.codes[later], f.levels)
        for f in history.fields
    ]
    found = []
    for name in groups:
        words = table.columns[column_called(table, name, what="--group")]
        labels = labels_of(name, words[history.source][later])
        found.append(fairness(labels, seen, said, y[later]))
    return found


def _points(model: ScoreModel) -> dict[str, dict[str, int]] | None:
    if model.parts.points is None:
        return None
    return {
        column.name: {column.bin_name(i): point for i, point in enumerate(points)}
        for column, points in zip(model.columns, model.parts.points.of, strict=True)
    }


def _words_of_train(report: dict[str, Any]) -> list[str]:
    said = report["trained"]
    lines = [
        f"Learned from {said['rows']} rows, {said['yes']} of them yes ({said['rate']:.1%}); yes is "
        f"“{report['positive']}”.",
        f"The model is of the kind “{report['kind']}” and lies in {report['model']}.",
    ]
    if said["compared"]:
        lines += ["", f"On rows that each kind had not seen ({'later in time' if said['ordered'] else 'shuffled'}):"]
        lines += [f"  {kind:<9} {_line(each)}" for kind, each in said["compared"].items()]
    lines += ["", f"Learned from: {', '.join(report['columns'])}."]
    if report["left_out"]:
        lines += ["", "Left out:"]
        lines += [f"  {left['name']}: {left['says']} {left['next_step']}".rstrip() for left in report["left_out"]]
    if report["kind"] == "points":
        lines += ["", "Points (20 double the odds):"]
        for name, bins in report["points"].items():
            lines.append(f"  {name}: " + ", ".join(f"{where} {points:+d}" for where, points in bins.items()))
    for each in report["fairness"]:
        lines += ["", *_words_of_fairness(each)]
    if report["held_back"]:
        lines += ["", "This model is held back; predict wants --despite WHY."]
    if report["notes"]:
        lines += ["", "Noticed:", *(f"  {note}" for note in report["notes"])]
    return lines


def _words_of_fairness(each: dict[str, Any]) -> list[str]:
    lines = [
        f"Fairness by {each['column']}, the best {each['share']:.0%} called: ratio {each['ratio']:.2f} (at least 0.80)."
    ]
    lines += [
        f"  {g['name']}: {g['rows']} rows, called {g['chosen']:.1%}, said {g['said']:.1%}, came {g['came']:.1%}"
        for g in each["groups"]
    ]
    lines += [f"  “{name}” stands in for it (AUC {told:.2f})." for name, told in each["proxies"]]
    if each["small"]:
        lines.append(f"  Too small to be judged: {', '.join(each['small'])}.")
    return lines + [f"  Held back: {says}" for says in each["holds_back"]]


# Predict


def _predict(given: argparse.Namespace) -> dict[str, Any]:
    from ahize.scores.drift import broken_cells, drift_of  # noqa: PLC0415
    from ahize.scores.table import column_called  # noqa: PLC0415

    for path in (given.out, given.reasons):
        if path is not None:
            _writable(path)
    model = _model(given.model)
    held = model.trained.get("held_back")
    if held and not given.despite:
        raise Conflict(
            f"The fairness report holds this model back: {held[0]}",
            code="held_back",
            next_step="Train again without what stands in for the group, or say why it may be used: --despite WHY.",
        )
    table = _table(Path(given.csv), sheet=given.sheet, heading=given.id)
    identity = column_called(table, given.id, what="the row's name")
    renamed = dict(_pair(each) for each in given.rename)
    applied = model.apply(table, reasons=given.reasons is not None, renamed=renamed)
    drift = drift_of(model, table, applied.probability, renamed)
    ids = table.raw[identity]
    with _replacing(given.out) as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["row_id", "probability"])
        writer.writerows((row, f"{p:.8f}") for row, p in zip(ids, applied.probability, strict=True))
    if given.reasons is not None:
        with _replacing(given.reasons) as out:
            writer = csv.writer(out, lineterminator="\n")
            writer.writerow(["row_id", "log_odds", "average", *(column.name for column in model.columns)])
            for row, reasons in zip(ids, applied.reasons, strict=True):
                total = applied.base + float(reasons.sum())
                writer.writerow([row, f"{total:.6f}", f"{applied.base:.6f}", *(f"{each:.6f}" for each in reasons)])
    notes = [*table.notes, *applied.notes, *broken_cells(model, table)]
    copies = table.rows - len(set(ids.tolist()))
    if copies:
        notes.append(
            f"{copies} rows have a “{identity}” that another has too; each row has its line, in the file's order."
        )
    if given.despite and held:
        notes.append(f"Used although its fairness report holds it back: {given.despite}")
    report: dict[str, Any] = {
        "out": str(given.out),
        "rows": table.rows,
        "mean": float(applied.probability.mean()),
        "trained_rate": model.trained.get("rate"),
        "alarm": drift.alarm or bool(applied.absent),
        "scores_psi": drift.scores_psi,
        "drift": [asdict(each) for each in drift.columns],
        "absent": list(applied.absent),
        "left_out": [asdict(left) for left in model.left_out if left.name in table.columns],
        "leaks": [left.name for left in model.left_out if left.why.startswith("leak") and left.name in table.columns],
        "notes": notes,
    }
    if given.target:
        report["outcomes"] = _judged(model, table, given.target, applied.probability)
    return report


def _judged(model: ScoreModel, table: Table, target: str, probability: Any) -> dict[str, Any] | None:
    from ahize.scores.drift import watch  # noqa: PLC0415
    from ahize.scores.measures import figures  # noqa: PLC0415
    from ahize.scores.training import known_outcomes  # noqa: PLC0415

    came = known_outcomes(table, model, target)
    yes, p = came.yes[came.known], probability[came.known]
    if not 0 < yes.sum() < len(yes):
        return None
    promised = model.trained.get("compared", {}).get(model.parts.kind, {}).get("auc", 0.5)
    return {"figures": figures(yes, p), "watch": asdict(watch(yes, p, promised_auc=float(promised)))}


def _words_of_predict(report: dict[str, Any]) -> list[str]:
    lines = [
        f"{report['rows']} rows have a probability in {report['out']}; their mean is {report['mean']:.1%}, in training "
        f"{report['trained_rate']:.1%} said yes."
    ]
    moved = [each["says"] for each in report["drift"] if each["says"]]
    if report["scores_psi"] >= 0.25:
        moved.insert(0, f"The scores are spread quite differently from training's (PSI {report['scores_psi']:.2f}).")
    lines += (
        ["", "Drift against training:", *(f"  {each}" for each in moved)]
        if moved
        else ["", "No drift against training."]
    )
    if report["left_out"]:
        lines += ["", "Not used, as in training:"]
        lines += [f"  {left['name']}: {left['says']}" for left in report["left_out"]]
    if report["notes"]:
        lines += ["", "Noticed:", *(f"  {note}" for note in report["notes"])]
    if report.get("outcomes"):
        lines += ["", f"Outcomes: {_line(report['outcomes']['figures'])}"]
        lines += [f"  Alarm: {each}" for each in report["outcomes"]["watch"]["alarms"]]
    return lines


def _model(path: Path) -> ScoreModel:
    from ahize.scores.model import model_from_text  # noqa: PLC0415

    try:
        if path.stat().st_size > _MODEL_MAX:
            raise BadInput("This is no model: it is larger than 200 MB.", code="not_a_model")
        text = path.read_text(encoding="utf-8")
    except OSError as failed:
        raise BadInput(
            f"The model cannot be opened: {failed.strerror}.",
            code="no_such_file",
            next_step="Check the path of --model.",
        ) from failed
    except UnicodeDecodeError as failed:
        raise BadInput("This is no model: it is not text.", code="not_a_model") from failed
    return model_from_text(text)


def _pair(given: str) -> tuple[str, str]:
    old, equals, new = given.partition("=")
    if not (old and equals and new):
        raise BadInput(f"--rename “{given}” is not of the form TRAINED=HERE.", next_step="Like --rename age=Alter.")
    return old, new


# Evaluate


def _evaluate(given: argparse.Namespace) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415

    from ahize.scores.evaluation import Protocol, evaluate, months_of  # noqa: PLC0415
    from ahize.scores.table import column_called  # noqa: PLC0415
    from ahize.scores.training import Asked, history_of  # noqa: PLC0415

    if bool(given.path) == bool(given.csv):
        raise BadInput("Name one list to evaluate on.", next_step="./ahize score evaluate FILE --target COLUMN")
    source, name = _packed(Path(given.path or given.csv), given.member)
    table = _table(source, sheet=given.sheet, heading=given.target)
    if given.rows:
        table = table.taken(np.arange(min(given.rows, table.rows)))
    asked = Asked(
        target=given.target,
        positive=given.positive,
        time=given.time,
        keep=tuple(given.keep),
        leave=(*given.leave, *given.group),
        seed=given.seed,
    )
    history = history_of(table, asked, today=SystemClock().now().date())
    month = given.month or next((n for n in table.names if n.casefold() in ("month", "ay")), None)
    if month:
        words = table.columns[column_called(table, month, what="the month")][history.source]
        in_order = months_of(words[history.rows])
    else:
        in_order = np.arange(len(history.rows)) // 1000
    months = np.empty(len(history.yes), dtype=np.int64)
    months[history.rows] = in_order
    protocol = Protocol()
    found = evaluate(history, months, protocol=protocol, seed=given.seed)
    return {
        "file": name,
        "rows": len(history.rows),
        "month": month,
        "protocol": asdict(protocol),
        "left_out": [asdict(left) for left in history.left_out],
        "notes": list(history.notes),
        **found.as_json(),
    }


def _words_of_evaluate(report: dict[str, Any]) -> list[str]:
    way = report["protocol"]
    lines = [f"{report['file']}: {report['rows']} rows."]
    lines += [f"  left out: {left['name']}: {left['says']}" for left in report["left_out"]]
    lines += [
        "",
        f"At random, {way['random_share']:.0%} to learn from (on its learning part it would choose "
        f"“{report['chosen']['random']}”):",
    ]
    lines += [f"  {kind:<9} {_line(each)}" for kind, each in report["random"].items()]
    lines += [
        "",
        f"In time: the last {way['last_share']:.0%}, trained again every {way['every']} calls on the "
        f"newest {way['window']}, "
        f"outcomes known {way['late']} calls later:",
    ]
    lines += [f"  {kind:<9} {_line(each)}" for kind, each in report["in_time"].items()]
    value, low, high = report["lift"]
    lines += [
        "",
        f"In time with “{report['chosen']['in_time']}”: lift at 10 % {value:.2f} ({low:.2f} to "
        f"{high:.2f} in nine of ten resamples); of all yes "
        + ", ".join(f"{gain:.0%} in the best {share}" for share, gain in report["gains"].items())
        + ".",
        "  said → came by tenths: " + ", ".join(f"{b['said']:.0%} → {b['came']:.0%}" for b in report["calibration"]),
    ]
    if report["alarms"] or report["notes"]:
        lines += ["", "Noticed:", *(f"  {each}" for each in (*report["alarms"], *report["notes"]))]
    return lines


def _line(each: dict[str, float]) -> str:
    names = {
        "auc": "AUC",
        "within_month_auc": "within a month",
        "within_list_auc": "within a list",
        "alift": "ALIFT",
        "brier": "Brier",
        "lift_at_10": "lift at 10 %",
    }
    names |= {"ece": "calibration error", "log_loss": "log loss"}
    return "  ".join(f"{said} {each[name]:.3f}" for name, said in names.items() if name in each)


_WORDS = {"train": _words_of_train, "predict": _words_of_predict, "evaluate": _words_of_evaluate}


# Writing


def _writable(path: Path) -> None:
    """Refuse early: a training of minutes must not end at a folder that is not there."""
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise BadInput(
            f"{path} cannot be written.",
            code="cannot_write",
            next_step="Name a file in a folder that is there and is yours.",
        )


@contextlib.contextmanager
def _replacing(path: Path) -> Iterator[IO[str]]:
    """Text that takes the file's place when it is whole; until then the old file stands."""
    text = io.StringIO()
    yield text
    part = path.with_name(f".{path.name}.part")
    part.write_text(text.getvalue(), encoding="utf-8", newline="")
    part.replace(path)


if __name__ == "__main__":
    sys.exit(main())
