"""The verifier as one file: ``python3 ahize-verify.pyz BUNDLE.zip`` runs wherever Python 3.11 is.

Made of the package ``ahize_verify`` as it lies there; nothing of it is imported. The same sources give the same bytes.
"""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final

NAME: Final = "ahize-verify.pyz"
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
_START: Final = "from ahize_verify.__main__ import main\nraise SystemExit(main())\n"


@lru_cache(maxsize=1)
def program() -> bytes:
    """A zip that Python runs, with the line before it by which a shell finds Python."""
    spec = find_spec("ahize_verify")
    assert spec is not None, "it comes with every Ahize"
    assert spec.origin is not None, "it is a package with a file"
    sources = {f"ahize_verify/{file.name}": file.read_bytes() for file in Path(spec.origin).parent.glob("*.py")}
    made = io.BytesIO()
    made.write(b"#!/usr/bin/env python3\n")
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as packed:
        for name, source in sorted({**sources, "__main__.py": _START.encode()}.items()):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type, entry.create_system = zipfile.ZIP_DEFLATED, 3
            packed.writestr(entry, source)
    return made.getvalue()
