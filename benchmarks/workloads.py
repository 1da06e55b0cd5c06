"""The three workloads: schemas, and texts that are made from a number.

Strings have one fixed length in characters, so that no system writes longer records than another. For verbatim fields
the texts hold runs of whole words of that length.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from jsonschema import Draft202012Validator
from pydantic import BaseModel, ConfigDict, Field

from extractor import Verbatim

VERBATIM_CHARACTERS = 12

VENDORS = ("Acme Tooling", "Nordlicht AG", "Blue Harbour", "Orion Optics", "Zephyr Foods", "Maple & Sons")
PERSONS = ("Ada Lovelace", "Grace Hopper", "Emmy Noether", "Linus Cooper", "Sofia Martin", "Peter Wagner")
PLACES = ("Leipzig East", "Porto Centro", "Utrecht West", "Ghent Harbor", "Malmo Centre", "Turin Aurora")
GOODS = ("copper pipes", "garden gnome", "steel brooms", "paper towels", "coffee beans", "silver spoon", "rubber boots")
_MONTHS = ("January", "March", "May", "July", "September", "November")

_Run = Annotated[str, Verbatim(), Field(min_length=VERBATIM_CHARACTERS, max_length=VERBATIM_CHARACTERS)]


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Invoice(_Closed):
    kind: Literal["invoice", "reminder", "receipt", "quote"]
    vendor: _Run
    buyer: _Run
    place: _Run
    total: int = Field(ge=1000, le=9999)
    pieces: int = Field(ge=10, le=99)
    currency: Literal["EUR", "USD", "GBP", "JPY"]
    paid: bool


class Item(_Closed):
    name: _Run
    quantity: int = Field(ge=10, le=99)
    unit: Literal["box", "piece", "pallet"]


class Order(_Closed):
    buyer: _Run
    items: list[Item] = Field(min_length=3, max_length=3)
    urgent: bool


class Memo(_Closed):
    title: str = Field(min_length=24, max_length=24)
    summary: str = Field(min_length=48, max_length=48)
    mood: Literal["good", "bad", "neutral"]


def _invoice(number: int) -> str:
    pick = random.Random(number)
    currency, kind = pick.choice(("EUR", "USD", "GBP", "JPY")), pick.choice(("Invoice", "Reminder", "Receipt", "Quote"))
    paid = pick.choice(("The payment has arrived, with thanks.", "The payment is due within thirty days of this date."))
    return (
        f"{kind} number {pick.randint(1000, 9999)} of {pick.randint(1, 28)} {pick.choice(_MONTHS)} 2024. "
        f"{pick.choice(VENDORS)} of {pick.choice(PLACES)} has delivered {pick.randint(10, 99)} pieces of "
        f"{pick.choice(GOODS)} to {pick.choice(PERSONS)} at the agreed price. The sum comes to "
        f"{pick.randint(1000, 9999)} {currency} with all taxes, packing and transport. {paid} "
        "Please name the number above in every letter about this delivery."
    )


def _order(number: int) -> str:
    pick = random.Random(number)
    unit = pick.choice(("boxes", "pieces", "pallets"))
    goods = ", ".join(f"{pick.randint(10, 99)} {unit} of {name}" for name in pick.sample(GOODS, 3))
    return (
        f"Dear {pick.choice(VENDORS)}, this is {pick.choice(PERSONS)} from {pick.choice(PLACES)}. As agreed on the "
        f"telephone we order {goods}, to be sent before the {pick.randint(1, 28)} of {pick.choice(_MONTHS)}. "
        f"{pick.choice(('It is urgent, please hurry.', 'There is no hurry at all.'))} Send the bill to our office "
        "as you did the last time, and call us if anything is out of stock. With kind regards."
    )


def _memo(number: int) -> str:
    pick = random.Random(number)
    return (
        f"{pick.choice(PERSONS)} visited {pick.choice(VENDORS)} in {pick.choice(PLACES)} in {pick.choice(_MONTHS)} and "
        f"wrote: the staff {pick.choice(('were friendly', 'had no time', 'knew little'))}, the {pick.choice(GOODS)} "
        f"{pick.choice(('came on time', 'were late by a week', 'never came'))}, and the price of "
        f"{pick.randint(100, 999)} was {pick.choice(('fair', 'too high', 'what we had expected'))}. We talked about "
        "the next year, about larger orders and about who pays for the transport, and agreed to meet again in spring."
    )


@dataclass(frozen=True)
class Workload:
    """One kind of extraction.

    Attributes:
        name: As on the command line.
        schema: What is extracted.
        text: Makes the text of a number.
        max_tokens: Most tokens of a record, for every system.
    """

    name: str
    schema: type[BaseModel]
    text: Callable[[int], str]
    max_tokens: int = 256

    def texts(self, count: int, start: int = 0) -> Iterator[str]:
        """Yield the texts of `count` numbers."""
        return (self.text(number) for number in range(start, start + count))

    def plain_schema(self) -> dict[str, Any]:
        """JSON Schema without this project's own keyword, for systems that do not know it."""
        return dict(json.loads(json.dumps(self.schema.model_json_schema()), object_hook=_without_mark))

    @cached_property
    def _validator(self) -> Any:
        return Draft202012Validator(self.plain_schema())

    def valid(self, output: str) -> bool:
        """Whether an output is JSON of the (plain) schema."""
        try:
            return bool(self._validator.is_valid(json.loads(output)))
        except (ValueError, RecursionError):
            return False


def _without_mark(found: dict[str, Any]) -> dict[str, Any]:
    found.pop("x-verbatim", None)
    return found


WORKLOADS = {
    workload.name: workload
    for workload in (
        Workload("flat", Invoice, _invoice),
        Workload("nested", Order, _order),
        Workload("free", Memo, _memo),
    )
}
