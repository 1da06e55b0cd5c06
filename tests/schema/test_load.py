from __future__ import annotations

import subprocess
import sys
import typing
from collections.abc import Callable
from typing import Annotated, Any

import outlines.types as outlines_types
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, Field, TypeAdapter, create_model

from extractor.errors import SchemaError
from extractor.grammar import leaf
from extractor.schema.load import load
from extractor.schema.nodes import ArrayNode, NullNode, ObjectNode, StringNode, UnionNode, VerbatimNode
from extractor.schema.verbatim import Verbatim
from tests.schema.pydantic_types import REFUSED, TAKEN, Custom, Tree

Quote = Annotated[str, Verbatim()]


@pytest.mark.parametrize("kind", [kind for kind, _ in TAKEN], ids=str)
def test_types_load_and_their_patterns_compile(kind: Any) -> None:
    loaded = load(kind)
    leaf.check(loaded.declaration)
    assert loaded.adapter is not None


@pytest.mark.parametrize(("kind", "construct"), REFUSED, ids=str)
def test_types_that_cannot_be_promised_are_refused(kind: Any, construct: str) -> None:
    with pytest.raises(SchemaError) as caught:
        load(kind)
    assert construct in caught.value.construct


def test_a_refusal_names_the_field() -> None:
    class Row(BaseModel):
        z: list[Callable[[], int]]

    class Table(BaseModel):
        rows: dict[str, Row]

    with pytest.raises(SchemaError) as caught:
        load(Table)
    assert caught.value.field_path == "rows.*.z[]"


LEAVES = st.sampled_from(
    [int, str, float, bool, None, Any, bytes, complex, object, Custom, Tree, Quote, type, outlines_types.date, 5, "x"]
)


def containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def build(kind: str, held: Any) -> Any:
        makers: dict[str, Callable[[], Any]] = {
            "list": lambda: list[held],
            "set": lambda: set[held],
            "map": lambda: dict[str, held],
            "keys": lambda: dict[held, int],
            "tuple": lambda: tuple[held, held],
            "optional": lambda: held | None,
            "bound": lambda: Annotated[held, Field(ge=1, le=3)],
            "short": lambda: Annotated[held, Field(max_length=2)],
            "pattern": lambda: Annotated[held, Field(pattern=r"(?<=a)b")],
            "quote": lambda: Annotated[held, Verbatim()],
        }
        try:
            return makers[kind]()
        except (TypeError, AttributeError):  # not even Python makes a type of it
            return held

    kinds = st.sampled_from(["list", "set", "map", "keys", "tuple", "optional", "bound", "short", "pattern", "quote"])
    return st.builds(build, kinds, inner)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.recursive(LEAVES, containers, max_leaves=4))
def test_any_type_loads_or_raises_schema_error(kind: Any) -> None:
    try:
        loaded = load(kind)
    except SchemaError as error:
        assert error.construct
        assert str(error)
    else:
        assert loaded.digest


def test_errors_of_pydantic_and_of_the_authors_code_become_schema_errors() -> None:
    class Broken:
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
            raise KeyError("boom")

    with pytest.raises(SchemaError, match="boom"):
        load(Broken)


def test_docstrings_and_descriptions_are_kept() -> None:
    class Invoice(BaseModel):
        """What somebody owes."""

        total: float = Field(description="With tax.")
        tree: Tree

    declaration = load(Invoice).declaration
    assert (declaration.title, declaration.description) == ("Invoice", "What somebody owes.")
    assert isinstance(declaration.root, ObjectNode)
    assert [member.description for member in declaration.root.fields] == ["With tax.", "A tree."]


class Quotes(BaseModel):
    plain: Quote
    maybe: Quote | None = None
    inside: Annotated[str | None, Verbatim()] = None
    many: list[Annotated[str, Verbatim(), Field(max_length=5)]]
    named: dict[str, Quote]


