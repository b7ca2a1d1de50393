"""python bench/peak_pytorch.py THREADS DTYPE: prints the floating-point operations a second of PyTorch's fastest product
of large square matrices, as JSON. DTYPE is `float32` or `bfloat16`.
"""

import json
import sys
import time

import torch

SIZES = (2048, 4096)
REPEATS = 5


def flops_a_second(size: int, dtype: torch.dtype) -> float:
    a, b = (torch.randn(size, size).to(dtype) for _ in range(2))
    times = []
    for _ in range(REPEATS):
        start = time.perf_counter()
        a @ b
        times.append(time.perf_counter() - start)
    return 2 * size**3 / min(times)


def main() -> None:
    torch.set_num_threads(int(sys.argv[1]))
    print(json.dumps(max(flops_a_second(size, getattr(torch, sys.argv[2])) for size in SIZES)))


main()
