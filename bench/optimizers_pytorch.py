"""python bench/optimizers_pytorch.py JOB: prints the nanoseconds of PyTorch's steps, {network: {plainNs, laycaNs}}.

JOB is JSON: {"rule": ..., "pytorch": [class of torch.optim, options] or null, "matrices": {network:
[[neurons, weights of a neuron]]},
"threads": n, "repetitions": n}. Layca and the rules that torch.optim lacks are the baseline's own torch._foreach code.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch

from baseline.descent import Descent
from baseline.layca import Layca

RATE = 1e-3
BLOCKS = 5
WARM_UP = 2


def make_layers(matrices: list[list[int]]) -> list[torch.Tensor]:
    layers = [(torch.rand(matrix) - 0.5).requires_grad_(True) for matrix in matrices]
    for layer in layers:
        layer.grad = torch.rand(layer.shape) - 0.5
    return layers


def plain(layers: list[torch.Tensor], job: dict):
    if job["pytorch"]:
        optimizer, options = job["pytorch"]
        return getattr(torch.optim, optimizer)(layers, lr=RATE, **options)
    optimizer = Descent(layers, job["rule"])
    optimizer.set_rate(RATE)
    return optimizer


def time_steps(step, repetitions: int) -> list[int]:
    result = []
    for _ in range(WARM_UP + repetitions):
        start = time.perf_counter_ns()
        step()
        result.append(time.perf_counter_ns() - start)
    return result[WARM_UP:]


def main() -> None:
    job = json.loads(sys.argv[1])
    torch.set_num_threads(job["threads"])
    torch.manual_seed(1)
    repetitions = -(-job["repetitions"] // BLOCKS)
    result = {}
    for network, matrices in job["matrices"].items():
        steps = {
            "plainNs": plain(make_layers(matrices), job).step,
            "laycaNs": Layca(make_layers(matrices), job["rule"], lr=RATE).step,
        }
        times = {name: [] for name in steps}
        # The two take turns, so that a slow moment of the machine affects both of them.
        for _ in range(BLOCKS):
            for name, step in steps.items():
                times[name] += time_steps(step, repetitions)
        result[network] = times
    print(json.dumps(result))


main()
