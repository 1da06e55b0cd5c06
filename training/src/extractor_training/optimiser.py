"""Muon for matrices, AdamW for the rest.

Source: Muon, K. Jordan et al. 2024, kellerjordan.github.io/posts/muon (momentum orthogonalised by Newton-Schulz).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from extractor_training.precision import FAST

OTHER_RATE = 4e-3  # of AdamW, where nothing else is said
_COEFFICIENTS = (3.4445, -4.7750, 2.0315)


class Muon:
    """Momentum, orthogonalised."""

    def __init__(self, parameters: list[nn.Parameter], rate: float) -> None:
        self.parameters, self.rate = parameters, rate
        self.momentum = [torch.zeros_like(p) for p in parameters]

    @torch.no_grad()
    def step(self, scale: float) -> None:
        """Take a step at `scale` times the rate."""
        for p, m in zip(self.parameters, self.momentum, strict=True):
            if p.grad is None:
                continue
            m.mul_(0.95).add_(p.grad)
            update = _orthogonal(p.grad + 0.95 * m)
            size = self.rate * scale
            p.mul_(1 - 0.01 * size).add_(update, alpha=-size * max(1, p.shape[0] / p.shape[1]) ** 0.5)
            p.grad = None


def _orthogonal(gradient: Tensor) -> Tensor:
    a, b, c = _COEFFICIENTS
    x = (gradient / (gradient.norm() + 1e-7)).to(FAST)
    tall = x.shape[0] > x.shape[1]
    if tall:
        x = x.T
    for _ in range(5):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return (x.T if tall else x).float()


class Optimiser:
    """Both, stepped together; frozen parameters are left alone."""

    def __init__(
        self, model: nn.Module, matrix_rate: float = 0.02, other_rate: float = OTHER_RATE, *, muon: bool = True
    ) -> None:
        moving = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
        matrices = [p for n, p in moving if muon and p.dim() == 2 and not n.startswith("e.")]
        chosen = {id(p) for p in matrices}
        self.other_rate = other_rate
        self.muon = Muon(matrices, matrix_rate)
        others = [p for _, p in moving if id(p) not in chosen]
        self.adam = torch.optim.AdamW(others, lr=other_rate, betas=(0.9, 0.95), weight_decay=0.01, fused=True)

    def step(self, scale: float) -> None:
        """Take a step at `scale` times the rates, and clear gradients."""
        for group in self.adam.param_groups:
            group["lr"] = self.other_rate * scale
        self.adam.step()
        self.adam.zero_grad()
        self.muon.step(scale)

    def state(self) -> dict[str, object]:
        """What to save."""
        return {"adam": self.adam.state_dict(), "muon": self.muon.momentum}

    def restore(self, state: dict[str, object]) -> None:
        """Take up what `state` gave."""
        self.adam.load_state_dict(state["adam"])  # type: ignore[arg-type]
        self.muon.momentum = state["muon"]  # type: ignore[assignment]
