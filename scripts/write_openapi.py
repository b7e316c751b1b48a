"""Write protocol/openapi.json anew, after an address, an envelope, an answer or a failure has changed.

.venv/bin/python -m scripts.write_openapi
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "protocol" / "openapi.json"


def spell_document() -> str:
    """Return the document as the file has it. Django must be set up."""
    from django.urls import get_resolver

    from tallybook.api.openapi import make_document

    return json.dumps(make_document(get_resolver()), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Write it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tallybook.config.settings")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TALLYBOOK_DATA_DIR"] = folder  # settings make a secret key there
        django.setup()
        DOCUMENT.write_text(spell_document(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
