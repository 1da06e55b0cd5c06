"""Low-rank adapters: a small file beside one base model, chosen per call.

Source: LoRA, Hu et al. 2021, arXiv:2106.09685. The product of two thin matrices is added to each matrix of a block;
the base stays as it is, quantised as it ships.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import gguf
import torch
from torch import Tensor, nn

from extractor_training.export import MATRICES
from extractor_training.model import Linear, Model
from extractor_training.precision import product

SCALE = 2.0  # alpha over rank


class Adapted(Linear):
    """A frozen matrix plus `SCALE * B @ A`; A `(rank, inputs)`, B `(outputs, rank)`, B zero at first."""

    def __init__(self, base: Linear, rank: int) -> None:
        super().__init__(base.weight.shape[1], base.weight.shape[0])
        self.weight = nn.Parameter(base.weight.detach(), requires_grad=False)
        self.a = nn.Parameter(torch.randn(rank, base.weight.shape[1]) / base.weight.shape[1] ** 0.5)
        self.b = nn.Parameter(torch.zeros(base.weight.shape[0], rank))

    def forward(self, x: Tensor) -> Tensor:
        """Shape: `(n, inputs)` to `(n, outputs)`."""
        return product(x, self.weight) + SCALE * ((x @ self.a.T) @ self.b.T)


def adapt(model: Model, rank: int) -> None:
    """Freeze a model and put an adapter on every matrix of its blocks."""
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    for block in model.b:
        for name in MATRICES:
            setattr(block, name, Adapted(getattr(block, name), rank))


def write_adapter(model: Model, out: Path, licences: list[str], schemas: Sequence[str]) -> None:
    """Write the adapters of a model as a GGUF that llama.cpp loads beside the base.

    Args:
        model: What `adapt` made, trained.
        out: Where to write.
        licences: Of the training data.
        schemas: Digests of the schemas it was trained for.
    """
    writer = gguf.GGUFWriter(str(out), "gemma3")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
    writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, SCALE * model.b[0].q.a.shape[0])
    writer.add_array("extractor.data_licences", licences)
    writer.add_string("extractor.schemas", ",".join(schemas))
    for layer, block in enumerate(model.b):
        for ours, theirs in MATRICES.items():
            adapted = getattr(block, ours)
            for part in ("a", "b"):
                matrix = getattr(adapted, part).detach().float().numpy()
                writer.add_tensor(f"blk.{layer}.{theirs}.weight.lora_{part}", matrix)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
