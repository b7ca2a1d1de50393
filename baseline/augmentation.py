"""Random shifts and flips, which depend only on seed, epoch and image."""

from typing import NamedTuple

import torch

from .random_streams import augmentation_stream, hashes


class Draws(NamedTuple):
    """The shift of each image of an epoch in pixels, and 1 for a mirrored image, all int64 [n]."""

    down: torch.Tensor
    right: torch.Tensor
    mirrored: torch.Tensor


def draw(n: int, augmentation: dict, seed: int, epoch: int) -> Draws:
    """Draws shifts from -s to s; the two ends are half as likely as the others."""
    values = hashes(seed, augmentation_stream(epoch), torch.arange(n))
    quarters = 4 * augmentation["shift"]

    def shift(bits: torch.Tensor, count: int) -> torch.Tensor:
        return (((bits * quarters) >> count) + 1) // 2 - augmentation["shift"]

    mirrored = values >> 31 if augmentation["flip"] else torch.zeros_like(values)
    return Draws(shift(values & 0xFFFF, 16), shift((values >> 16) & 0x7FFF, 15), mirrored)


def augmented(pixels: torch.Tensor, indices: torch.Tensor, draws: Draws) -> torch.Tensor:
    """Returns the images at `indices`, shifted and mirrored: uint8 [batch, h, w, c] from `pixels` [n, h, w, c]."""
    _, height, width, channels = pixels.shape
    down, right, mirrored = (of_all.index_select(0, indices).unsqueeze(1) for of_all in draws)
    y, x = torch.arange(height, device=pixels.device), torch.arange(width, device=pixels.device)
    rows = inside(y - down, height) + height * indices.unsqueeze(1)
    columns = inside(torch.where(mirrored == 1, width - 1 - x, x) - right, width)
    places = width * rows.unsqueeze(2) + columns.unsqueeze(1)
    return pixels.view(-1, channels).index_select(0, places.flatten()).view(-1, height, width, channels)


def inside(positions: torch.Tensor, size: int) -> torch.Tensor:
    """Reflects positions at the borders, edge pixels repeated: -1 -> 0, size -> size-1 (numpy's 'symmetric')."""
    folded = positions % (2 * size)
    return torch.minimum(folded, 2 * size - 1 - folded)
