"""Times training steps in blocks, as block-times.mjs does."""

import time
from collections.abc import Callable


def block_times(run: Callable[[int], None], seconds: float) -> list[float]:
    """Times a loop of training steps in blocks of about a second, until `seconds` are over and at least twice.

    The first two steps warm up, or only the first one if a step takes longer than a block. Returns nanoseconds a step, one
    number a block.
    """

    def measure(steps: int) -> float:
        start = time.perf_counter()
        run(steps)
        return time.perf_counter() - start

    measure(1)
    second = measure(1)
    steps = max(1, round(1 / second))
    blocks = [second] if steps == 1 else []
    spent = sum(blocks)
    while spent < seconds or len(blocks) < 2:
        block = measure(steps)
        spent += block
        blocks.append(block / steps)
    return [block * 1e9 for block in blocks]
