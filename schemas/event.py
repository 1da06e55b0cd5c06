"""Announcements and invitations."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from extractor import Verbatim

__all__ = ["Event"]


class Event(BaseModel):
    """An event that a text announces."""

    name: Annotated[str, Verbatim()] | None = Field(description="Name of the event")
    kind: Literal[
        "concert", "conference", "workshop", "meeting", "sports", "exhibition", "festival", "party", "other"
    ] = Field(description="Sort of event")
    date: Annotated[str, Verbatim()] | None = Field(description="Day it takes place or begins")
    start_time: Annotated[str, Verbatim()] | None = Field(description="Time it begins")
    end_time: Annotated[str, Verbatim()] | None = Field(description="Time it ends")
    venue: Annotated[str, Verbatim()] | None = Field(description="Building, room or place")
    city: Annotated[str, Verbatim()] | None = Field(description="Town or city")
    organizer: Annotated[str, Verbatim()] | None = Field(description="Person or organisation that runs it")
    price: Annotated[str, Verbatim()] | None = Field(description="Entry fee without the currency")
