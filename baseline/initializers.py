"""Initial weights as Keras draws them; `pytorchDefault` draws them as nn.Linear and nn.Conv2d do."""

import math
import re

import torch
from torch import nn

# variance = scale / fan
SCALES = {"glorot": 1, "he": 2, "lecun": 1}


def initialize(tensor: torch.Tensor, initializer: dict, fan_in: int, fan_out: int) -> None:
    kind = initializer["type"]
    if kind == "zeros":
        nn.init.zeros_(tensor)
    elif kind == "pytorchDefault":
        bound = 1 / math.sqrt(fan_in)
        nn.init.uniform_(tensor, -bound, bound)
    elif kind == "orthogonal":
        nn.init.orthogonal_(tensor, initializer["gain"])
    else:
        family, shape = re.fullmatch("(glorot|he|lecun)(Uniform|Normal)", kind).groups()
        fan = (fan_in + fan_out) / 2 if family == "glorot" else fan_in
        sigma = math.sqrt(SCALES[family] / fan)
        if shape == "Uniform":
            nn.init.uniform_(tensor, -math.sqrt(3) * sigma, math.sqrt(3) * sigma)
        else:
            nn.init.trunc_normal_(tensor, std=sigma, a=-2 * sigma, b=2 * sigma)
