"""python test/schedule/torch_rates.py: the learning rates of torch.optim.lr_scheduler.

Standard input is a JSON list of [class, rate of the optimizer, keyword arguments, number of steps]; standard output is a
JSON list of the rates before each step.
"""

import json
import sys

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


print(json.dumps([rates(*each) for each in json.load(sys.stdin)]))
