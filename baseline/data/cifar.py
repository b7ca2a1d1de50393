"""CIFAR-10 and CIFAR-100 from their official binary files: records of labels and 3 x 32 x 32 bytes."""

from pathlib import Path
from typing import NamedTuple

import torch

from .folder import data_folder
from .split import Split

SHAPE = (3, 32, 32)
IMAGE = 3 * 32 * 32


class Files(NamedTuple):
    folder: str
    inner: str  # the folder inside the official archive
    train: tuple[str, ...]
    test: str
    label_bytes: int  # the last one counts: CIFAR-100 puts the coarse label before the fine one
    classes: int


BATCHES = tuple(f"data_batch_{i}.bin" for i in range(1, 6))
FILES = {
    "cifar10": Files("cifar-10", "cifar-10-batches-bin", BATCHES, "test_batch.bin", 1, 10),
    "cifar100": Files("cifar-100", "cifar-100-binary", ("train.bin",), "test.bin", 2, 100),
}


def read(data: dict) -> tuple[Split, Split, int]:
    """The training split, the test split and the number of classes."""
    files = FILES[data["type"]]
    folder = Path(data["folder"]) if data["folder"] else data_folder(files.folder)
    if not (folder / files.test).exists():
        folder = folder / files.inner
    train = [read_records(folder / name, files) for name in files.train]
    images, labels = (torch.cat(parts) for parts in zip(*train))
    return Split(images, labels), read_records(folder / files.test, files), files.classes


def read_records(path: Path, files: Files) -> Split:
    content = torch.frombuffer(bytearray(path.read_bytes()), dtype=torch.uint8)
    size = files.label_bytes + IMAGE
    if len(content) % size:
        raise ValueError(f"{path}: {len(content)} bytes are not a whole number of records of {size}")
    records = content.view(-1, size)
    labels = records[:, files.label_bytes - 1].long()
    if labels.max() >= files.classes:
        raise ValueError(f"{path}: label {labels.max().item()}; expected 0 … {files.classes - 1}")
    pixels = records[:, files.label_bytes :].view(-1, *SHAPE).permute(0, 2, 3, 1).contiguous()
    return Split(pixels, labels)
