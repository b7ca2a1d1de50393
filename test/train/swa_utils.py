"""Averages of weights by torch.optim.swa_utils."""

from pathlib import Path

import torch
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, get_swa_multi_avg_fn

from baseline import safetensors


class Tensors(torch.nn.Module):
    """A model that is nothing but tensors."""

    def __init__(self, tensors: list[torch.Tensor]):
        super().__init__()
        self.all = torch.nn.ParameterList(tensors)


def main(averages: dict, tensors_file: str, out: str) -> None:
    """Takes averages {name: [decay or None, numbers of the steps to average]} and a safetensors file of <step>/<tensor>.
    Writes <name>/<tensor> to `out`."""
    tensors = safetensors.load(Path(tensors_file))
    names = [name.removeprefix("0/") for name in tensors if name.startswith("0/")]
    results = {}
    for average, (decay, steps) in averages.items():
        function = get_swa_multi_avg_fn() if decay is None else get_ema_multi_avg_fn(decay)
        model = Tensors([tensors[f"0/{name}"].clone() for name in names])
        averaged = AveragedModel(model, multi_avg_fn=function, use_buffers=True)
        for step in steps:
            with torch.no_grad():
                for own, name in zip(model.all, names):
                    own.copy_(tensors[f"{step}/{name}"])
            averaged.update_parameters(model)
        for own, name in zip(averaged.module.all, names):
            results[f"{average}/{name}"] = own.detach()
    safetensors.save(Path(out), results)
