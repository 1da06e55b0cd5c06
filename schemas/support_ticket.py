"""Messages to a help desk."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from extractor import Verbatim

__all__ = ["SupportTicket"]


class SupportTicket(BaseModel):
    """A customer's message to a help desk."""

    category: Literal["billing", "delivery", "account", "technical", "return", "cancellation", "question", "praise"] = (
        Field(description="What it is about")
    )
    priority: Literal["low", "normal", "urgent"] = Field(
        description="urgent: work stands still, money or data at risk, or a deadline today; low: can wait"
    )
    product: Annotated[str, Verbatim()] | None = Field(description="Product or service it is about")
    order_number: Annotated[str, Verbatim()] | None = Field(description="Order, invoice or ticket number")
    error: Annotated[str, Verbatim()] | None = Field(description="Error code or message that is shown")
    customer: Annotated[str, Verbatim()] | None = Field(description="Name of the customer")
    email: Annotated[str, Verbatim()] | None = Field(description="E-mail address of the customer")
