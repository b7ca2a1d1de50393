"""python bench/gpu_kernels_pytorch.py DEVICE PROGRAM SIZE...: prints the nanoseconds of PyTorch's kernels, as JSON.

Each SIZE is a layer's number of weights. PROGRAM `eager` times torch.optim's fused SGD as one CUDA graph, the
baseline's Layca and monitor in torch._foreach code, copies and bf16 matrix products. `compiled` times Layca as
torch.compile tunes it ("max-autotune"), also as one CUDA graph.
"""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import torch

from baseline.layca import Layca
from baseline.rotation import RotationMonitor
from bench.gpu_timing import as_graph, times

MOMENTUM = 0.9
RATE = 0.01


def make_layers(sizes: list[int], device: str) -> list[torch.Tensor]:
    layers = [torch.randn(size, device=device).requires_grad_(True) for size in sizes]
    for layer in layers:
        layer.grad = torch.randn_like(layer)
    return layers


def eager(sizes: list[int], device: str) -> dict:
    repetitions = 40 if device != "cpu" else 3
    layers = make_layers(sizes, device)
    source = torch.randn(sum(sizes), device=device)
    target = torch.empty_like(source)
    fused = torch.optim.SGD(layers, lr=RATE, momentum=MOMENTUM, fused=True)
    rule = {"type": "sgd", "momentum": MOMENTUM, "dampening": 0, "nesterov": False, "rateInVelocity": True}
    layca = Layca(make_layers(sizes, device), rule, lr=RATE)
    monitor = RotationMonitor({str(i): layer for i, layer in enumerate(layers)})
    return {
        "copyNs": times(lambda: target.copy_(source), repetitions, device),
        "fusedSgdNs": times(as_graph(fused.step, device), repetitions, device),
        "foreachLaycaNs": times(layca.step, repetitions, device),
        "foreachMonitorNs": times(monitor.measure, repetitions, device),
        "matrixFlops": matrix_peak(device),
    }


def matrix_peak(device: str) -> float:
    """Returns the best rate of a bf16 product of square matrices, in floating-point operations a second."""
    best = 0.0
    for size in (8192, 4096) if device != "cpu" else (256,):
        a, b = (torch.randn(size, size, device=device, dtype=torch.bfloat16) for _ in range(2))
        out = torch.empty_like(a)
        nanoseconds = min(times(lambda: torch.mm(a, b, out=out), 20, device))
        best = max(best, 2 * size**3 / nanoseconds * 1e9)
    return best


def compiled(sizes: list[int], device: str) -> dict:
    layers = [torch.randn(size, device=device) for size in sizes]
    gradients = [torch.randn(size, device=device) for size in sizes]
    velocities = [torch.zeros(size, device=device) for size in sizes]
    initial = [float(norm) for norm in torch._foreach_norm(layers)]

    @torch.no_grad()
    def step() -> None:
        """Steps as baseline/layca.py does, but layer by layer, which the compiler fuses best."""
        for weights, gradient, velocity, norm in zip(layers, gradients, velocities, initial):
            velocity.mul_(MOMENTUM).sub_(gradient, alpha=RATE)
            squared = torch.dot(weights, weights)
            tangential = velocity - (torch.dot(weights, velocity) / squared) * weights
            length = torch.linalg.vector_norm(tangential)
            scale = torch.where(length > 1e-7, RATE * squared.sqrt() / length, 0)
            moved = weights + scale * tangential
            weights.copy_(moved * (norm / torch.linalg.vector_norm(moved)))

    # Weights that change in place keep torch.compile from making graphs itself, so the graph is made here.
    tuned = torch.compile(step, mode="max-autotune-no-cudagraphs" if device != "cpu" else "default")
    repetitions = 40 if device != "cpu" else 3
    return {"compiledLaycaNs": times(as_graph(tuned, device), repetitions, device)}


def main() -> None:
    device, program, *sizes = sys.argv[1:]
    torch.manual_seed(1)
    run = {"eager": eager, "compiled": compiled}[program]
    print(json.dumps(run([int(size) for size in sizes], device)))


main()
