"""The console's words, as its users read them."""

import json
import re
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parents[2] / "web" / "src" / "i18n"


class Words:
    """The words of one language, by their keys."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._words: dict[str, Any] = json.loads((_FOLDER / f"{language}.json").read_text("utf-8"))

    def __call__(self, key: str, **blanks: object) -> str:
        """Return the words of a key with its blanks filled."""
        words: Any = self._words
        for name in key.split("."):
            words = words[name]
        return re.sub(r"\{\{(\w+)\}\}", lambda blank: str(blanks[blank[1]]), words)
