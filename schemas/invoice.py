"""Invoices, bills and receipts."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from extractor import Verbatim

__all__ = ["Invoice"]


class LineItem(BaseModel):
    """One thing that is charged."""

    description: Annotated[str, Verbatim()] = Field(description="What it is")
    quantity: Annotated[str, Verbatim()] | None = Field(description="How many")
    price: Annotated[str, Verbatim()] | None = Field(description="Price as written on the line, without the currency")


class Invoice(BaseModel):
    """An invoice, bill or receipt."""

    vendor: Annotated[str, Verbatim()] | None = Field(description="Company or person who is paid")
    customer: Annotated[str, Verbatim()] | None = Field(description="Company or person who pays")
    number: Annotated[str, Verbatim()] | None = Field(description="Invoice or receipt number")
    date: Annotated[str, Verbatim()] | None = Field(description="Date of issue")
    due_date: Annotated[str, Verbatim()] | None = Field(description="Date by which to pay")
    currency: Literal["USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY", "INR"] | None = Field(
        description="Currency of the amounts"
    )
    total: Annotated[str, Verbatim()] | None = Field(
        description="Amount to pay in all, tax included, without the currency"
    )
    items: list[LineItem] = Field(description="Things charged, in order; empty if none are listed")
