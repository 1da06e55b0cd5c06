"""Matrix products in bfloat16 around weights kept in float32."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


def _pays() -> bool:
    capability = torch.backends.cpu.get_cpu_capability()
    return "AVX512" in capability and torch.ops.mkldnn._is_mkldnn_bf16_supported()


FAST = torch.bfloat16 if _pays() else torch.float32  # what matrices are multiplied in


class _Product(torch.autograd.Function):
    """`x @ w.T` with all three products of forward and backward in bfloat16; x `(n, i)`, w `(o, i)`."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, w: Tensor) -> Tensor:
        xb, wb = x.to(torch.bfloat16), w.to(torch.bfloat16)
        ctx.save_for_backward(xb, wb)
        return (xb @ wb.T).float()

    @staticmethod
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, Tensor]:  # type: ignore[override]
        xb, wb = ctx.saved_tensors
        g = gradient.to(torch.bfloat16)
        return (g @ wb).float(), (g.T @ xb).float()


def product(x: Tensor, w: Tensor) -> Tensor:
    """`x @ w.T`, in bfloat16 where the processor multiplies it faster.

    Shape: x `(n, i)`, w `(o, i)` to `(n, o)` in float32.
    """
    if torch.bfloat16 == FAST:
        return _Product.apply(x, w)  # type: ignore[no-any-return,no-untyped-call]
    return x @ w.T
