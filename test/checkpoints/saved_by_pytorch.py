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

    real = torch.randn(6, 4)
    kinds = {"kept.weight": real, "negated.weight": torch.complex(real, real).conj().imag, "sparse.weight": real.to_sparse(),
             "quantised.weight": torch.quantize_per_tensor(real, 0.1, 0, torch.qint8), "meta.weight": torch.empty(2, 2, device="meta"),
             "other.weight": real.to(torch.float8_e4m3fnuz), "counter": torch.tensor(3)}
    save("odd/kinds.pt", kinds)
    save("odd/names.pt", {f"{name}.weight": real.clone() for name in ("amp_net", "scaler", "optimal", "rng")})
    save("odd/beside.pt", {"generator": {"w": real}, "scaler": {"w": real.clone()}, "g_optim": optimizer.state_dict(),
                           "grads": {"w": real.clone()}, "amp": {"w": real.clone()}, "blob": bytearray(b"x")}, pickle_protocol=5)
    save("odd/other-tied.pt", {"head.weight": weight, "embed.weight": weight, "fc.weight": real})
    save("odd/embed.pt", {"embed.weight": 2 * weight, "fc.weight": real})

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
            "spectral_change": [None] + [largest(w - p) for p, w in zip(weights, weights[1:])],
            "spectral_update": [None] + [largest(w - p) / largest(p) for p, w in zip(weights, weights[1:])],
        }

    layers = {
        layer: {
            "spectral": spectral(layer),
            "rotation": [distance(saved[at][f"{layer}.weight"], first[f"{layer}.weight"]) for at in (0, 10, 20)],
            "norm": [float(saved[at][f"{layer}.weight"].double().norm()) for at in (0, 10, 20)],
            "half": [distance(saved[at][f"{layer}.weight"].bfloat16(), first[f"{layer}.weight"].bfloat16()) for at in (0, 10, 20)],
        }
        for layer in ("conv", "fc")
    }
    return {**layers, "groups": groups(save)}


def groups(save):
    """Saves a small transformer in three precisions, and returns the numbers of its groups, each as one vector."""
    members = {
        "embeddings": {"wte.weight": (13, 8)},
        "attention": {"h.0.attn.c_attn.weight": (8, 24), "h.0.attn.c_attn.bias": (24,), "h.1.attn.c_proj.weight": (8, 8)},
        "mlp": {"h.0.mlp.c_fc.weight": (8, 32), "h.0.mlp.c_fc.bias": (32,)},
        "norms": {"h.0.ln_1.weight": (8,), "h.0.ln_1.bias": (8,), "ln_f.weight": (8,)},
    }
    weights = {name: torch.randn(shape) for group in members.values() for name, shape in group.items()}
    steps = []
    for at, dtype in ((0, torch.float32), (10, torch.float16), (20, torch.bfloat16)):
        rounded = {name: value.to(dtype) for name, value in weights.items()}
        save(f"groups/step{at}.pt", rounded)
        steps.append({group: torch.cat([rounded[name].double().flatten() for name in names]) for group, names in members.items()})
        weights = {name: value + 0.2 * torch.randn(value.shape) for name, value in weights.items()}

    def numbers(group):
        w = [step[group] for step in steps]
        pairs = list(zip(w, w[1:]))
        cosine = lambda a, b: float(a @ b / (a.norm() * b.norm()))
        along = [((b - a) @ a / a.norm()) for a, b in pairs]
        return {
            "rotation": [1 - cosine(one, w[0]) for one in w],
            "norm": [float(one.norm()) for one in w],
            "angle": [None] + [math.acos(cosine(a, b)) for a, b in pairs],
            "relative_update": [None] + [float((b - a).norm() / a.norm()) for a, b in pairs],
            "radial": [None] + [float(one) for one in along],
            "tangential": [None] + [float((b - a - one * a / a.norm()).norm()) for (a, b), one in zip(pairs, along)],
        }

    return {group: numbers(group) for group in members}
