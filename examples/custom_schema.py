"""A schema of your own: declare a Pydantic class, hand it to `extract`.

Run it with `python examples/custom_schema.py`. The same class works on the command line:
`extractor extract FILE --schema examples/custom_schema.py:TableBooking`.
"""

from typing import Annotated

from pydantic import BaseModel, Field

from extractor import Verbatim, extract


class TableBooking(BaseModel):
    """A request to book a table in a restaurant."""

    name: Annotated[str, Verbatim()] | None = Field(description="Name of the guest")
    date: Annotated[str, Verbatim()] | None = Field(description="Day of the visit")
    time: Annotated[str, Verbatim()] | None = Field(description="Time of the visit")
    people: Annotated[str, Verbatim()] | None = Field(description="Number of guests")


TEXT = "Hi, this is Clara Nguyen. Could I have a table for four on Friday at 7:30 pm?"


def main() -> None:
    """Extract one record and print it."""
    booking = extract(TEXT, TableBooking)
    print(booking.model_dump_json(indent=2))


if __name__ == "__main__":
    main()
