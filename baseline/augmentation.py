"""Random shifts, crops, flips and erased squares, which depend only on seed, epoch and image."""

from typing import NamedTuple

import torch
from torch.nn import functional as F

from .random_streams import augmentation_stream, hashes_of_key, key_of, mix

# PyTorch's names of paddings; it has no other for 'symmetric'.
PADDINGS = {"constant": "constant", "edge": "replicate", "reflect": "reflect"}


class Draws(NamedTuple):
    """The shift of each image of an epoch in pixels, 1 for a mirrored image, and the centre of its square, all int64 [n]."""

    down: torch.Tensor
    right: torch.Tensor
    mirrored: torch.Tensor
    row: torch.Tensor | None = None
    column: torch.Tensor | None = None


def draw(n: int, augmentation: dict, seed: int, epoch: int, size: tuple[int, int] = (1, 1)) -> Draws:
    """Draws shifts from -s to s, the two ends half as likely as the others; those of crops are all equally likely."""
    key = key_of(seed, augmentation_stream(epoch))
    values = hashes_of_key(key, torch.arange(n))
    crop = augmentation.get("crop")
    most = crop["padding"] if crop else augmentation["shift"]

    def shift(bits: torch.Tensor, count: int) -> torch.Tensor:
        if crop:
            return ((bits * (2 * most + 1)) >> count) - most
        return (((bits * 4 * most) >> count) + 1) // 2 - most

    mirrored = values >> 31 if augmentation["flip"] else torch.zeros_like(values)
    squares = hashes_of_key(mix(key), torch.arange(n))
    row, column = ((squares & 0xFFFF) * size[0]) >> 16, ((squares >> 16) * size[1]) >> 16
    return Draws(shift(values & 0xFFFF, 16), shift((values >> 16) & 0x7FFF, 15), mirrored, row, column)


def augmented(pixels: torch.Tensor, indices: torch.Tensor, draws: Draws, crop: dict | None = None) -> torch.Tensor:
    """Returns the images at `indices`, shifted and mirrored: [batch, h, w, c] of the type of `pixels` [n, h, w, c]."""
    _, height, width, channels = pixels.shape
    down, right, mirrored = (of_all.index_select(0, indices).unsqueeze(1) for of_all in draws[:3])
    y, x = torch.arange(height, device=pixels.device), torch.arange(width, device=pixels.device)
    rows = source(y - down, height, crop)
    columns = source(torch.where(mirrored == 1, width - 1 - x, x) - right, width, crop)
    outside = (rows < 0).unsqueeze(2) | (columns < 0).unsqueeze(1)
    places = width * (rows + height * indices.unsqueeze(1)).unsqueeze(2) + columns.unsqueeze(1)
    places = places.masked_fill_(outside, 0)
    found = pixels.view(-1, channels).index_select(0, places.flatten()).view(-1, height, width, channels)
    return found.masked_fill_(outside.unsqueeze(3), 0)


def source(positions: torch.Tensor, size: int, crop: dict | None) -> torch.Tensor:
    """Returns the places from which padding takes its pixels: int64, -1 for a pixel of 0."""
    if crop is None or crop["mode"] == "symmetric":
        return inside(positions, size)
    padding = crop["padding"]
    places = torch.arange(size, dtype=torch.float64, device=positions.device).view(1, 1, size)
    mode = PADDINGS[crop["mode"]]
    value = {"value": -1} if mode == "constant" else {}
    return F.pad(places, (padding, padding), mode, **value).long().flatten()[positions + padding]


def inside(positions: torch.Tensor, size: int) -> torch.Tensor:
    """Reflects positions at the borders, edge pixels repeated: -1 -> 0, size -> size-1 (numpy's 'symmetric')."""
    folded = positions % (2 * size)
    return torch.minimum(folded, 2 * size - 1 - folded)


def erase(images: torch.Tensor, indices: torch.Tensor, draws: Draws, side: int) -> torch.Tensor:
    """Sets a square of each of the images [b, c, h, w] to 0; its centre is drawn, and parts may lie outside."""

    def within(centre: torch.Tensor, size: int) -> torch.Tensor:
        begin = centre.index_select(0, indices).unsqueeze(1) - side // 2
        places = torch.arange(size, device=images.device)
        return (places >= begin) & (places < begin + side)

    rows, columns = within(draws.row, images.shape[2]), within(draws.column, images.shape[3])
    return images.masked_fill_(rows[:, None, :, None] & columns[:, None, None, :], 0)
