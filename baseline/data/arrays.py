"""Images and labels in NumPy's .npy files, which are read without NumPy: the environment of the tests has none."""

import ast
import math
from pathlib import Path

import torch

from .split import Split

TYPES = {"|u1": torch.uint8, "<f4": torch.float32, "<i4": torch.int32, "<i8": torch.int64}


def read(data: dict, _seed: int) -> tuple[Split, Split, int]:
    """Returns the training split, the test split and the number of classes."""
    return read_split(data, "train"), read_split(data, "test"), data["classes"]


def read_split(data: dict, split: str) -> Split:
    channels, height, width = data["shape"]
    images, labels = read_npy(data[split]["images"]), read_npy(data[split]["labels"])
    if tuple(images.shape[1:]) == (channels, height, width) and data["layout"] != "nhwc":
        images = images.permute(0, 2, 3, 1)
    return Split(images.reshape(-1, height, width, channels).contiguous(), labels.flatten().long())


def read_npy(file: str) -> torch.Tensor:
    content = bytearray(Path(file).read_bytes())
    if content[:8] != b"\x93NUMPY\x01\x00":
        raise ValueError(f"{file} is not a .npy file of version 1.0")
    begin = 10 + int.from_bytes(content[8:10], "little")
    header = ast.literal_eval(content[10:begin].decode("latin1"))
    if header["fortran_order"] or header["descr"] not in TYPES:
        raise ValueError(f"{file} holds {header['descr']}; the baseline reads {', '.join(TYPES)}, row-major")
    values = torch.frombuffer(content, dtype=TYPES[header["descr"]], offset=begin, count=math.prod(header["shape"]))
    return values.view(header["shape"])


READERS = {"dataset": read}
