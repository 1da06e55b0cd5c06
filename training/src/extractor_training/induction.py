"""Initial weights that can already copy.

Learning to copy from nothing costs a small model millions of tokens. So induction is built in: in layer 0, heads 0 to
2 look 1, 2 and 3 tokens back (a constant dimension gives a query without content, the rotary phases pick the offset)
and head 0 leaves a random code of the token before in dimensions kept free for it. In layer 2, head 0 looks, with the
code of the current token, for places whose token before had that code, and copies what stands there. A piece and the
same piece after a space begin with the same embedding. Everything is trained from there on.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from extractor_training.model import Block, Model
from extractor_training.tokenizer import SPACE, Pieces

_CODE = 64  # dimensions of a token's code, one head wide
_QUIET = -0.9  # a residual branch of a tenth of its scale
_LOUD = -0.3


def build_in(model: Model, pieces: Pieces) -> None:
    """Write induction heads into fresh weights."""
    width, head = model.shape.width, model.shape.head_width
    content = width - _CODE - 2  # then the codes, then a flag for a leading space, then the constant
    codes = slice(content, content + _CODE)
    with torch.no_grad():
        _embed(model, pieces, content)
        for block in model.b:
            assert isinstance(block, Block)
            block.n2.w.fill_(_QUIET)
            block.n4.w.fill_(_QUIET)
        project = torch.randn(_CODE, content) / math.sqrt(content)
        first, third = model.b[0], model.b[2]
        assert isinstance(first, Block)
        assert isinstance(third, Block)
        _look_back(first, model, project, codes, content, head)
        _look_up(third, project, codes, content, head)


def _embed(model: Model, pieces: Pieces, content: int) -> None:
    table = model.e.weight
    table[:, content:] = 0
    table[:, -1] = 0.15
    index = {text: i for i, text in enumerate(pieces.texts)}
    for text, i in index.items():
        if len(text) > 1 and text.startswith(SPACE) and text[1:] in index:
            table[i, :content] = table[index[text[1:]], :content]
            table[i, -2] = 0.08


def _turned(vector: Tensor, offset: int, base: float) -> Tensor:
    half = len(vector) // 2
    turn = offset / base ** (torch.arange(half) / half)
    a, b = vector.chunk(2)
    return torch.cat([a * turn.cos() - b * turn.sin(), b * turn.cos() + a * turn.sin()])


def _look_back(block: Block, model: Model, project: Tensor, codes: slice, content: int, head: int) -> None:
    key = torch.zeros(head)
    key[:6] = 1.0  # the fastest rotary pairs tell neighbours apart
    block.k.weight.mul_(0.2)
    block.k.weight[:, -1] = key
    for h, offset in enumerate((1, 2, 3)):
        rows = block.q.weight[h * head : (h + 1) * head]
        rows.mul_(0.2)
        rows[:, -1] = _turned(key, -offset, model.shape.rope_base)
    block.qn.w.fill_(1.0)
    block.kn.w.fill_(1.0)
    block.v.weight.normal_(std=0.005)
    block.v.weight[:, :content] += project
    block.o.weight.mul_(0.3)
    block.o.weight[codes, :] = 0
    block.o.weight[codes, :_CODE] = torch.eye(_CODE)
    block.n2.w.fill_(_LOUD)


def _look_up(block: Block, project: Tensor, codes: slice, content: int, head: int) -> None:
    slow = [*range(head // 2 - 12, head // 2), *range(head - 12, head)]  # rotary pairs that hardly turn
    block.q.weight.mul_(0.3)
    block.q.weight[:head] = 0
    block.q.weight[slow, :content] = project[: len(slow)]
    block.k.weight.zero_()
    for c, d in enumerate(slow):
        block.k.weight[d, codes.start + c] = 1.0
    block.qn.w.fill_(1.0)
    block.kn.w.fill_(1.0)
    copy = torch.randn(head, content) / math.sqrt(content)
    block.v.weight.zero_()
    block.v.weight[:, :content] = copy
    block.o.weight.mul_(0.3)
    block.o.weight[:content, :head] = copy.T
    block.n2.w.fill_(_LOUD)
