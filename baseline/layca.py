"""Layca on SGD: every step turns each layer's weights by atan(lr) and keeps their norm (arXiv 1806.01603v2)."""

import torch
from torch.optim import Optimizer

from .flat import flat
from .sgd import sgd_steps

# Tangential steps this short, learning rate included, are no direction.
SHORTEST = 1e-7


def dots(a: list[torch.Tensor], b: list[torch.Tensor]) -> list[torch.Tensor]:
    return [torch.dot(x, y) for x, y in zip(a, b)]


def norms(tensors: list[torch.Tensor]) -> list[torch.Tensor]:
    """As torch._foreach_norm, but on CPUs three times as fast and thirty times as precise."""
    return torch._foreach_sqrt(dots(tensors, tensors))


class Layca(Optimizer):
    """The step that SGD proposes, without its component along w, scaled to lr |w|; then the initial norm restored.

    Make it after the initial weights have been loaded: their norms are the ones that are kept.
    """

    @torch.no_grad()
    def __init__(self, params, lr: float = 0, momentum: float = 0, nesterov: bool = False):
        super().__init__(params, {"lr": lr, "momentum": momentum, "nesterov": nesterov, "weight_decay": 0})
        for group in self.param_groups:
            group["weights"] = [flat(p.detach()) for p in group["params"]]
            group["velocities"] = [torch.zeros_like(w) for w in group["weights"]] if momentum else None
            group["norms"] = norms(group["weights"])

    def set_rate(self, rate: float) -> None:
        for group in self.param_groups:
            group["lr"] = rate

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            weights, velocities, lr = group["weights"], group["velocities"], group["lr"]
            # Autograd gives a gradient the strides of its parameter, so both are flat in the same order.
            gradients = [flat(p.grad) for p in group["params"]]
            if group["weight_decay"]:
                gradients = torch._foreach_add(gradients, weights, alpha=group["weight_decay"])
            steps = sgd_steps(gradients, velocities, lr, group["momentum"], group["nesterov"])
            if steps is velocities:
                steps = [step.clone() for step in steps]
            lengths = norms(weights)
            along = [-dot / length**2 for dot, length in zip(dots(weights, steps), lengths)]
            torch._foreach_addcmul_(steps, weights, along)
            step_lengths = norms(steps)
            scales = [torch.where(s > SHORTEST, lr * w / s, 0) for s, w in zip(step_lengths, lengths)]
            torch._foreach_addcmul_(weights, steps, scales)
            torch._foreach_mul_(weights, torch._foreach_div(group["norms"], norms(weights)))
