"""Paging as every list takes it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, ConfigDict, Field

MAX_LIMIT = 500


class PageQuery(BaseModel):
    """`cursor` is the next_cursor of an earlier answer. An unknown parameter is refused: a filter that is misspelt
    must not quietly show everything."""

    model_config = ConfigDict(extra="forbid")

    cursor: Annotated[str, Field(max_length=256)] | None = None
    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT)] = 100


Page = Annotated[PageQuery, Query()]
