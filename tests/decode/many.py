"""Decodes with random weights over random schemas: what must hold whatever a model says."""

from __future__ import annotations

import json
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import assert_never

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from extractor.api.decoding import Decoding
from extractor.api.repair import Repair
from extractor.decode.exclusion import Excluding, Plan, TokenIndex
from extractor.decode.request import Completion, Request
from extractor.decode.scheduler import Scheduler
from extractor.engine.protocol import Engine
from extractor.errors import InputError, RecordError
from extractor.grammar.backends import Backend
from extractor.grammar.budget import bounded, minimum_tokens
from extractor.grammar.chunks import chunks
from extractor.grammar.constraint import Constraint
from extractor.grammar.roomy import roomy
from extractor.ground.spans import grounded_values, spans
from extractor.prompt.schema_text import render
from extractor.prompt.template import Brief, ExtractorTemplate, encode
from extractor.schema.load import LoadedSchema
from extractor.schema.nodes import (
    AnyNode,
    ArrayNode,
    BooleanNode,
    Declaration,
    EnumNode,
    IntegerNode,
    Node,
    NullNode,
    NumberNode,
    ObjectNode,
    QuotedNode,
    RefNode,
    StringNode,
    UnionNode,
    VerbatimNode,
)
from extractor.validate.records import instance
from tests.strategies import declarations, texts

# Budgets beyond a schema's minimum, in tokens: none at all, a few, plenty.
EXTRA = (0, 0, 1, 2, 5, 13, 40, 100)


@dataclass(frozen=True)
class Case:
    """A schema, a text, and the tokens allowed."""

    declaration: Declaration
    text: str
    max_tokens: int


@dataclass
class Tally:
    """What was decoded, and how it ended."""

    decodes: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    features: Counter[str] = field(default_factory=Counter)


def kinds(declaration: Declaration) -> set[str]:
    """Names of the node kinds of a schema."""
    return {type(node).__name__ for node in _nodes(declaration)}


def features(declaration: Declaration) -> set[str]:
    """What a budget has to bound in a schema."""
    found: set[str] = set()
    for node in _nodes(declaration):
        match node:
            case StringNode(_, None, None, None):
                found.add("unbounded string")
            case ArrayNode(items=items, max_items=None) if items is not None:
                found.add("unbounded array")
            case ObjectNode(extra=extra, max_properties=None) if extra is not None:
                found.add("unbounded map")
            case IntegerNode(maximum=None) | NumberNode(maximum=None):
                found.add("unbounded digits")
            case RefNode():
                found.add("recursion")
            case _:
                pass
    return found


def _nodes(declaration: Declaration) -> Iterator[Node]:
    for root in (declaration.root, *declaration.definitions.values()):
        yield from _inside(root)