def test_verbatim_marks_strings_wherever_they_are() -> None:
    found = load(Quotes)
    assert isinstance(found.declaration.root, ObjectNode)
    plain, maybe, inside, many, named = (member.node for member in found.declaration.root.fields)
    assert plain == VerbatimNode()
    assert maybe == UnionNode((VerbatimNode(), NullNode()))
    assert inside == UnionNode((VerbatimNode(), NullNode()))
    assert many == ArrayNode(VerbatimNode(1, 5))
    assert isinstance(named, ObjectNode)
    assert named.extra == VerbatimNode()
    assert '"x-verbatim": true' in str(found.json_schema).replace("'", '"').replace("True", "true")


@pytest.mark.parametrize(
    "kind",
    [
        Annotated[bool, Verbatim()],
        list[Annotated[list[str], Verbatim()]],
        Annotated[Tree, Verbatim()],
        Annotated[str | int, Verbatim()],
        Annotated[str, Verbatim(), Field(pattern="a")],
    ],
)
def test_verbatim_marks_nothing_but_what_a_text_can_say(kind: Any) -> None:
    with pytest.raises(SchemaError):
        load(kind)


def test_the_mark_leaves_validation_alone() -> None:
    assert TypeAdapter(Quote).validate_json('"anything"') == "anything"
    assert TypeAdapter(Quote).json_schema() == {"type": "string", "x-verbatim": True}


def test_types_of_outlines_mean_the_whole_value() -> None:
    class Row(BaseModel):
        when: outlines_types.date
        mail: Annotated[str, outlines_types.email, Field(description="d")]
        code: outlines_types.Regex("[a-z]{2}") = "ab"  # type: ignore[valid-type]

    root = load(Row).declaration.root
    assert isinstance(root, ObjectNode)
    nodes = [member.node for member in root.fields]
    assert all(isinstance(node, StringNode) for node in nodes)
    assert isinstance(nodes[0], StringNode)
    assert leaf.fits(nodes[0], "2024-01-31")
    assert leaf.fits(nodes[0], "٢024-01-31")  # Python's \d
    assert not leaf.fits(nodes[0], "on 2024-01-31")
    assert isinstance(nodes[2], StringNode)
    assert leaf.fits(nodes[2], "xy")
    assert not leaf.fits(nodes[2], "xyz")


class Place(typing.TypedDict):
    """A place."""

    name: str
    near: typing.NotRequired[list[Spot] | None]


class Spot(typing.TypedDict, total=False):
    x: typing.Required[int]
    y: typing.Annotated[int, Field(ge=0)]


@pytest.mark.parametrize("kind", [Place, list[Place], dict[str, Place | None], Annotated[Place, Field()], Spot])
def test_typed_dicts_of_the_standard_library_load(kind: Any) -> None:
    assert load(kind).declaration.root


def test_typed_dicts_keep_what_is_required_and_what_is_said() -> None:
    declaration = load(Place).declaration
    assert (declaration.title, declaration.description) == ("Place", "A place.")
    assert isinstance(declaration.root, ObjectNode)
    assert [(member.name, member.required) for member in declaration.root.fields] == [("name", True), ("near", False)]
    assert [(m.name, m.required) for m in load(Spot).declaration.root.fields] == [("x", True), ("y", False)]  # type: ignore[union-attr]


def test_digests_tell_schemas_apart() -> None:
    plain = {"type": "string"}
    marked = {"type": "string", "x-verbatim": True}
    assert load(plain).digest == load(dict(plain)).digest
    assert load(plain).digest != load(marked).digest
    assert load(Tree).digest == load(Tree).digest
    assert len(load(True).digest) == 64


def test_the_mark_and_json_schemas_need_no_pydantic() -> None:
    code = (
        "import sys; from extractor.schema.verbatim import Verbatim; from extractor.schema.load import load; "
        "load({'type': 'string'}); "
        "print(sorted({'pydantic', 'outlines', 'jsonschema', 'llguidance'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_function_is_no_schema() -> None:
    with pytest.raises(SchemaError, match="not a function") as caught:
        load(lambda name: name)
    assert caught.value.construct == "<lambda>"


@pytest.mark.parametrize("kind", [Verbatim, Annotated[str, Verbatim], Verbatim | None, list[Verbatim]], ids=str)
def test_a_mark_that_stands_as_a_type_says_how_it_is_written(kind: Any) -> None:
    with pytest.raises(SchemaError, match=r"Annotated\[str, Verbatim\(\)\]"):
        create_model("Record", value=(kind, ...))
