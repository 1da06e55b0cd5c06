"""Results of earlier runs, by digest of content, rules and model. Values are never written: spans only."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path

from extractor.hooks.candidate import Candidate

_SMALL = 4096  # below this, looking is as quick as looking up


@cache
def rules_digest() -> str:
    """Digest of the recognisers as they are installed: any change of a rule makes old results void."""
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for file in sorted(folder.rglob("*.py")):
        digest.update(file.read_bytes())
    return digest.hexdigest()


class Results:
    """Candidates that were found before."""

    def __init__(self, settings: str, *, model: str = "", use: bool = True) -> None:
        """Open the cache.

        Args:
            settings: Whatever else decides the result, as text.
            model: Digest of the model that judges; "" where none does.
            use: False: look afresh, and keep nothing.
        """
        self._use = use
        self._settings = f"{settings}\0{model}"
        self._always = bool(model)

    def of(self, text: str, find: Callable[[str], list[Candidate]]) -> list[Candidate]:
        """What `find` gives for a text, or gave when it was last asked."""
        if not self._use or (len(text) < _SMALL and not self._always):
            return find(text)
        place = self._place(text)
        try:
            return [Candidate(*row) for row in json.loads(place.read_text(encoding="utf-8"))]
        except (OSError, ValueError, TypeError):
            found = find(text)
        self._keep(place, found)
        return found

    def _place(self, text: str) -> Path:
        from extractor.store.home import home

        content = text.encode("utf-8", "surrogatepass")
        key = hashlib.sha256(f"{rules_digest()}\0{self._settings}\0".encode() + content).hexdigest()
        return home() / "hooks" / key[:2] / f"{key}.json"

    def _keep(self, place: Path, found: list[Candidate]) -> None:
        from extractor.store.durable import replace_text

        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            replace_text(place, json.dumps(found))
        except OSError:  # a cache that cannot be written is no reason to stop a commit
            self._use = False
