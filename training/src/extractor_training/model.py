"""Gemma 3's architecture in torch: the embedded model and published checkpoints.

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
from extractor_training.shape import LOCAL_BASE, Shape


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

    def __init__(self, shape: Shape, layer: int) -> None:
        super().__init__()
        self.head_width, self.window = shape.head_width, shape.window_of(layer)
        self.q = Linear(shape.width, shape.heads * shape.head_width)
        self.k = Linear(shape.width, shape.kv_heads * shape.head_width)
        self.v = Linear(shape.width, shape.kv_heads * shape.head_width)
        self.o = Linear(shape.heads * shape.head_width, shape.width)
        self.g = Linear(shape.width, shape.hidden)
        self.u = Linear(shape.width, shape.hidden)
        self.d = Linear(shape.hidden, shape.width)
        self.n1, self.n2, self.n3, self.n4 = (Norm(shape.width) for _ in range(4))
        self.qn, self.kn = Norm(shape.head_width), Norm(shape.head_width)
        self.drop = nn.Dropout(0.0)

    def forward(self, x: Tensor, parts: Sequence[Part], cos: Tensor, sin: Tensor) -> Tensor:
        """Shape: x `(n, width)`, all tokens of the batch one after the other, to the same."""
        projected = self.project(x)
        return self.feed(x, torch.cat([part.attend(projected, (cos, sin), self.window) for part in parts]))

    def project(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Queries `(n, heads, head_width)`, keys and values `(n, kv_heads, head_width)` of `(n, width)`."""
        h = self.n1(x)
        q, k, v = (project(h).view(h.shape[0], -1, self.head_width) for project in (self.q, self.k, self.v))
        return self.qn(q), self.kn(k), v

    def feed(self, x: Tensor, mixed: Tensor) -> Tensor:
        """What attention mixed `(n, heads * head_width)` and the feed-forward add to x `(n, width)`."""
        x = x + self.drop(self.n2(self.o(mixed)))
        h = self.n3(x)
        return x + self.drop(self.n4(self.d(F.gelu(self.g(h), approximate="tanh") * self.u(h))))


class Part:
    """One group's place in the flat batch: `prefix` tokens from `start`, then `rows` rows of `length` tokens."""

    def __init__(self, start: int, prefix: int, rows: int, length: int) -> None:
        self.start, self.prefix, self.rows, self.length = start, prefix, rows, length
        self._masks: dict[tuple[int, int, int], Tensor] = {}

    def _mask(self, start: int, length: int, window: int) -> Tensor:
        """What `length` tokens from position `start` see of everything up to the last of them. `(t, start + t)`."""
        if (start, length, window) not in self._masks:
            behind = torch.arange(start, start + length)[:, None] - torch.arange(start + length)
            self._masks[start, length, window] = (behind >= 0) & (behind < (window or start + length))
        return self._masks[start, length, window]

    def attend(self, projected: tuple[Tensor, Tensor, Tensor], turns: tuple[Tensor, Tensor], window: int) -> Tensor:
        """Mix the values that tokens see.

        Args:
            projected: Queries `(n, heads, head_width)`, keys and values `(n, kv_heads, head_width)` of the batch.
            turns: Cosines and sines of the rotary embedding, `(context, head_width / 2)`.
            window: How far a token sees; 0: everything before it.

        Returns:
            `(own n, heads * head_width)`.
        """
        q, k, v = projected
        (heads, width), kv, rows = q.shape[1:], k.shape[1], self.rows
        a, b = self.start, self.start + self.prefix
        end = b + rows * self.length
        cos, sin = (turn[: self.prefix] for turn in turns)
        kp, vp = rotate(k[a:b].transpose(0, 1), cos, sin), v[a:b].transpose(0, 1)
        qp = rotate(q[a:b].transpose(0, 1), cos, sin)
        keys, values = (x.repeat_interleave(heads // kv, 0)[None] for x in (kp, vp))
        near = self._mask(0, self.prefix, window) if 0 < window < self.prefix else None
        first = F.scaled_dot_product_attention(qp[None], keys, values, attn_mask=near, is_causal=near is None)[0]
        cos, sin = (turn[self.prefix : self.prefix + self.length] for turn in turns)
        qr, kr, vr = (x[b:end].view(rows, self.length, -1, width).transpose(1, 2) for x in (q, k, v))
        keys = torch.cat([kp.expand(rows, -1, -1, -1), rotate(kr, cos, sin)], 2)
        values = torch.cat([vp.expand(rows, -1, -1, -1), vr], 2)
        flat = rotate(qr, cos, sin).reshape(rows, kv, -1, width)  # heads of one key head are more queries
        mask = self._mask(self.prefix, self.length, window).repeat(heads // kv, 1)
        mixed = F.scaled_dot_product_attention(flat, keys, values, attn_mask=mask)
        second = mixed.reshape(rows, heads, self.length, width).transpose(1, 2)
        return torch.cat([first.transpose(0, 1).reshape(-1, heads * width), second.reshape(-1, heads * width)])


class Model(nn.Module):
    """The whole model; embedding and head share their matrix."""

    turns: Tensor
    local_turns: Tensor

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.e = nn.Embedding(shape.vocabulary, shape.width)
        nn.init.normal_(self.e.weight, std=0.04)
        self.b = nn.ModuleList(Block(shape, layer) for layer in range(shape.layers))
        self.n = Norm(shape.width)
        self.register_buffer("turns", _turns(shape, shape.rope_base), persistent=False)
        self.register_buffer("local_turns", _turns(shape, LOCAL_BASE), persistent=False)

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
            x = block(x, parts, *(self.local_turns if block.window else self.turns))
        x = self.n(x)
        return [
            x[p.start + p.prefix : p.start + p.prefix + p.rows * p.length].view(p.rows, p.length, -1) for p in parts
        ]

    def drop_out(self, share: float) -> None:
        """Set how much of what every block adds is dropped while training."""
        for module in self.modules():
            if isinstance(module, nn.Dropout):
                module.p = share

    def pretend_quantised(self, on: bool) -> None:
        """Switch fake Q4_0 of every matrix but the embedding."""
        for module in self.modules():
            if isinstance(module, Linear):
                module.fake = on


def fuse() -> None:
    """Have the parts of a block around its attention compiled, for the whole process.

    A quarter faster on 2 cores: norms and products of elements are half of a step otherwise. Needs a C++ compiler,
    and a minute or two at the first steps.
    """
    for name in ("project", "feed"):
        setattr(Block, name, torch.compile(getattr(Block, name), dynamic=True))


def _turns(shape: Shape, base: float) -> Tensor:
    """Cosines and sines of the rotary embedding, `(2, context, head_width / 2)`."""
    angles = torch.arange(shape.context)[:, None] / base ** (torch.arange(0, shape.head_width, 2) / shape.head_width)
    return torch.stack([angles.cos(), angles.sin()])
