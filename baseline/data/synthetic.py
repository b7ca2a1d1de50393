"""Images made by a formula, a pattern of 4 x 4 cells for each class under noise; the package's docs define it."""

import torch

from ..random_streams import MASK, SYNTHETIC_NOISE, SYNTHETIC_PATTERNS, hashes, mix
from .split import Split

# Images that are made at a time: their 64-bit hashes take eight times the memory of their pixels.
CHUNK = 128


def make(data: dict, seed: int) -> tuple[Split, Split, int]:
    """Returns training split, test split and number of classes; test images are numbered after the training images."""
    train, test = data["train"], data["test"]
    return images(data, seed, range(train)), images(data, seed, range(train, train + test)), data["classes"]


def images(data: dict, seed: int, numbers: range) -> Split:
    channels, height, width = data["shape"]
    patterns = class_patterns(data, seed)
    # Pixel numbers count channels first; pixels lie in memory channels last.
    pixel = torch.arange(channels * height * width).view(channels, height, width).permute(1, 2, 0)
    index = torch.arange(numbers.start, numbers.stop)
    labels = index % data["classes"]
    pixels = torch.empty(len(numbers), height, width, channels, dtype=torch.uint8)
    for part, chunk, chunk_labels in zip(pixels.split(CHUNK), index.split(CHUNK), labels.split(CHUNK)):
        noise = mix((hashes(seed, SYNTHETIC_NOISE, chunk).view(-1, 1, 1, 1) + pixel) & MASK) & 255
        part.copy_((patterns[chunk_labels] + 3 * noise) >> 2)
    return Split(pixels, labels)


def class_patterns(data: dict, seed: int) -> torch.Tensor:
    """Returns the pattern of each class, 0 … 255, int64 [classes, h, w, c]."""
    channels, height, width = data["shape"]
    cells = (data["classes"], channels, -(-height // 4), -(-width // 4))
    values = hashes(seed, SYNTHETIC_PATTERNS, torch.arange(torch.Size(cells).numel())) & 255
    grown = values.view(cells).repeat_interleave(4, 2).repeat_interleave(4, 3)
    return grown[:, :, :height, :width].permute(0, 2, 3, 1)


READERS = {"synthetic": make}
