"""python bench/measure_pytorch.py THREADS REPETITIONS pytorch|safetensors FOLDER: times the measuring of a series of checkpoints.

The quantities are those of `layer-rotation measure`, in float64, a layer at a time. It prints the seconds of each repetition and
the numbers of each layer at the last checkpoint, as JSON; or null if there are no such files.
"""

import importlib
import json
import sys
import time
from pathlib import Path

import torch


def opened(file: Path):
    """The names and the tensors of a checkpoint, whose elements are read when they are used."""
    if file.suffix == ".pt":
        return torch.load(file, mmap=True, weights_only=True, map_location="cpu")
    with importlib.import_module("safetensors").safe_open(file, framework="pt") as tensors:
        return {name: tensors.get_tensor(name) for name in tensors.keys()}


def compare(weight: torch.Tensor, first: torch.Tensor, previous: torch.Tensor) -> dict[str, float]:
    w, f, p = (tensor.double().flatten() for tensor in (weight, first, previous))

    def rotation(reference: torch.Tensor, norm: torch.Tensor) -> torch.Tensor:
        # The change, not the cosine, keeps the digits of a small rotation.
        change = w - reference
        longer = weight_norm - norm
        return (torch.dot(change, change) - longer * longer) / (2 * weight_norm * norm)

    weight_norm, first_norm, norm = (torch.linalg.vector_norm(tensor) for tensor in (w, f, p))
    change = w - p
    squared = torch.dot(change, change)
    radial = torch.dot(change, p) / norm
    tangential = (squared - radial * radial).clamp(min=0).sqrt()
    numbers = {
        "rotation": rotation(f, first_norm),
        "rotation_from_previous": rotation(p, norm),
        "angle": torch.atan2(tangential, norm + radial),
        "norm": weight_norm,
        "radial": radial,
        "tangential": tangential,
        "relative_update": squared.sqrt() / norm,
        "not_finite": (~torch.isfinite(w)).sum() if not torch.isfinite(weight_norm) else torch.tensor(0.0),
    }
    return {name: float(number) for name, number in numbers.items()}


def measure(files: list[Path]) -> dict[str, dict[str, float]]:
    first = previous = opened(files[0])
    layers = [name for name, tensor in first.items() if tensor.dim() > 1]
    numbers: dict[str, dict[str, float]] = {}
    for file in files:
        weights = opened(file)
        numbers = {name: compare(weights[name], first[name], previous[name]) for name in layers}
        previous = weights
    return numbers


def main() -> None:
    threads, repetitions = (int(argument) for argument in sys.argv[1:3])
    kind, folder = sys.argv[3], Path(sys.argv[4])
    if not any((folder / kind).iterdir()):
        print("null")
        return
    torch.set_num_threads(threads)
    files = sorted((folder / kind).iterdir(), key=lambda file: int(file.stem.removeprefix("step")))
    measure(files[:1])  # imports and loads what is loaded at the first use
    seconds = []
    for _ in range(repetitions):
        start = time.perf_counter()
        numbers = measure(files)
        seconds.append(time.perf_counter() - start)
    last = {name.removesuffix(".weight"): layer for name, layer in numbers.items()}
    print(json.dumps({"seconds": seconds, "last": last}))


main()
