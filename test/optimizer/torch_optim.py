"""python test/optimizer/torch_optim.py JOB.json TENSORS.safetensors OUT.safetensors: steps of torch.optim.

JOB: {"optimizers": {name: [class, options]}, "rates": [steps][layers]}. TENSORS: weights.<layer> and gradients.<i>.<layer>,
which come round again. OUT: <name>.<layer>, the weights after all steps.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import torch

from baseline import safetensors


def weights_after(optimizer: str, options: dict, rates: list[list[float]], tensors: dict) -> list[torch.Tensor]:
    layers = range(len(rates[0]))
    cycle = sum(name.startswith("gradients.") for name in tensors) // len(layers)
    weights = [tensors[f"weights.{layer}"].clone().requires_grad_(True) for layer in layers]
    groups = [{"params": [weight]} for weight in weights]
    steps = getattr(torch.optim, optimizer)(groups, **{"lr": 0.0} | options)
    for step, step_rates in enumerate(rates):
        for layer, (group, rate) in enumerate(zip(steps.param_groups, step_rates)):
            group["lr"] = rate
            weights[layer].grad = tensors[f"gradients.{step % cycle}.{layer}"].clone()
        steps.step()
    return [weight.detach() for weight in weights]


job_file, tensors_file, out = map(Path, sys.argv[1:])
job, tensors = json.loads(job_file.read_text()), safetensors.load(tensors_file)
results = {}
for name, (optimizer, options) in job["optimizers"].items():
    for layer, weight in enumerate(weights_after(optimizer, options, job["rates"], tensors)):
        results[f"{name}.{layer}"] = weight
safetensors.save(out, results)
