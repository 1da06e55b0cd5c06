"""Which department a customer's question goes to."""

from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["QueryDomain"]


class QueryDomain(BaseModel):
    """Which department a customer query belongs to."""

    domain: Literal[
        "banking",
        "credit_cards",
        "kitchen_and_dining",
        "home",
        "auto_and_commute",
        "travel",
        "utility",
        "work",
        "small_talk",
        "meta",
        "out_of_scope",
    ] = Field(description="out_of_scope if no department fits")
