"""``./ahize asterisk``: bring a private Asterisk here, look at the one that runs, write files for one of your own."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Sequence
from pathlib import Path

from ahize.kernel.errors import BadInput, Unavailable
from ahize.run.account import service_account
from ahize.run.gate_room import gate_room
from ahize.run.home import Home, base, write_private
from ahize.run.phases import say
from ahize.telephony.asterisk import reading
from ahize.telephony.asterisk.check import Ari, differences, facts
from ahize.telephony.asterisk.dialplan import DIALPLAN_HASH
from ahize.telephony.asterisk.files import MUSIC, files
from ahize.telephony.asterisk.install import install
from ahize.telephony.asterisk.music import music


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="./ahize asterisk", description=__doc__.partition(": ")[2])
    deeds = parser.add_subparsers(dest="deed", required=True, metavar="install | check | config")
    bring = deeds.add_parser("install", help="Debian's Asterisk 22 into a folder, without root")
    bring.add_argument("--into", type=Path, metavar="DIR", help="default: asterisk/ in AHIZE_HOME, for all rooms")
    bring.add_argument("--update", action="store_true", help="look for a newer one")
    look = deeds.add_parser("check", help="is the one that runs the one that Ahize needs?")
    look.add_argument("url", nargs="?", default="", help="of your own, such as http://127.0.0.1:8088")
    look.add_argument("--json", action="store_true", help="for programs")
    write = deeds.add_parser("config", help="write the files for an Asterisk of your own")
    write.add_argument("--out", type=Path, required=True, metavar="DIR", help="a folder; it must be empty or new")
    write.add_argument("--settings", type=Path, metavar="FILE", help="as asterisk.toml in a room (default: that of up)")
    given = parser.parse_args(arguments)
    if given.deed == "install":
        install((given.into or base() / "asterisk").absolute(), say, update=given.update)
        return 0
    if given.deed == "check":
        return _check(given.url, as_json=given.json)
    return _config(given.out.absolute(), given.settings)


def _check(url: str, *, as_json: bool) -> int:
    """0 where it is as it should be, 1 where something must be done."""
    room = _room(url)
    found = facts(Ari(**room))
    remarks = differences(found)
    if as_json:
        told = {"version": found.version, "dialplan": found.dialplan, "started_at": found.started_at}
        print(json.dumps(told | {"remarks": [[each.grave, each.says, each.how] for each in remarks]}))
    else:
        print(f"Asterisk {found.version} at {room['url']}, up since {found.started_at}")
        if found.dialplan == DIALPLAN_HASH:
            print(f"  ✓ dialplan {found.dialplan}, {len(found.modules)} modules, ARI user “{room['user']}”")
        for each in remarks:
            print(f"  {'✗' if each.grave else '!'} {each.says}\n      → {each.how}")
    return 1 if any(each.grave for each in remarks) else 0


def _room(url: str) -> dict[str, str]:
    """Address, user and password of what is asked about."""
    home, service = Home.of("up"), service_account()
    if url:
        _, told = gate_room(home, service, url)
        assert told is not None
    else:
        room, _ = gate_room(home, service, "")
        try:
            told = room.credential()
        except FileNotFoundError:
            raise Unavailable(
                f"No telephone line was ever started in {home.path}.",
                next_step="./ahize up --asterisk, or name yours: ./ahize asterisk check http://HOST:8088",
            ) from None
        except PermissionError:
            raise Unavailable(
                "The gate's password is readable by its own user only.",
                next_step="Run it as root: sudo ./ahize asterisk check",
            ) from None
    return {name: told[name] for name in ("url", "user", "password")}


def _config(out: Path, settings: Path | None) -> int:
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise BadInput(f"{out} has something in it.", next_step="Name a new folder; nothing is overwritten.")
    password = os.environ.get("AHIZE_ARI_PASSWORD", "")
    if not password:
        raise BadInput(
            "The password of the ARI user was not given.",
            next_step="Draw one and set it here and for ./ahize up: export AHIZE_ARI_PASSWORD=$(openssl rand -hex 24)",
        )
    path = settings or Home.of("up").path / reading.FILE
    if settings is not None and not settings.is_file():
        raise BadInput(f"There is no file {settings}.", next_step="Name an asterisk.toml.")
    made = reading.read(path, password=password).settings
    out.mkdir(parents=True, exist_ok=True)
    out.chmod(0o700)
    for name, text in files(made).items():
        write_private(out / name, text)
    (out / MUSIC).mkdir()
    (out / MUSIC / "ahize.wav").write_bytes(music())
    say(f"{len(files(made))} files in {out}, dialplan {DIALPLAN_HASH}. Copy them to /etc/asterisk (0600, its user's),")
    say(f"  {MUSIC}/ to Asterisk's data folder (/usr/share/asterisk), and restart it; then:")
    say(f"  ./ahize asterisk check {made.url} && ./ahize up --asterisk {made.url}")
    return 0
