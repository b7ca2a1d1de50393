"""Steps of torch.optim."""

from contextlib import nullcontext
from pathlib import Path
from unittest.mock import patch

import torch

from baseline import safetensors


def weights_after(
    optimizer: str, options: dict, clipping: list | None, rates: list[list[float]], tensors: dict
) -> list[torch.Tensor]:
    layers = range(len(rates[0]))
    cycle = sum(name.startswith("gradients.") for name in tensors) // len(layers)
    weights = [tensors[f"weights.{layer}"].clone().requires_grad_(True) for layer in layers]
    groups = [{"params": [weight]} for weight in weights]
    steps = getattr(torch.optim, optimizer)(groups, **{"lr": 0.0} | options)
    for step, step_rates in enumerate(rates):
        for layer, (group, rate) in enumerate(zip(steps.param_groups, step_rates)):
            group["lr"] = rate
            weights[layer].grad = tensors[f"gradients.{step % cycle}.{layer}"].clone()
        if clipping:
            function, bound, each = clipping
            for clipped in [[weight] for weight in weights] if each else [weights]:
                getattr(torch.nn.utils, function)(clipped, bound)
        steps.step()
    return [weight.detach() for weight in weights]


def main(optimizers: dict, rates: list[list[float]], tensors_file: str, out: str) -> None:
    """Takes optimizers {name: [class, options, fp32, clipping]}, rates [steps][layers], and a safetensors file of weights.<layer> and
    gradients.<i>.<layer>, which come round again; clipping is a function of torch.nn.utils, its bound and whether each layer is clipped by itself,
    or None. Writes <name>.<layer>, the weights after all steps, to `out`."""
    tensors = safetensors.load(Path(tensors_file))
    results = {}
    for name, (optimizer, options, fp32, clipping) in optimizers.items():
        # Muon casts to bf16 whatever its options say, and writes into the copy.
        with patch.object(torch.Tensor, "bfloat16", torch.Tensor.clone) if fp32 else nullcontext():
            for layer, weight in enumerate(weights_after(optimizer, options, clipping, rates, tensors)):
                results[f"{name}.{layer}"] = weight
    safetensors.save(Path(out), results)
