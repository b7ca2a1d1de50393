"""What layer_rotation.py makes of models of all kinds."""

import ast
import sys
import tempfile
from pathlib import Path

import torch
from torch import nn
from torch.distributed import HashStore
from torch.nn.utils.parametrizations import weight_norm

source = Path(__file__).resolve().parents[2] / "assets" / "python" / "layer_rotation.py"
sys.path.insert(0, str(source.parent))

import layer_rotation
from layer_rotation import LayerRotation


parent = ""


class Tied(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(5, 4)
        self.inner = nn.Linear(4, 4)
        self.head = nn.Linear(4, 5, bias=False)
        self.head.weight = self.embedding.weight
        self.scale = nn.Parameter(torch.ones(4))
        self.steps = nn.Parameter(torch.zeros(2, 2, dtype=torch.int64), requires_grad=False)


def columns(folder: Path, name: str) -> list[str]:
    header, *rows = [line.split(",") for line in (folder / "layers.csv").read_text().splitlines()]
    return [row[header.index(name)] for row in rows]


def temporary() -> Path:
    return Path(tempfile.mkdtemp(dir=parent)) / "rotation"


def refusal(call) -> str:
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "accepted"


def names() -> dict[str, list[str]]:
    """The layers of models, by kind."""
    compiled = nn.Sequential(torch.compile(Tied()), nn.Linear(5, 2))
    torch.distributed.init_process_group("gloo", store=HashStore(), rank=0, world_size=1)
    try:
        distributed = nn.parallel.DistributedDataParallel(nn.Sequential(nn.Linear(3, 2)))
        found = {"distributed": LayerRotation(torch.compile(distributed)).layers}
    finally:
        torch.distributed.destroy_process_group()
    return {
        **found,
        "tied": LayerRotation(Tied()).layers,
        "compiled": LayerRotation(torch.compile(Tied())).layers,
        "compiled in part": LayerRotation(compiled).layers,
        "parametrized": LayerRotation(nn.Sequential(weight_norm(nn.Linear(3, 2)))).layers,
        "patterns": LayerRotation(Tied(), layers=["inner.*", "scale"]).layers,
        "pattern": LayerRotation(Tied(), layers="*embed*").layers,
    }


def refusals() -> dict[str, str]:
    lazy = nn.Sequential(nn.LazyLinear(3))
    with torch.device("meta"):
        meta = nn.Linear(3, 2)
    complex_model = nn.Linear(3, 2, dtype=torch.complex64)
    comma = nn.Module()
    comma.add_module("a,b", nn.Linear(3, 2))
    once = LayerRotation(nn.Linear(3, 2), folder=temporary())
    once.step()
    sharded = nn.Linear(3, 2)
    sharded.weight.full_tensor = None  # like a DTensor
    replaced = nn.Sequential(nn.Linear(3, 2))
    shaped = LayerRotation(replaced, every=1, folder=temporary())
    replaced[0] = nn.Linear(4, 2)
    gone = nn.Sequential(nn.Linear(3, 2))
    without = LayerRotation(gone, every=1, folder=temporary())
    del gone[0]
    closed = LayerRotation(nn.Linear(3, 2), folder=temporary())
    closed.close()
    falling = LayerRotation(nn.Linear(3, 2), folder=temporary())
    falling.step(2.0)
    with_another = LayerRotation(nn.Linear(3, 2), folder=once._folder.path)
    other_layers = LayerRotation(nn.Sequential(nn.Linear(3, 2)), folder=once._folder.path)
    state = {"format": 1, "step": 1}
    calls = {
        "no module": lambda: LayerRotation([1]),
        "every": lambda: LayerRotation(nn.Linear(3, 2), every=0),
        "lazy": lambda: LayerRotation(lazy),
        "meta": lambda: LayerRotation(meta),
        "complex": lambda: LayerRotation(complex_model),
        "sharded": lambda: LayerRotation(sharded),
        "comma": lambda: LayerRotation(comma),
        "no layers": lambda: LayerRotation(nn.BatchNorm1d(3)),
        "pattern": lambda: LayerRotation(Tied(), layers=["iner"]),
        "shape": shaped.step,
        "gone": without.step,
        "closed": closed.step,
        "falling epoch": lambda: falling.step(1.5),
        "epoch missing": falling.step,
        "folder": with_another.step,
        "state": lambda: with_another.load_state_dict({"steps": 1}),
        "state of a later version": lambda: with_another.load_state_dict({"format": 2, "step": 1}),
        "late state": lambda: once.load_state_dict(state),
        "other layers": lambda: other_layers.load_state_dict(state),
        "no folder": lambda: LayerRotation(nn.Linear(3, 2), folder=temporary()).load_state_dict(state),
    }
    overwriting = LayerRotation(nn.Linear(3, 2), every=1, folder=once._folder.path, overwrite=True)
    calls["overwrite"] = overwriting.step
    return {name: refusal(call) for name, call in calls.items()}


def values() -> dict[str, object]:
    """Numbers of weights that are unusual."""
    model = nn.Sequential(nn.Linear(3, 2), nn.Linear(2, 2), nn.Linear(2, 2), nn.Linear(2, 3), nn.Linear(3, 3))
    with torch.no_grad():
        model[1].weight.zero_()
        model[4].weight.fill_(0.5)
    model[0].requires_grad_(False)
    folder = temporary()
    rotation = LayerRotation(model, every=1, folder=folder)
    with torch.no_grad():
        model[1].weight.fill_(1)
        model[2].weight[0, 0] = float("nan")
        model[3].weight = nn.Parameter(-2 * model[3].weight)
        model[4].weight.fill_(float("inf"))
    rotation.step()
    eighth = nn.Linear(8, 8)
    eighth.weight = nn.Parameter(torch.ones(8, 8).to(torch.float8_e4m3fn), requires_grad=False)
    quarters = temporary()
    narrow = LayerRotation(eighth, every=1, folder=quarters)
    eighth.weight = nn.Parameter((torch.ones(8, 8) - 2 * torch.eye(8)).to(torch.float8_e4m3fn), requires_grad=False)
    narrow.step()
    state = narrow.state_dict()
    again = LayerRotation(eighth, every=1, folder=quarters)
    again.load_state_dict(state)
    again.step()
    angles = temporary()
    for state in None, {"format": 1, "step": 1}:
        turning = LayerRotation(eighth, every=1, folder=angles, angles=True, device="cpu")
        if state is not None:
            turning.load_state_dict(state)
        turning.step()
    return {
        "angle": columns(angles, "angle"),
        "rotation": columns(folder, "rotation"),
        "norm": columns(folder, "norm"),
        "fp8": columns(quarters, "rotation"),
    }


def transfers() -> list[int]:
    """How often numbers reach Python, without a measured step and with one."""
    model = nn.Sequential(*[nn.Linear(4, 4) for _ in range(5)])
    rotation = LayerRotation(model, every=2, folder=temporary(), angles=True)
    counts = []
    real = torch.Tensor.tolist, torch.Tensor.item, torch.Tensor.__float__
    calls = 0

    def counted(method):
        def call(*given):
            nonlocal calls
            calls += 1
            return method(*given)

        return call

    torch.Tensor.tolist, torch.Tensor.item, torch.Tensor.__float__ = map(counted, real)
    try:
        for _ in range(2):
            calls = 0
            rotation.step()
            counts.append(calls)
    finally:
        torch.Tensor.tolist, torch.Tensor.item, torch.Tensor.__float__ = real
    return counts


def other_ranks() -> dict[str, object]:
    """What a process that is not rank 0 does."""
    folder = temporary()
    torch.distributed.init_process_group("fake", store=HashStore(), rank=1, world_size=2)
    try:
        rotation = LayerRotation(nn.Linear(3, 2), every=1, folder=folder)
        rotation.step()
        rotation.close()
        return {"state": rotation.state_dict(), "writes": folder.exists()}
    finally:
        torch.distributed.destroy_process_group()


def style() -> dict[str, object]:
    """What is wrong with the file, and what it imports."""
    text = source.read_text()
    tree = ast.parse(text, feature_version=(3, 9))
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    imports = {
        (alias.name if isinstance(node, ast.Import) else node.module).split(".")[0]
        for node in tree.body
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for alias in node.names
    }
    parameters = {
        node.name: [one.arg for one in [*node.args.args, *node.args.kwonlyargs] if one.annotation is None]
        for node in functions
    }
    return {
        "version": layer_rotation.__version__,
        "imports": sorted(imports - set(sys.stdlib_module_names)),
        "long lines": [line for line in text.splitlines() if len(line) > 79 or line != line.rstrip()],
        "unannotated": [name for name, given in parameters.items() if [one for one in given if one != "self"]]
        + [node.name for node in functions if node.returns is None],
        "undocumented": [name for name in layer_rotation.__all__ if not getattr(layer_rotation, name).__doc__]
        + [
            name
            for name, member in vars(LayerRotation).items()
            if not name.startswith("_") and not member.__doc__
        ],
    }


def main(folder: str) -> dict[str, object]:
    global parent
    parent = folder
    return {
        "names": names(),
        "refusals": refusals(),
        "values": values(),
        "transfers": transfers(),
        "otherRanks": other_ranks(),
        "style": style(),
    }
