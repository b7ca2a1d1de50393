"""The safetensors format: 8-byte little-endian header length, JSON header, raw little-endian bytes. float32 only."""

import json
import struct
from pathlib import Path

import torch


def save(path: Path, tensors: dict[str, torch.Tensor]) -> None:
    header, end = {"__metadata__": {"format": "pt"}}, 0
    for name, tensor in tensors.items():
        start, end = end, end + 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [start, end]}
    content = bytearray(end)
    for name, tensor in tensors.items():
        start = header[name]["data_offsets"][0]
        place = torch.frombuffer(content, dtype=torch.float32, offset=start, count=tensor.numel())
        place.copy_(tensor.detach().flatten())
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(struct.pack("<Q", len(text)) + text + content)


def load(path: Path) -> dict[str, torch.Tensor]:
    content = bytearray(path.read_bytes())
    (length,) = struct.unpack_from("<Q", content)
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: {name} is {entry['dtype']}, expected F32")
        start, end = (8 + length + offset for offset in entry["data_offsets"])
        # The slice is a copy, because a tensor's bytes need not start at a multiple of four in the file.
        tensors[name] = torch.frombuffer(content[start:end], dtype=torch.float32).view(entry["shape"])
    return tensors
