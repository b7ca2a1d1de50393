"""Batches of a split in the form that a network expects."""

import torch

from .augmentation import Draws, augmented, erase
from .data import Split


class Images:
    """Serves normalised batches [b, c, h, w] from the bytes of a split."""

    def __init__(self, split: Split, mean: torch.Tensor, deviation: torch.Tensor, config: dict):
        self.pixels, self.labels = split
        self.mean, self.deviation = mean, deviation
        self.dtype = torch.bfloat16 if config["precision"] == "bf16" else torch.float32
        self.memory_format = memory_format(config)
        self.crop, self.cutout = (config["augmentation"].get(key) for key in ("crop", "cutout"))
        # Grey images have few bytes, so they are normalised once.
        is_grey = self.pixels.shape[-1] == 1
        self.normalised = self.normalise(self.pixels) if is_grey else None

    def normalise(self, pixels: torch.Tensor) -> torch.Tensor:
        """Turns uint8 or float32 [b, h, w, c] into normalised [b, c, h, w]."""
        images = pixels.to(torch.float32, copy=True).sub_(self.mean).div_(self.deviation).to(self.dtype)
        return images.permute(0, 3, 1, 2).contiguous(memory_format=self.memory_format)

    def batch(self, which: torch.Tensor | slice, draws: Draws | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Returns images and labels; `draws` are those of the epoch if training augments."""
        labels = pick(self.labels, which)
        if draws is not None:
            images = self.normalise(augmented(self.pixels, which, draws, self.crop))
            return erase(images, which, draws, self.cutout) if self.cutout else images, labels
        if self.normalised is not None:
            return pick(self.normalised, which), labels
        return self.normalise(pick(self.pixels, which)), labels


def pick(tensor: torch.Tensor, which: torch.Tensor | slice) -> torch.Tensor:
    """Selects rows: a slice is a view, and index_select is faster than indexing."""
    return tensor[which] if isinstance(which, slice) else tensor.index_select(0, which)


def memory_format(config: dict) -> torch.memory_format:
    return torch.channels_last if config["memoryFormat"] == "channelsLast" else torch.contiguous_format
