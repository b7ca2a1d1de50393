"""The data set of a config, on the device."""

import math
from typing import NamedTuple

import torch

from ..random_streams import SUBSET, permutation
from . import arrays, cifar, idx, synthetic
from .split import Split


class Dataset(NamedTuple):
    train: Split
    test: Split
    classes: int
    mean: torch.Tensor  # float32 [1] or [c], over all training pixels before a subset is drawn
    deviation: torch.Tensor  # float32 [1] or [c]


def load(data: dict, normalization: str, seed: int, device: torch.device) -> Dataset:
    train, test, classes = read(data, seed)
    mean, deviation = moments(train.pixels, by_channel=normalization == "channel")
    count = data.get("perClass")
    if count is not None:
        keep = per_class(train.labels, classes, count, seed)
        train = Split(train.pixels[keep], train.labels[keep])
    train, test = (Split(split.pixels.to(device), split.labels.to(device)) for split in (train, test))
    return Dataset(train, test, classes, mean.to(device), deviation.to(device))


READERS = {**idx.READERS, **cifar.READERS, **synthetic.READERS, **arrays.READERS}


def read(data: dict, seed: int) -> tuple[Split, Split, int]:
    """Returns the training split, the test split and the number of classes."""
    kind = data["type"]
    if kind not in READERS:
        raise ValueError(f"data.type is {kind}; the baseline reads {', '.join(READERS)}")
    return READERS[kind](data, seed)


def moments(pixels: torch.Tensor, by_channel: bool) -> tuple[torch.Tensor, torch.Tensor]:
    """Returns the mean and the population deviation, for each channel or over all; of bytes exact up to the last division."""
    groups = pixels.unbind(-1) if by_channel else [pixels]
    pairs = [moments_of(group) for group in groups]
    return tuple(torch.tensor(column) for column in zip(*pairs))


def moments_of(pixels: torch.Tensor) -> tuple[float, float]:
    if pixels.is_floating_point():
        return pixels.double().mean().item(), pixels.double().std(correction=0).item()
    counts = torch.bincount(pixels.flatten(), minlength=256)
    values = torch.arange(256)
    n = pixels.numel()
    total, squares = (counts * values).sum().item(), (counts * values**2).sum().item()
    # Python's integers do not overflow and its division rounds once.
    return total / n, math.sqrt((n * squares - total**2) / n**2)


def per_class(labels: torch.Tensor, classes: int, count: int, seed: int) -> torch.Tensor:
    """Returns the first `count` images of each class in the order of stream SUBSET, as ascending int64 indices."""
    order = permutation(len(labels), seed, SUBSET)
    picks = [order[labels[order] == label] for label in range(classes)]
    fewest = min(len(pick) for pick in picks)
    if fewest < count:
        raise ValueError(f"data.perClass is {count}, but the smallest class has {fewest} images")
    return torch.cat([pick[:count] for pick in picks]).sort().values
