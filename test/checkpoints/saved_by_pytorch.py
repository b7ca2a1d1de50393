"""Writes checkpoints as trainings with PyTorch do, and says what is in them."""

import collections
import math
import os

import torch
import torch.distributed.checkpoint


class Touch:
    """Touches a file when it is unpickled."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return (os.system, (f"touch {self.path}",))


def network(memory_format=torch.contiguous_format):
    layers = collections.OrderedDict(
        conv=torch.nn.Conv2d(3, 8, 3), norm=torch.nn.BatchNorm2d(8), flat=torch.nn.Flatten(), fc=torch.nn.Linear(288, 10)
    )
    return torch.nn.Sequential(layers).to(memory_format=memory_format)


def half(model):
    return {k: v.bfloat16() if v.is_floating_point() else v for k, v in model.state_dict().items()}


def step(model, optimizer):
    optimizer.zero_grad()
    model(torch.randn(4, 3, 8, 8)).square().mean().backward()
    optimizer.step()


def main(folder):
    torch.manual_seed(1)
    model = network()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    first = {name: value.clone() for name, value in model.state_dict().items()}
    saved = {}

    def save(name, value, **options):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        torch.save(value, path, **options)

    for at in (0, 10, 20):
        save(f"state/step{at}.pt", model.state_dict())
        save(f"nested/checkpoint-{at}.ckpt", {"epoch": 3, "model": model.state_dict(), "optimizer": optimizer.state_dict(),
                                             "args": {"lr": 0.1, "betas": (0.9, 0.999), "none": None},
                                             "rng": torch.get_rng_state()})
        save(f"module/step{at}.pt", model)
        save(f"half/step{at}.pt", half(model))
        for kind, value in {"state": model.state_dict(), "module": model, "half": half(model),
                            "nested": {"optimizer": optimizer.state_dict(), "state_dict": model.state_dict()}}.items():
            save(f"legacy/{kind}/step{at}.pt", value, _use_new_zipfile_serialization=False)
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": at}
        torch.distributed.checkpoint.save(state, checkpoint_id=os.path.join(folder, f"distributed/step{at}"))
        os.makedirs(os.path.join(folder, "script"), exist_ok=True)
        torch.jit.script(model).save(os.path.join(folder, f"script/step{at}.pt"))
        save(f"last/step{at}.pt", network(torch.channels_last).state_dict() if at else model.state_dict())
        saved[at] = {name: value.clone() for name, value in model.state_dict().items()}
        for _ in range(10):
            step(model, optimizer)
    weight = torch.randn(6, 4)
    odd = {"ints": torch.arange(5), "bool": torch.tensor([True]), "complex": torch.zeros(3, dtype=torch.complex64),
           "a.weight": weight, "b.weight": weight, "view.weight": weight[::2, :2], "turned.weight": weight.t(),
           "part.weight": weight[2:4], "scalar": torch.tensor(3.5), "empty.weight": torch.empty(0, 3),
           "fp8.weight": weight.to(torch.float8_e4m3fn), "f16.weight": weight.half(), "f64.weight": weight.double()}
    save("odd/tied.pt", odd)
    save("odd/tied-legacy.pt", odd, _use_new_zipfile_serialization=False)
    save("odd/protocol-4.pt", {"w": weight}, _use_new_zipfile_serialization=False, pickle_protocol=4)
    save("odd/evil.pt", {"w": weight, "x": Touch(os.path.join(folder, "TOUCHED"))})
    save("odd/evil-legacy.pt", {"w": weight, "x": Touch(os.path.join(folder, "TOUCHED"))},
         _use_new_zipfile_serialization=False)

    def distance(a, b):
        a, b = a.double().flatten(), b.double().flatten()
        return 1 - float(a @ b / math.sqrt(float(a @ a) * float(b @ b)))

    def largest(matrix):
        return float(torch.linalg.svdvals(matrix.double().flatten(1))[0])

    def spectral(layer):
        weights = [saved[at][f"{layer}.weight"].double() for at in (0, 10, 20)]
        return {
            "spectral_norm": [largest(w) for w in weights],
            "stable_rank": [float(w.norm() ** 2) / largest(w) ** 2 for w in weights],
            "spectral_update": [None] + [largest(w - p) / largest(p) for p, w in zip(weights, weights[1:])],
        }

    return {
        layer: {
            "spectral": spectral(layer),
            "rotation": [distance(saved[at][f"{layer}.weight"], first[f"{layer}.weight"]) for at in (0, 10, 20)],
            "norm": [float(saved[at][f"{layer}.weight"].double().norm()) for at in (0, 10, 20)],
            "half": [distance(saved[at][f"{layer}.weight"].bfloat16(), first[f"{layer}.weight"].bfloat16()) for at in (0, 10, 20)],
        }
        for layer in ("conv", "fc")
    }
