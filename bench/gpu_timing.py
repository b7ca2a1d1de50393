"""Timing by events on a GPU, by the clock on the CPU."""

import time
from typing import Callable

import torch


def times(call: Callable[[], object], repetitions: int, device: str) -> list[float]:
    """Returns the nanoseconds of each call, after three that warm up."""
    for _ in range(3):
        call()
    if device == "cpu":
        return [clocked(call) for _ in range(repetitions)]
    events = [torch.cuda.Event(enable_timing=True) for _ in range(repetitions + 1)]
    torch.cuda.synchronize()
    events[0].record()
    for event in events[1:]:
        call()
        event.record()
    torch.cuda.synchronize()
    return [1e6 * begin.elapsed_time(end) for begin, end in zip(events, events[1:])]


def clocked(call: Callable[[], object]) -> float:
    start = time.perf_counter_ns()
    call()
    return time.perf_counter_ns() - start


def as_graph(call: Callable[[], object], device: str) -> Callable[[], object]:
    """Captures the call as one CUDA graph, so that launching costs nothing."""
    if device == "cpu":
        return call
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            call()
    torch.cuda.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call()
    return graph.replay
