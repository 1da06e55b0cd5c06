"""The schemas of the policies: a model fills one in for every unit that no pattern has found, if it is asked to."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from extractor import Verbatim

Quote = Annotated[str, Verbatim()] | None


class Feedback(BaseModel):
    """A line of data/feedback.jsonl."""

    id: int = Field(ge=1)
    stars: int = Field(ge=1, le=5)
    text: str = Field(min_length=1)


class ChangelogEntry(BaseModel):
    """Whether a changelog entry says what changes for whoever uses the product."""

    compliant: bool = Field(description="True if the entry says what changed; false if it is vague")
    rule: Literal["vague", "placeholder", "bare-ticket"] | None = Field(description="What is wrong, if something is")
    quote: Quote = Field(description="The words that are wrong")


class LicenceHeader(BaseModel):
    """Whether a source file begins with a copyright line and an allowed licence."""

    compliant: bool = Field(description="True if copyright and licence are there")
    rule: Literal["spdx", "copyright"] | None = Field(description="What is missing, if something is")
    quote: Quote = Field(description="The line that is wrong")


class ReleaseNote(BaseModel):
    """Whether a release note says only what is in the release."""

    compliant: bool = Field(description="True if nothing is promised for later")
    rule: Literal["soon", "will", "plan"] | None = Field(description="What is wrong, if something is")
    quote: Quote = Field(description="The promise")


class MarketingText(BaseModel):
    """Whether a text for customers claims only what can be shown."""

    compliant: bool = Field(description="True if no claim is absolute, guaranteed or superlative")
    rule: Literal["absolute", "guarantee", "superlative", "certified"] | None = Field(description="Which claim, if any")
    quote: Quote = Field(description="The claim")


class ConfigLine(BaseModel):
    """Whether a line of configuration is safe in production."""

    compliant: bool = Field(description="True if it is safe")
    rule: Literal["tls", "debug", "open-to-all", "root"] | None = Field(description="What is unsafe, if something is")
    quote: Quote = Field(description="The unsafe setting")
