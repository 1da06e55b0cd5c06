"""Contact details from a signature, a card or a sentence."""

from typing import Annotated

from pydantic import BaseModel, Field

from extractor import Verbatim

__all__ = ["ContactDetails"]


class ContactDetails(BaseModel):
    """Contact details given in a text."""

    name: Annotated[str, Verbatim()] | None = Field(description="Name of the first person mentioned")
    email: Annotated[str, Verbatim()] | None = Field(description="E-mail address")
    phone: Annotated[str, Verbatim()] | None = Field(description="Phone number")
    address: Annotated[str, Verbatim()] | None = Field(description="Postal address")
    organization: Annotated[str, Verbatim()] | None = Field(description="Organisation")
