"""What the scheduler's tests share: an engine that is watched, and requests for it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from extractor.decode.request import Request
from extractor.engine.protocol import Scores, Work
from extractor.engine.scripted import ScriptedEngine
from extractor.errors import EngineError
from extractor.grammar.constraint import Constraint, Mask
from extractor.grammar.llguidance_backend import LLGuidanceBackend
from extractor.prompt.template import Brief, ExtractorTemplate, encode
from extractor.schema.nodes import Declaration, Field, JSONValue, Node, ObjectNode, StringNode

NOTE = ObjectNode((Field("said", StringNode()),))
SHORT_NOTE = ObjectNode((Field("said", StringNode(0, 3)),))


class WatchedEngine(ScriptedEngine):
    """A scripted engine that remembers its batches, can fail one, and can be held."""

    def __init__(
        self,
        answer: Callable[[str], JSONValue] = lambda text: {"said": text},
        *,
        context_tokens: int = 4096,
        parallel: int = 2,
        batch_tokens: int = 1024,
    ) -> None:
        super().__init__(answer, context_tokens=context_tokens, parallel=parallel)
        self.batch_tokens = batch_tokens
        self.batches: list[tuple[Work, ...]] = []
        self.shared: list[tuple[int, int, int]] = []
        self.fail_at: int | None = None
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()
        self.closed = False

    def evaluate(self, works: Sequence[Work], masks: Callable[[], Sequence[Mask]]) -> list[Scores]:
        self.entered.set()
        assert self.gate.wait(30)
        assert 0 < sum(len(work.tokens) for work in works) <= self.batch_tokens
        assert len({work.sequence for work in works}) == len(works)
        self.batches.append(tuple(works))
        if self.fail_at == len(self.batches):
            raise EngineError("a failure on purpose")
        return super().evaluate(works, masks)

    def share(self, source: int, target: int, length: int) -> None:
        self.shared.append((source, target, length))
        super().share(source, target, length)

    def close(self) -> None:
        self.closed = True
        super().close()


@dataclass
class Desk:
    """Makes requests for one engine."""

    engine: WatchedEngine
    backend: LLGuidanceBackend = field(init=False)

    def __post_init__(self) -> None:
        self.backend = LLGuidanceBackend(self.engine.vocabulary)

    def constraint(self, node: Node, definitions: Mapping[str, Node] | None = None) -> Callable[[int], Constraint]:
        return lambda _budget: self.backend.constraint(Declaration(node, definitions or {}), None)

    def request(
        self,
        text: str,
        *nodes: Node,
        schema: str = "Note",
        max_tokens: int | None = None,
        definitions: Mapping[str, Node] | None = None,
    ) -> Request:
        """A request whose attempts are these nodes, in order."""
        template, vocabulary = ExtractorTemplate(), self.engine.vocabulary
        return Request(
            tuple(encode(template.prefix(Brief(schema)), vocabulary)),
            tuple(encode(template.body(text), vocabulary)),
            max_tokens,
            [self.constraint(node, definitions) for node in nodes or (NOTE,)],
        )
