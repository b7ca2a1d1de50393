"""The orders in which examples are visited, the same in every language (src/random.ts)."""

import torch

MASK = 0xFFFFFFFF


def mix(x: torch.Tensor) -> torch.Tensor:
    """lowbias32, an invertible hash of 32-bit integers, in int64 here. Products wrap; their low 32 bits are right."""
    x = ((x ^ (x >> 16)) * 0x7FEB352D) & MASK
    x = ((x ^ (x >> 15)) * 0x846CA68B) & MASK
    return x ^ (x >> 16)


def permutation(n: int, seed: int, stream: int) -> torch.Tensor:
    """Indices 0 … n-1 in a random order that depends on `seed` and `stream` alone. int64 [n]."""
    base = mix((mix(torch.tensor(seed)) + stream) & MASK)
    keys = mix((base + torch.arange(n)) & MASK)
    return torch.argsort(keys, stable=True)
