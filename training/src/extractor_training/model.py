"""The embedded model in torch: Gemma 3's block, one key and value head, every layer attending to everything.

A batch is a list of groups; the rows of a group share a prefix, whose keys and values are computed once.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from extractor_training.precision import product
from extractor_training.quantise import fake_q4_0
from extractor_training.shape import Shape


class Norm(nn.Module):
    """RMS norm with Gemma's `1 + w`."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.zeros(width))

    def forward(self, x: Tensor) -> Tensor:
        """Shape: `(..., width)` to the same."""
        return F.rms_norm(x, (x.shape[-1],), 1 + self.w, 1e-6)


class Linear(nn.Module):
    """A matrix without bias that can pretend to be Q4_0."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(outputs, inputs) * 0.02)
        self.fake = False

    def forward(self, x: Tensor) -> Tensor:
        """Shape: `(n, inputs)` to `(n, outputs)`."""
        return product(x, fake_q4_0(self.weight) if self.fake else self.weight)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary embedding, halves paired. Shape: `(..., t, head_width)`, cos and sin `(t, head_width / 2)`."""
    a, b = x.chunk(2, -1)
    return torch.cat([a * cos - b * sin, b * cos + a * sin], -1)


class Block(nn.Module):
    """Attention and gated feed-forward, a norm before and after each."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads, self.head_width = shape.heads, shape.head_width
        self.q = Linear(shape.width, shape.heads * shape.head_width)
        self.k = Linear(shape.width, shape.head_width)
        self.v = Linear(shape.width, shape.head_width)
        self.o = Linear(shape.heads * shape.head_width, shape.width)
        self.g = Linear(shape.width, shape.hidden)
        self.u = Linear(shape.width, shape.hidden)
        self.d = Linear(shape.hidden, shape.width)
        self.n1, self.n2, self.n3, self.n4 = (Norm(shape.width) for _ in range(4))
        self.qn, self.kn = Norm(shape.head_width), Norm(shape.head_width)

    def forward(self, x: Tensor, parts: Sequence[Part], cos: Tensor, sin: Tensor) -> Tensor:
        """Shape: x `(n, width)`, all tokens of the batch one after the other, to the same."""
        h = self.n1(x)
        q, k, v = self.qn(self.q(h).view(-1, self.heads, self.head_width)), self.kn(self.k(h)), self.v(h)
        mixed = torch.cat([part.attend(q, k, v, cos, sin) for part in parts])
        x = x + self.n2(self.o(mixed))
        h = self.n3(x)
        return x + self.n4(self.d(F.gelu(self.g(h), approximate="tanh") * self.u(h)))


class Part:
    """One group's place in the flat batch: `prefix` tokens from `start`, then `rows` rows of `length` tokens."""

    def __init__(self, start: int, prefix: int, rows: int, length: int) -> None:
        self.start, self.prefix, self.rows, self.length = start, prefix, rows, length
        causal = torch.ones(length, length, dtype=torch.bool).tril()
        self.mask = torch.cat([torch.ones(length, prefix, dtype=torch.bool), causal], 1)

    def attend(self, q: Tensor, k: Tensor, v: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        """Shape: q `(n, heads, head_width)`, k and v `(n, head_width)` of the batch; returns `(own n, width)`."""
        heads, width = q.shape[1], q.shape[2]
        a, b = self.start, self.start + self.prefix
        end = b + self.rows * self.length
        kp = rotate(k[a:b], cos[: self.prefix], sin[: self.prefix])
        qp = rotate(q[a:b].transpose(0, 1), cos[: self.prefix], sin[: self.prefix])
        shared = (kp.expand(1, heads, -1, -1), v[a:b].expand(1, heads, -1, -1))
        first = F.scaled_dot_product_attention(qp[None], *shared, is_causal=True)[0].transpose(0, 1)
        at = slice(self.prefix, self.prefix + self.length)
        kr = rotate(k[b:end].view(self.rows, self.length, width), cos[at], sin[at])
        qr = rotate(q[b:end].view(self.rows, self.length, heads, width).transpose(1, 2), cos[at], sin[at])
        keys = torch.cat([kp.expand(self.rows, -1, -1), kr], 1)[:, None]
        values = torch.cat([v[a:b].expand(self.rows, -1, -1), v[b:end].view(self.rows, self.length, width)], 1)[:, None]
        flat = qr.reshape(self.rows, 1, heads * self.length, width)  # one key head: heads are more queries
        mixed = F.scaled_dot_product_attention(flat, keys, values, attn_mask=self.mask.repeat(heads, 1))
        second = mixed.view(self.rows, heads, self.length, width).transpose(1, 2)
        return torch.cat([first.reshape(-1, heads * width), second.reshape(-1, heads * width)])


class Model(nn.Module):
    """The whole model; embedding and head share their matrix."""

    cos: Tensor
    sin: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.e = nn.Embedding(shape.vocabulary, shape.width)
        nn.init.normal_(self.e.weight, std=0.04)
        self.b = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.n = Norm(shape.width)
        turns = torch.arange(shape.context)[:, None] / shape.rope_base ** (
            torch.arange(0, shape.head_width, 2) / shape.head_width
        )
        self.register_buffer("cos", turns.cos(), persistent=False)
        self.register_buffer("sin", turns.sin(), persistent=False)

    def forward(self, prefixes: Sequence[Tensor], rows: Sequence[Tensor]) -> list[Tensor]:
        """Hidden states of the rows.

        Args:
            prefixes: Token ids `(p,)` of every group.
            rows: Token ids `(r, t)` of every group.

        Returns:
            `(r, t, width)` of every group.
        """
        parts, flat, start = [], [], 0
        for p, r in zip(prefixes, rows, strict=True):
            parts.append(Part(start, len(p), r.shape[0], r.shape[1]))
            flat += [p, r.reshape(-1)]
            start += len(p) + r.numel()
        x = self.e(torch.cat(flat)) * math.sqrt(self.shape.width)
        for block in self.b:
            x = block(x, parts, self.cos, self.sin)
        x = self.n(x)
        return [
            x[p.start + p.prefix : p.start + p.prefix + p.rows * p.length].view(p.rows, p.length, -1) for p in parts
        ]

    def pretend_quantised(self, on: bool) -> None:
        """Switch fake Q4_0 of every matrix but the embedding."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.fake = on
