"""python bench/measure_write.py FOLDER CHECKPOINTS WIDTH BLOCKS VOCABULARY: writes a series of checkpoints in fp32.

They hold the layers of a transformer, as step0.pt, step1.pt ... in FOLDER/pytorch and, if safetensors and NumPy are installed, the same
as step0.safetensors ... in FOLDER/safetensors. It prints the bytes of a checkpoint, as JSON.
"""

import json
import os
import sys
from pathlib import Path

import torch

try:
    import numpy  # noqa: F401, which safetensors needs for writing
    from safetensors.torch import save_file
except ImportError:
    save_file = None


def shapes(width: int, blocks: int, vocabulary: int) -> dict[str, tuple[int, ...]]:
    result: dict[str, tuple[int, ...]] = {"embedding.weight": (vocabulary, width)}
    for block in range(blocks):
        for name, outputs, inputs in (
            ("attention.qkv", 3 * width, width),
            ("attention.output", width, width),
            ("mlp.up", 4 * width, width),
            ("mlp.down", width, 4 * width),
        ):
            result[f"blocks.{block}.{name}.weight"] = (outputs, inputs)
        result[f"blocks.{block}.norm.weight"] = (width,)
    return result


def flush(file: Path) -> None:
    """Waits until a file is on the disk: the page cache keeps what is not."""
    descriptor = os.open(file, os.O_RDONLY)
    os.fsync(descriptor)
    os.close(descriptor)


def main() -> None:
    folder = Path(sys.argv[1])
    checkpoints, width, blocks, vocabulary = (int(argument) for argument in sys.argv[2:])
    torch.manual_seed(1)
    weights = {name: 0.02 * torch.randn(shape) for name, shape in shapes(width, blocks, vocabulary).items()}
    for kind in ("pytorch", "safetensors"):
        (folder / kind).mkdir(parents=True)
    for step in range(checkpoints):
        file = folder / "pytorch" / f"step{step}.pt"
        torch.save(weights, file)
        flush(file)
        if save_file is not None:
            save_file(weights, folder / "safetensors" / f"step{step}.safetensors")
        for weight in weights.values():
            weight.add_(torch.randn(weight.shape), alpha=0.002)
    print(json.dumps(sum(4 * weight.numel() for weight in weights.values())))


main()
