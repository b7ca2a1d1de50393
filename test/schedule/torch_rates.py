"""The learning rates of torch.optim.lr_scheduler."""

import torch


def rates(scheduler: str, rate: float, arguments: dict, steps: int) -> list[float]:
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=rate)
    schedule = getattr(torch.optim.lr_scheduler, scheduler)(optimizer, **arguments)
    values = []
    for _ in range(steps):
        values.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return values


def main(schedules: list) -> list[list[float]]:
    """Takes [class, rate of the optimizer, keyword arguments, number of steps] of each; returns its rates before each step."""
    return [rates(*each) for each in schedules]
