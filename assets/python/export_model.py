"""Exports a module of PyTorch, so that layer-rotation can train it.

    from export_model import export_model

    export_model(torchvision.models.resnet18(num_classes=10), (3, 32, 32), "net.pt2")

or on the command line, for a function without arguments that returns the module:

    python export_model.py models.py:make_net 3,32,32 net.pt2

The module takes one batch of examples, float32 [batch, ...], and returns logits, [batch, classes]. One of token ids, int64
[batch, context], returns logits for the id after each, [batch, context, vocabulary]:

    export_model(GPT(config), (256,), "gpt.pt2", vocabulary=50257)
    python export_model.py models.py:make_gpt tokens:256,50257 gpt.pt2

The file holds two graphs of torch.export, one in training mode and one in evaluation mode, and the weights, without any
pickle.
"""

import contextlib
import importlib.util
import io
import json
import os
import sys
import zipfile

import torch

__all__ = ["export_model"]


def export_model(module, input_shape, file, vocabulary=None):
    """Writes `module` to `file`. The module itself does not change.

    module: a torch.nn.Module with float32 parameters, on the CPU.
    input_shape: the shape of one example, without the batch: (3, 32, 32), or (256,) for windows of 256 token ids.
    file: the path of the file to write, such as "net.pt2".
    vocabulary: the number of token ids, 0 to vocabulary - 1, for a module that takes those; None for one that takes numbers.

    Raises TypeError or ValueError for a module that cannot be trained from such a file, and what torch.export.export raises
    for one that it cannot follow.
    """
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"module is a {type(module).__name__}; expected a torch.nn.Module")
    for name, tensor in [*module.named_parameters(), *module.named_buffers()]:
        if tensor.is_floating_point() and tensor.dtype != torch.float32:
            raise ValueError(f"{name} is {tensor.dtype}; expected torch.float32: call module.float() first")
        if tensor.device.type != "cpu":
            raise ValueError(f"{name} is on {tensor.device}; expected the CPU: call module.cpu() first")
    shape = tuple(int(size) for size in input_shape)
    if not shape or min(shape) < 1:
        raise ValueError(f"input_shape is {input_shape}; expected the shape of one example, such as (3, 32, 32)")
    if vocabulary is None:
        examples = torch.zeros(2, *shape)
    else:
        examples = _windows(module, shape, int(vocabulary))
    archives = {mode: _exported(module, examples, mode) for mode in ("train", "eval")}
    temporary = f"{os.fspath(file)}.{os.getpid()}.tmp"
    try:
        with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as target:
            for mode, source in archives.items():
                _copy(source, mode, target)
        os.replace(temporary, file)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)


def _windows(module, shape, vocabulary):
    """Returns two windows of token ids, after the module has shown that it takes the last id and gives logits for each."""
    if len(shape) != 1 or vocabulary < 2:
        raise ValueError(f"input_shape is {shape} and vocabulary {vocabulary}; expected (context,) and at least 2")
    windows = torch.full((2, *shape), vocabulary - 1)
    try:
        with _mode(module, "eval"), torch.no_grad():
            logits = module(windows)
    except IndexError as error:
        raise ValueError(f"module does not take the id {vocabulary - 1} of a vocabulary of {vocabulary}: {error}") from error
    found = tuple(logits.shape) if isinstance(logits, torch.Tensor) else type(logits).__name__
    if found != (2, *shape, vocabulary):
        raise ValueError(f"module returns {found} for two windows; expected logits, {(2, *shape, vocabulary)}")
    return windows


@contextlib.contextmanager
def _mode(module, mode):
    """Sets a module and those in it to one of its modes, and back at the end."""
    modes = {child: child.training for child in module.modules()}
    module.train(mode == "train")
    try:
        yield
    finally:
        for child, training in modes.items():
            child.training = training


def _exported(module, examples, mode):
    """Returns the archive that torch.export makes of the module in one of its modes, for any number of such examples."""
    # At least two: torch.export takes a dimension of 1 for a constant.
    batch = torch.export.Dim("batch", min=2, max=2**16)
    with _mode(module, mode):
        program = torch.export.export(module, (examples,), dynamic_shapes=({0: batch},), strict=False)
    buffer = io.BytesIO()
    torch.export.save(program, buffer)
    return zipfile.ZipFile(buffer)


def _copy(source, mode, target):
    """Copies the graph, and the tensors of the training mode: the other one has the same."""
    names = source.namelist()
    graph = next((name for name in names if name.endswith("models/model.json")), None)
    if graph is None:
        raise ValueError(f"torch.export.save of PyTorch {torch.__version__} writes another format; expected 2.8 or later")
    root = graph[: -len("models/model.json")]
    program = json.loads(source.read(graph))
    for node in program["graph_module"]["graph"]["nodes"]:
        node["metadata"] = {}  # places in the user's source
    _write(target, f"models/{mode}.json", json.dumps(program))
    for kind in ("weights", "constants"):
        if kind == "weights" and mode == "eval":
            continue
        config = json.loads(source.read(f"{root}data/{kind}/model_{kind}_config.json"))
        for entry in config["config"].values():
            path = entry["path_name"]
            entry["path_name"] = f"{mode}_{path}"
            _write(target, f"data/{kind}/{mode}_{path}", source.read(f"{root}data/{kind}/{path}"))
        _write(target, f"data/{kind}/{mode}_{kind}_config.json", json.dumps(config))


def _write(target, name, content):
    """Adds an entry that depends on its content alone, unless tied tensors have added it already."""
    info = zipfile.ZipInfo(f"net/{name}", date_time=(1980, 1, 1, 0, 0, 0))
    if info.filename not in target.NameToInfo:
        target.writestr(info, content)


def _main(arguments):
    kind, _, sizes = arguments[1].rpartition(":") if len(arguments) == 3 else ("", "", "")
    if not sizes or kind not in ("", "tokens") or ":" not in arguments[0]:
        return "usage: python export_model.py FILE.py:FUNCTION 3,32,32 net.pt2, or tokens:CONTEXT,VOCABULARY for the shape"
    source, _, name = arguments[0].rpartition(":")
    spec = importlib.util.spec_from_file_location("exported_models", source)
    if spec is None:
        return f"{source} is not a file of Python"
    models = importlib.util.module_from_spec(spec)
    sys.path.insert(0, os.path.dirname(os.path.abspath(source)))
    spec.loader.exec_module(models)
    shape = [int(size) for size in sizes.split(",")]
    vocabulary = shape.pop() if kind == "tokens" else None
    export_model(getattr(models, name)(), shape, arguments[2], vocabulary)
    return None


if __name__ == "__main__":
    sys.exit(_main(sys.argv[1:]))
