"""CIFAR-10 and CIFAR-100 from their official binary files: records of labels and 3 x 32 x 32 bytes."""

import tarfile
from pathlib import Path
from typing import NamedTuple

import torch

from .folder import data_folder
from .split import Split

SHAPE = (3, 32, 32)
IMAGE = 3 * 32 * 32


class Layout(NamedTuple):
    archive: str
    folder: str  # inside the archive
    train: tuple[str, ...]
    test: str
    classes: tuple[int, ...]  # the number of classes of each label byte


LAYOUTS = {
    "cifar10": Layout(
        "cifar-10-binary.tar.gz",
        "cifar-10-batches-bin",
        tuple(f"data_batch_{i}.bin" for i in range(1, 6)),
        "test_batch.bin",
        (10,),
    ),
    "cifar100": Layout("cifar-100-binary.tar.gz", "cifar-100-binary", ("train.bin",), "test.bin", (20, 100)),
}


def read(data: dict, _seed: int) -> tuple[Split, Split, int]:
    """Returns the training split, the test split and the number of classes."""
    layout = LAYOUTS[data["type"]]
    folder = Path(data["folder"]) if data["folder"] else data_folder()
    label = 0 if data.get("labels") == "coarse" else len(layout.classes) - 1
    splits = {name: read_records(read_file(folder, layout, name), layout, label) for name in (*layout.train, layout.test)}
    train = zip(*(splits[name] for name in layout.train))
    return Split(*(torch.cat(parts) for parts in train)), splits[layout.test], layout.classes[label]


def read_file(folder: Path, layout: Layout, name: str) -> bytes:
    """Reads a file from the folder, the official folder in it, or the archive in it."""
    for path in (folder / name, folder / layout.folder / name):
        if path.exists():
            return path.read_bytes()
    with tarfile.open(folder / layout.archive) as archive:
        return archive.extractfile(f"{layout.folder}/{name}").read()


def read_records(content: bytes, layout: Layout, label: int) -> Split:
    label_bytes = len(layout.classes)
    records = torch.frombuffer(bytearray(content), dtype=torch.uint8).view(-1, label_bytes + IMAGE)
    labels = records[:, label].long()
    if labels.max() >= layout.classes[label]:
        raise ValueError(f"{layout.folder}: label {labels.max().item()}; expected 0 … {layout.classes[label] - 1}")
    pixels = records[:, label_bytes:].view(-1, *SHAPE).permute(0, 2, 3, 1).contiguous()
    return Split(pixels, labels)


READERS = {kind: read for kind in LAYOUTS}
