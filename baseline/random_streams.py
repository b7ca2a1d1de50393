"""The random numbers that decide which images are used and when, the same as in src/random.ts."""

import torch

MASK = 0xFFFFFFFF

# The streams of a seed. Epochs and passes over the images count from 0.
SUBSET = 0
SYNTHETIC_NOISE = 0xFFFFFFFD
SYNTHETIC_PATTERNS = 0xFFFFFFFE
VALIDATION = 0xFFFFFFFF


def order_stream(epoch: int) -> int:
    return 1 + epoch


def augmentation_stream(epoch: int) -> int:
    return 0x40000000 + epoch


def batches_stream(pass_: int) -> int:
    return 0x80000000 + pass_


def mix(x: torch.Tensor) -> torch.Tensor:
    """Computes lowbias32, an invertible hash of 32-bit integers, in int64. Products wrap; the low 32 bits are right."""
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & MASK
    x = ((x ^ (x >> 15)) * 0x846CA68B) & MASK
    return x ^ (x >> 16)


def key_of(seed: int, stream: int) -> torch.Tensor:
    return mix((mix(torch.tensor(seed)) + stream) & MASK)


def hashes_of_key(key: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
    """Returns the values of a stream with this key at `indices`: int64 of their shape, 0 … 2^32-1."""
    return mix((key + indices) & MASK)


def hashes(seed: int, stream: int, indices: torch.Tensor) -> torch.Tensor:
    return hashes_of_key(key_of(seed, stream), indices)


def permutation(n: int, seed: int, stream: int) -> torch.Tensor:
    """Returns 0 … n-1 in a random order that depends only on `seed` and `stream`, int64 [n]."""
    return torch.argsort(hashes(seed, stream, torch.arange(n)), stable=True)
