"""Sentiment of a comment or review."""

from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["CommentSentiment"]


class CommentSentiment(BaseModel):
    """Sentiment of an online comment."""

    sentiment: Literal["positive", "negative", "ambiguous", "neutral"] = Field(
        description="Overall tone; ambiguous covers surprise, curiosity, confusion and realisation"
    )