def _inside(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case ArrayNode(items, prefix):
            held = [*prefix, *([items] if items is not None else [])]
        case ObjectNode(fields, extra):
            held = [*(member.node for member in fields), *([extra] if extra is not None else [])]
        case UnionNode(options):
            held = list(options)
        case (
            StringNode()
            | VerbatimNode()
            | QuotedNode()
            | IntegerNode()
            | NumberNode()
            | BooleanNode()
            | NullNode()
            | EnumNode()
            | AnyNode()
            | RefNode()
        ):
            held = []
        case _:
            assert_never(node)
    for inner in held:
        yield from _inside(inner)


def cases(engine: Engine, count: int, number: int) -> list[Case]:
    """Draw schemas that have a record, with a text and a budget from the schema's minimum up."""
    found: list[Case] = []
    random = Random(number)

    @seed(number)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.data())
    def draw(data: DataObject) -> None:
        declaration = data.draw(declarations(verbatim=data.draw(st.booleans())))
        text = "Ada paid 42 " + data.draw(texts())
        if len(found) < count:
            minimum = _minimum(declaration, text, engine)
            if minimum is not None:
                found.append(Case(declaration, text, minimum + random.choice(EXTRA)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        draw()
    return found


def _minimum(declaration: Declaration, text: str, engine: Engine) -> int | None:
    try:
        minimum = minimum_tokens(declaration, engine.vocabulary, chunks(text))
    except InputError:  # the text has nothing that would do for a required verbatim string
        return None
    return minimum if minimum < engine.context_tokens // 2 else None


def request(case: Case, engine: Engine, backend: Backend, plan: Plan | None = None) -> Request:
    """The request that `Extractor` would make."""
    template, vocabulary = ExtractorTemplate(), engine.vocabulary

    def constraint(declaration: Declaration) -> Constraint:
        made = backend.constraint(declaration, case.text)
        return made if plan is None else Excluding(made, TokenIndex(vocabulary), plan)

    schema = render(case.declaration, "no_labels")[:200]
    return Request(
        tuple(encode(template.prefix(Brief(schema)), vocabulary)),
        tuple(encode(template.body(case.text), vocabulary)),
        case.max_tokens,
        (
            lambda budget: constraint(roomy(case.declaration, budget, len(case.text))),
            lambda budget: constraint(bounded(case.declaration, budget, vocabulary, chunks(case.text))),
        ),
    )


def check(case: Case, completion: Completion) -> bool:
    """Within the budget, valid, grounded; False where all that is wrong is an item that stands twice.

    `uniqueItems` is kept by refusing the record after decoding, so a model that repeats itself is refused.
    """
    assert completion.tokens <= case.max_tokens
    try:
        record = instance(LoadedSchema(case.declaration, True, None, ""), completion.text)
    except RecordError:
        instance(LoadedSchema(_without_unique(case.declaration), True, None, ""), completion.text)
        return False
    assert record == json.loads(completion.text)
    found = spans(case.declaration, record, case.text)
    for one in grounded_values(case.declaration, record):
        if one.path in found:  # in a union, a free string may stand where a verbatim one could
            assert one.stands_at(found[one.path], case.text)
    return True


def _without_unique(declaration: Declaration) -> Declaration:
    definitions = {name: _loosened(node) for name, node in declaration.definitions.items()}
    return replace(declaration, root=_loosened(declaration.root), definitions=definitions)


def _loosened(node: Node) -> Node:
    match node:
        case ArrayNode(items, prefix):
            rest = None if items is None else _loosened(items)
            return replace(node, items=rest, prefix=tuple(map(_loosened, prefix)), unique=False)
        case ObjectNode(fields, extra):
            loose = tuple(replace(member, node=_loosened(member.node)) for member in fields)
            return replace(node, fields=loose, extra=None if extra is None else _loosened(extra))
        case UnionNode(options):
            return UnionNode(tuple(map(_loosened, options)))
        case _:
            return node


def _outcome(case: Case, completion: Completion, engine: Engine, backend: Backend, scheduler: Scheduler) -> str:
    """How a decode ended; a record that is refused (a member cut out may be missed) is repaired as `Extractor` does.

    Raises:
        RecordError: It is refused, and no other was found.
    """

    def again(plan: Plan) -> Completion:
        return scheduler.submit(request(case, engine, backend, plan)).result()

    try:
        valid = check(case, completion)
    except RecordError as error:
        repair = Repair(again, lambda found: check(case, found), Decoding().repairs)
        _, accepted, _ = repair.run(completion, error)
        return "repaired" if accepted else "refused"
    return completion.status if valid else "refused"


def decode(engine: Engine, backend: Backend, drawn: list[Case], tally: Tally) -> list[tuple[Case, BaseException]]:
    """Decode every case; return those that went wrong."""
    scheduler = Scheduler(engine)
    wrong: list[tuple[Case, BaseException]] = []
    try:
        answers = [(case, scheduler.submit(request(case, engine, backend))) for case in drawn]
        for case, answer in answers:
            try:
                tally.statuses[_outcome(case, answer.result(), engine, backend, scheduler)] += 1
            except Exception as error:  # noqa: BLE001 - all of them are reported together
                wrong.append((case, error))
                continue
            tally.decodes += 1
            tally.kinds.update(kinds(case.declaration))
            tally.features.update(features(case.declaration))
    finally:
        scheduler.stop()
    return wrong
