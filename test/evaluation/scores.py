import ast
import json
from pathlib import Path

import torch
from torch.nn import functional


def load(file):
    """Reads a .npy file of version 1.0 as NumPy's documentation describes it, without NumPy."""
    content = Path(file).read_bytes()
    assert content[:8] == b"\x93NUMPY\x01\x00"
    begin = 10 + int.from_bytes(content[8:10], "little")
    header = ast.literal_eval(content[10:begin].decode("latin1"))
    assert begin % 64 == 0 and header["descr"] == "<f4" and not header["fortran_order"]
    return torch.frombuffer(bytearray(content[begin:]), dtype=torch.float32).view(header["shape"])


def main(logits, labels):
    """Returns loss, top-1 and top-5 accuracy and the classes that PyTorch finds in a .npy file of logits."""
    logits = load(logits)
    labels = torch.tensor(json.loads(labels))
    top5 = logits.topk(5).indices
    return {
        "shape": list(logits.shape),
        "loss": functional.cross_entropy(logits.double(), labels).item(),
        "accuracy": (logits.argmax(1) == labels).double().mean().item(),
        "top5Accuracy": (top5 == labels[:, None]).any(1).double().mean().item(),
        "predicted": logits.argmax(1).tolist(),
        "probability": logits.double().softmax(1).max(1).values.tolist(),
        "losses": functional.cross_entropy(logits.double(), labels, reduction="none").tolist(),
    }
