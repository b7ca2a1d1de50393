"""The learning rates of torch.optim.lr_scheduler.ReduceLROnPlateau."""

import torch


def rates(rate: float, arguments: dict, values: list[float]) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=rate)
    scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **arguments)
    seen = []
    for value in values:
        scheduler.step(value)
        seen.append(optimizer.param_groups[0]["lr"])
    return seen


def main(cases: list) -> list[list[float]]:
    """Takes [rate, keyword arguments, values] of each; returns its rates after each value."""
    return [rates(*each) for each in cases]
