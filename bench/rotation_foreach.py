"""python bench/rotation_foreach.py THREADS REPETITIONS SIZE...: times the baseline's Layca and monitor.

It prints the nanoseconds on layers of these sizes, as JSON:
{"laycaNs": [...], "laycaMomentumNs": [...], "monitorNs": [...]}.
"""

import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch

from baseline.layca import Layca
from baseline.rotation import RotationMonitor


def times(call, repetitions: int) -> list[int]:
    for _ in range(3):
        call()
    result = []
    for _ in range(repetitions):
        start = time.perf_counter_ns()
        call()
        result.append(time.perf_counter_ns() - start)
    return result


def main() -> None:
    threads, repetitions, *sizes = (int(argument) for argument in sys.argv[1:])
    torch.set_num_threads(threads)
    torch.manual_seed(1)
    layers = [torch.randn(size, requires_grad=True) for size in sizes]
    for layer in layers:
        layer.grad = torch.randn(layer.shape)
    result = {}
    for key, momentum in (("laycaNs", 0), ("laycaMomentumNs", 0.9)):
        rule = {"type": "sgd", "momentum": momentum, "dampening": 0, "nesterov": False, "rateInVelocity": True}
        result[key] = times(Layca(layers, rule, lr=0.01).step, repetitions)
    monitor = RotationMonitor({str(i): layer for i, layer in enumerate(layers)})
    result["monitorNs"] = times(monitor.measure, repetitions)
    print(json.dumps(result))


main()
