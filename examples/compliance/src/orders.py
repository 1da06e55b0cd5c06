# Copyright 2026 The example team
# SPDX-License-Identifier: Apache-2.0
"""Orders, for the example."""


def total(prices: list[float]) -> float:
    """Sum of prices."""
    return sum(prices)
