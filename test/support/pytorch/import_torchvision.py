"""Imports torchvision without its compiled operators, which want the PyTorch that they were built with."""

import importlib.util
import re
import sys
from functools import cache

import torch


@cache
def import_torchvision(packages):
    """`packages`: the folder that pip installed torchvision in."""
    if packages not in sys.path:
        sys.path.append(packages)
    folder = importlib.util.find_spec("torchvision").submodule_search_locations[0]
    with open(f"{folder}/_meta_registrations.py", encoding="utf-8") as file:
        names = set(re.findall(r'register_(?:fake|meta)\("(?:torchvision::)?(\w+)"', file.read())) | {"nms"}
    library = torch.library.Library("torchvision", "FRAGMENT")
    for name in sorted(names):
        if not hasattr(torch.ops.torchvision, name):
            library.define(f"{name}(Tensor a, Tensor b, float c) -> Tensor")
    import torchvision

    torchvision.stub_operators = library  # they go with the library
    return torchvision
