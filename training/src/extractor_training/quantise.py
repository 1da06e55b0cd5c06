"""Fake Q4_0: what llama.cpp's 32-weight blocks do to a matrix, with gradients passed straight through."""

from __future__ import annotations

import torch
from torch import Tensor


def fake_q4_0(weight: Tensor) -> Tensor:
    """Round a matrix as Q4_0 does. Shape: `(outputs, inputs)`, inputs a multiple of 32, to the same.

    Source: ggml-quants.c, quantize_row_q4_0_ref: the scale is the weight of largest magnitude over -8, kept as f16.
    """
    blocks = weight.detach().reshape(-1, 32)
    extreme = blocks.gather(1, blocks.abs().argmax(1, keepdim=True))
    scale = extreme / -8
    inverse = torch.where(scale == 0, torch.zeros_like(scale), 1 / scale)
    levels = (blocks * inverse + 8.5).floor_().clamp_(0, 15) - 8
    rounded = (levels * scale.half().float()).reshape(weight.shape)
    return weight + (rounded - weight).detach()
