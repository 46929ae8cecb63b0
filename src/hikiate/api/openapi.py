"""Write the OpenAPI document, or check that the committed one is current."""

import argparse
import json
import sys
from pathlib import Path

from hikiate.api.app import create_app
from hikiate.database import Database
from hikiate.settings import Settings


def document() -> str:
    """Return the document as text. Nothing connects: the database is only named."""
    app = create_app(Database("postgresql://localhost/hikiate"), Settings(database_url=None))
    return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if the file differs")
    arguments = parser.parse_args()
    if not arguments.check:
        arguments.file.write_text(document(), encoding="utf-8")
    elif arguments.file.read_text(encoding="utf-8") != document():
        sys.exit(f"{arguments.file} is not current; run `make openapi` and commit it.")


if __name__ == "__main__":
    main()
