"""People, places and organizations named in a text."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from extractor import Verbatim

__all__ = ["WebTextEntities"]


class Entity(BaseModel):
    """One entity mention."""

    text: Annotated[str, Verbatim()] = Field(description="The mention exactly as it is written in the text.")
    type: Literal["person", "location", "organization"] = Field(
        description="person: name of a person; location: place, city, country or region; "
        "organization: company, institution or group"
    )


class WebTextEntities(BaseModel):
    """Named entities mentioned in a web text (answers, e-mail, blog, review, newsgroup), in order of appearance."""

    entities: list[Entity] = Field(description="All entity mentions in order of appearance; empty if there are none.")
