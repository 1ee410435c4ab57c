"""The server's sentences in other languages: which there are, which are translated, and the file gettext reads.

Django's own tools need the GNU programs, which a fresh machine lacks; this file is what we need of them. English is in
the code, ``locale/<language>/LC_MESSAGES/django.po`` holds the rest, and the binary beside it is made on first start.
``python -m ahize.web.catalogue`` adds new sentences to the files, empty, and says how many there are.
"""

from __future__ import annotations

import ast
import os
import re
import struct
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
LOCALE = HERE / "locale"
ONE = frozenset({"_", "gettext", "gettext_noop", "gettext_lazy", "N_"})
TWO = frozenset({"ngettext", "ngettext_lazy"})


@dataclass(slots=True)
class Message:
    """A sentence and its translations: one, or one for each plural form."""

    id: str
    plural: str = ""
    said: list[str] = field(default_factory=list)
    fuzzy: bool = False

    @property
    def is_done(self) -> bool:
        return not self.fuzzy and bool(self.said) and all(self.said)


# ── which there are ─────────────────────────────────────────────────────────────────────────────────────────────


def sentences(folder: Path) -> dict[str, str]:
    """Every sentence marked for translation in the Python files under ``folder``, each with its plural or ``""``."""
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"), filename=str(path))):
            if isinstance(node, ast.Call):
                found.update(_marked(node))
    return found


def _marked(call: ast.Call) -> Iterator[tuple[str, str]]:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    if name in TWO and len(texts) == 2:
        yield texts[0], texts[1]
    elif name in ONE and len(texts) == 1 and texts[0]:
        yield texts[0], ""


# ── reading and writing catalogues ──────────────────────────────────────────────────────────────────────────────


def read(path: Path) -> list[Message]:
    """The messages of a ``.po`` file; the first, with the empty id, is its header."""
    messages: list[Message] = []
    fuzzy, target = False, ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        keyword = re.match(r"(msgid_plural|msgid|msgstr)(?:\[(\d)\])?\s+", line)
        if keyword:
            target = keyword[1]
            if target == "msgid":
                messages.append(Message(id="", fuzzy=fuzzy))
                fuzzy = False
            elif target == "msgstr":
                messages[-1].said.append("")
        quoted = line[keyword.end() :].strip() if keyword else line.strip()
        if not quoted:
            continue
        text = ast.literal_eval(quoted)
        if target == "msgid":
            messages[-1].id += text
        elif target == "msgid_plural":
            messages[-1].plural += text
        else:
            messages[-1].said[-1] += text
    return messages


def write(path: Path, messages: Iterable[Message]) -> None:
    """The same as text, header first, then by id."""
    blocks = []
    for message in sorted(messages, key=lambda one: one.id):
        lines = ["#, fuzzy"] if message.fuzzy else []
        if not message.id:
            lines += ['msgid ""', 'msgstr ""', *(_quoted(part + "\n") for part in message.said[0].splitlines())]
        elif message.plural:
            lines += [f"msgid {_quoted(message.id)}", f"msgid_plural {_quoted(message.plural)}"]
            lines += [f"msgstr[{n}] {_quoted(text)}" for n, text in enumerate(message.said or ["", ""])]
        else:
            lines += [f"msgid {_quoted(message.id)}", f"msgstr {_quoted((message.said or [''])[0])}"]
        blocks.append("\n".join(lines))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def compiled(messages: Iterable[Message]) -> bytes:
    """The file that gettext reads (GNU MO, version 0); what is not done is left out, and English stands in."""
    pairs: list[tuple[bytes, bytes]] = []
    for message in messages:
        if message.id and not message.is_done:
            continue
        key = f"{message.id}\0{message.plural}" if message.plural else message.id
        pairs.append((key.encode(), "\0".join(message.said).encode()))
    pairs.sort()
    header, n = 28, len(pairs)
    offset = header + 16 * n
    ids: list[int] = []
    texts: list[int] = []
    body = b""
    for column, index in ((0, ids), (1, texts)):
        for pair in pairs:
            index += [len(pair[column]), offset + len(body)]
            body += pair[column] + b"\0"
    top = struct.pack("<7I", 0x950412DE, 0, n, header, header + 8 * n, 0, 0)
    return top + struct.pack(f"<{4 * n}I", *ids, *texts) + body


# ── keeping them ────────────────────────────────────────────────────────────────────────────────────────────────


def ready(home: Path) -> Path:
    """The folder with binaries for gettext, made where they are missing or old.

    They stand beside their sources, or in ``home`` where that folder belongs to somebody else.
    """
    folder = LOCALE if os.access(LOCALE, os.W_OK) else home / "locale"
    for source in LOCALE.glob("*/LC_MESSAGES/django.po"):
        target = folder / source.relative_to(LOCALE).with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        # Several processes may start together: each writes a file of its own and the last rename wins.
        with tempfile.NamedTemporaryFile(dir=target.parent, suffix=".mo.new", delete=False) as out:
            out.write(compiled(read(source)))
        Path(out.name).chmod(0o644)
        Path(out.name).replace(target)
    return folder


def missing(language: str) -> list[str]:
    """Sentences of the code that this language lacks or is unsure of."""
    done = {message.id: message for message in read(LOCALE / language / "LC_MESSAGES" / "django.po")}
    wanted = sentences(HERE)
    return [text for text in wanted if not (text in done and done[text].is_done and done[text].plural == wanted[text])]


def update(language: str) -> int:
    """Bring a catalogue to the code's sentences: new ones empty, gone ones dropped; how many are open."""
    path = LOCALE / language / "LC_MESSAGES" / "django.po"
    known = {message.id: message for message in read(path)}
    wanted = sentences(HERE)
    kept = [known.get(text) or Message(text) for text in wanted]
    for message in kept:
        if message.plural != wanted[message.id]:
            message.plural, message.said = wanted[message.id], []
    write(path, [known[""], *kept])
    return len(missing(language))


if __name__ == "__main__":
    for found in sorted(LOCALE.iterdir()):
        if found.is_dir():
            sys.stdout.write(f"{found.name}: {update(found.name)} to translate\n")
