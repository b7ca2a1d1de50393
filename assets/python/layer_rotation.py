"""Records how far the layers of a PyTorch model turn from their start.

Layer rotation is the cosine distance between a layer's weights and its initial
weights (Carbonnelle and De Vleeschouwer, arXiv 1806.01603). This file needs
torch 2.0 or newer and nothing else; copy it beside your code.

    rotation = LayerRotation(model, every=10, folder="rotation")
    for epoch in range(epochs):
        for images, labels in loader:
            ...
            optimizer.step()
            rotation.step()
    rotation.close()

The folder then holds layers.csv, a line for each layer after every tenth step,
and `npx layer-rotation report rotation` draws it.

To resume a training, keep `rotation.state_dict()` in its checkpoints. The
initial weights are in the folder:

    rotation = LayerRotation(model, every=10, folder="rotation")
    rotation.load_state_dict(checkpoint["rotation"])

For Lightning, Hugging Face's Trainer and Ignite, see lightning_callback(),
hugging_face_callback() and attach_to_ignite().
"""

from __future__ import annotations

import ctypes
import difflib
import hashlib
import json
import math
import os
import platform
import re
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, BinaryIO, Union

import torch
from torch import Tensor, nn

__version__ = "0.1.0"
__all__ = [
    "LayerRotation",
    "attach_to_ignite",
    "hugging_face_callback",
    "lightning_callback",
]

_PathLike = Union[str, "os.PathLike[str]"]
_Device = Union[str, torch.device]


class LayerRotation:
    """Measures the layers of a model after every k-th step of its optimizer.

    Layers are the floating-point parameters of two and more dimensions. Their
    names are those of the parameters without ".weight", and without what
    torch.compile and DistributedDataParallel add. Tied parameters count once.
    All sums are calculated in float64, in pieces, on the parameter's device
    (on the CPU for MPS, which has no float64); a measured step moves them to
    the CPU once a device. Of the processes of a distributed training, rank 0
    records.

    The object may be used in a `with` statement, which closes it.

    Args:
        model: The model with its initial weights, before the first step.
        every: Interval of the measured steps, at least 1.
        folder: Where the records go: run.json, status.json, layers.csv and
            the initial weights, checkpoints/initial/model.safetensors. They
            are written from the first step on.
        layers: Patterns of the layers to measure, in which "*" stands for
            any characters; they may name parameters of one dimension, too.
            By default all layers.
        angles: True also measures the step itself: columns angle, radial and
            tangential. This copies the layers before each measured step.
        device: Where the initial weights are kept; by default beside each
            parameter, in its dtype. "cpu" saves the memory of a GPU, and
            copies them to it at each measured step.
        overwrite: True lets a training that starts anew replace the records
            of an earlier one; otherwise its first step() refuses the folder.

    Raises:
        TypeError: A parameter cannot be measured: of a lazy module or on the
            meta device, sharded (DTensor), sparse or complex.
        ValueError: An argument is out of range; a pattern matches nothing;
            the model has no layers.
    """

    def __init__(
        self,
        model: nn.Module,
        every: int = 10,
        folder: _PathLike = "rotation",
        *,
        layers: str | Sequence[str] | None = None,
        angles: bool = False,
        device: _Device | None = None,
        overwrite: bool = False,
    ) -> None:
        if not isinstance(model, nn.Module):
            raise TypeError(
                f"model is a {type(model).__name__}; expected an nn.Module"
            )
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise ValueError(
                f"every is {every!r}; expected a whole number of at least 1"
            )
        self._model = model
        self._every = every
        self._folder = _Folder(Path(folder))
        self._angles = angles
        self._device = None if device is None else torch.device(device)
        self._overwrite = overwrite
        self._layers = _layers_of(model, layers)
        self._step = 0
        self._epoch: float | None = None
        self._epochs_given: bool | None = None
        self._file: BinaryIO | None = None
        self._state = "new"
        self._is_recorder = _rank() == 0
        self._initial: dict[str, Tensor] = {}
        self._previous: dict[str, Tensor] = {}
        if self._is_recorder:
            self._initial = {
                name: weight.detach().to(
                    self._device or weight.device, copy=True
                )
                for name, weight in self._weights().items()
            }

    @property
    def layers(self) -> list[str]:
        """Names of the measured layers, in the order of the model."""
        return list(self._layers)

    @torch.no_grad()
    def step(self, epoch: float | None = None) -> None:
        """Counts a step of the optimizer, and measures every k-th one.

        Args:
            epoch: The epochs done, such as 2.5 in the middle of the third
                one; give it at every call or at none. Reports then have
                epochs on their axis instead of steps.

        Raises:
            FileExistsError: The folder holds the records of another training.
            RuntimeError: A layer is gone or has another shape; or close() was
                called before.
            ValueError: The epoch falls, or is given at some calls only.
            OSError: The disk refuses.
        """
        if self._state == "closed":
            raise RuntimeError("step() was called after close()")
        self._check_epoch(epoch)
        if not self._is_recorder:
            self._step += 1
            return
        if self._state == "new":
            self._begin()
        if self._angles and self._every == 1 and self._step == 0:
            _copy_into(self._previous, self._initial)
        self._step += 1
        if self._step % self._every == 0:
            self._measure()
        if self._angles and (self._step + 1) % self._every == 0:
            _copy_into(self._previous, self._weights())

    def state_dict(self) -> dict[str, Any]:
        """Returns what a checkpoint has to keep, and flushes the records.

        It holds numbers only: the initial weights are in the folder.
        """
        if self._file is not None:
            self._file.flush()
            os.fsync(self._file.fileno())
        return {"format": 1, "step": self._step}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Continues the records in the folder, before the first step().

        The initial weights are those in the folder. Records after the
        checkpoint are removed, and so is a line that a crash cut off.

        Raises:
            FileNotFoundError: The folder does not hold the records.
            RuntimeError: step() was called before.
            ValueError: The state or the folder is not of this training.
        """
        step = state.get("step") if isinstance(state, Mapping) else None
        if isinstance(step, bool) or not isinstance(step, int) or step < 0:
            raise ValueError(
                "the state is not one that LayerRotation.state_dict() returned"
            )
        if state.get("format") != 1:
            raise ValueError(
                f"the state has format {state.get('format')!r}; expected 1"
            )
        if self._state != "new":
            raise RuntimeError(
                "load_state_dict() was called after step(); call it before"
            )
        if self._is_recorder and (step > 0 or self._folder.run.exists()):
            self._resume(step)
        self._step = step

    def close(self, error: BaseException | None = None) -> None:
        """Ends the records.

        Args:
            error: What ended the training before its end, if something did.
        """
        if self._state == "closed":
            return
        if self._file is not None:
            self._file.close()
            self._file = None
            self._folder.write_status(_outcome(error), self._epoch, error)
        self._state = "closed"
        self._initial = {}
        self._previous = {}

    def __enter__(self) -> LayerRotation:
        return self

    def __exit__(
        self, kind: Any, error: BaseException | None, trace: Any
    ) -> None:
        self.close(error)

    def _check_epoch(self, epoch: float | None) -> None:
        if self._epochs_given is None:
            self._epochs_given = epoch is not None
        if self._epochs_given != (epoch is not None):
            raise ValueError(
                "step() was called with an epoch at some steps only; give it "
                "at every call or at none"
            )
        if epoch is None:
            return
        before = self._epoch or 0.0
        if not before <= epoch <= 1e9:
            raise ValueError(
                f"the epoch is {epoch} after {before}; expected the epochs "
                "done, a number that does not fall"
            )
        self._epoch = float(epoch)

    def _begin(self) -> None:
        self._folder.create(self._overwrite)
        parameters = self._layers.values()
        initial = dict(zip(parameters, self._initial.values()))
        self._folder.write_initial(initial)
        self._folder.write_run(self._description())
        self._folder.write_status("running", self._epoch)
        self._file = self._folder.open_records(self._header())
        self._state = "begun"

    def _resume(self, step: int) -> None:
        found = self._folder.read_run()
        expected = self._description()
        for key in ("layers", "columns"):
            # The epoch is known from the first step() on.
            known = [one for one in found.get(key, []) if one != "epoch"]
            wanted = [one for one in expected[key] if one != "epoch"]
            if known != wanted:
                raise ValueError(
                    f"{self._folder.path} has other {key} than this training: "
                    f"{_shortened(known)}; expected {_shortened(wanted)}"
                )
        self._epochs_given = "epoch" in found["columns"]
        weights = self._weights()
        parameters = self._layers.values()
        shapes = [weight.shape for weight in weights.values()]
        stored = self._folder.read_initial(dict(zip(parameters, shapes)))
        for (name, weight), tensor in zip(weights.items(), stored.values()):
            # In the weight's own order of memory, so that both are read alike.
            kept = torch.empty_like(
                weight,
                dtype=tensor.dtype,
                device=self._device or weight.device,
            )
            self._initial[name] = kept.copy_(tensor)
        self._file, self._epoch = self._folder.cut_records(
            self._header(), step, len(self._layers)
        )
        resumed = [*found.get("resumed", []), {"at": _now(), "step": step}]
        self._folder.write_run(
            {
                **expected,
                "columns": found["columns"],
                "startedAt": found["startedAt"],
                "resumed": resumed,
            }
        )
        self._folder.write_status("running", self._epoch)
        self._state = "begun"

    def _header(self) -> list[str]:
        keys = ["step", "layer"]
        if self._epochs_given:
            keys.insert(0, "epoch")
        if self._angles:
            return [*keys, "rotation", "angle", "norm", "radial", "tangential"]
        return [*keys, "rotation", "norm"]

    def _description(self) -> dict[str, Any]:
        first = next(iter(self._weights().values()))
        return {
            "source": "pytorch",
            "format": 1,
            "layers": list(self._layers),
            "columns": self._header(),
            "every": self._every,
            "device": str(first.device),
            "threads": torch.get_num_threads(),
            "torch": torch.__version__,
            "python": platform.python_version(),
            "platform": f"{platform.system().lower()}-{platform.machine()}",
            "layerRotation": __version__,
            "startedAt": _now(),
        }

    def _weights(self) -> dict[str, Tensor]:
        """The layers as they are now: a parameter may have been replaced."""
        found = dict(_parameters(self._model, remove_duplicate=False))
        weights = {}
        for name, parameter in self._layers.items():
            weight = found.get(parameter)
            if weight is None:
                raise RuntimeError(
                    f"the model no longer has the parameter {parameter}"
                )
            _require_measurable(parameter, weight)
            initial = self._initial.get(name)
            if initial is not None and initial.shape != weight.shape:
                raise RuntimeError(
                    f"{parameter} has shape {tuple(weight.shape)}; expected "
                    f"{tuple(initial.shape)}, that of its initial weights"
                )
            weights[name] = weight.detach()
        return weights

    def _measure(self) -> None:
        sums: list[Tensor] = []
        steps: list[Tensor] = []
        for name, weight in self._weights().items():
            initial = self._initial[name]
            if self._device is None and initial.device != weight.device:
                # The model was moved after it was given to this object.
                initial = self._initial[name] = initial.to(weight.device)
            sums.append(_displacement(weight, initial))
            previous = self._previous.get(name)
            if previous is not None:
                steps.append(_displacement(weight, previous))
        numbers = _moved([*sums, *steps])
        # Just after a resumption the weights before the step are not known.
        unknown = [[math.nan] * 4] * len(sums)
        keys = [str(self._step)]
        if self._epochs_given:
            keys.insert(0, _cell(self._epoch or 0.0))
        lines = []
        for name, total, step in zip(
            self._layers, numbers, numbers[len(sums) :] or unknown
        ):
            values = [_rotation(total), math.sqrt(total[2])]
            if self._angles:
                angle, radial, tangential = _step_of(step)
                values = [values[0], angle, values[1], radial, tangential]
            lines.append(",".join([*keys, name, *map(_cell, values)]) + "\n")
        assert self._file is not None
        # One write: no reader sees a part of the step, unless a crash cuts it.
        self._file.write("".join(lines).encode())
        self._file.flush()


class _Folder:
    """The files of a training, as `layer-rotation report` reads them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.run = path / "run.json"
        self.status = path / "status.json"
        self.records = path / "layers.csv"
        self.initial = path / "checkpoints" / "initial" / "model.safetensors"
        self._started_at = _now()

    def create(self, overwrite: bool) -> None:
        for file in (self.run, self.records):
            if not file.exists():
                continue
            if not overwrite:
                raise FileExistsError(
                    f"{self.path} already holds the records of a training; "
                    "to continue it, call load_state_dict() before the first "
                    "step(); else choose another folder or overwrite=True"
                )
            file.unlink()
        self.initial.parent.mkdir(parents=True, exist_ok=True)

    def write_run(self, description: Mapping[str, Any]) -> None:
        self._started_at = description["startedAt"]
        _write_json(self.run, description)

    def read_run(self) -> dict[str, Any]:
        if not self.run.exists():
            raise FileNotFoundError(
                f"{self.run} does not exist; expected the folder of the "
                "training to resume, with its initial weights and records"
            )
        found = json.loads(self.run.read_text(encoding="utf-8"))
        if (
            not isinstance(found, dict)
            or found.get("source") != "pytorch"
            or found.get("format") != 1
            or not isinstance(found.get("layers"), list)
            or not isinstance(found.get("columns"), list)
            or not isinstance(found.get("startedAt"), str)
        ):
            raise ValueError(f"{self.run} is not a file of LayerRotation")
        return found

    def write_status(
        self,
        status: str,
        epoch: float | None,
        error: BaseException | None = None,
    ) -> None:
        text: dict[str, Any] = {"status": status}
        if error is not None:
            text["reason"] = f"{type(error).__name__}: {error}"[:1000]
        text.update({"epoch": epoch or 0, "startedAt": self._started_at})
        if status != "running":
            text["endedAt"] = _now()
        _write_json(self.status, {**text, **_identity()})

    def write_initial(self, weights: Mapping[str, Tensor]) -> None:
        with _replacing(self.initial) as file:
            _write_safetensors(file, weights)

    def read_initial(
        self, shapes: Mapping[str, torch.Size]
    ) -> dict[str, Tensor]:
        with open(self.initial, "rb") as file:
            return _read_safetensors(file, shapes)

    def open_records(self, columns: Sequence[str]) -> BinaryIO:
        file = open(self.records, "xb")
        file.write((",".join(columns) + "\n").encode())
        file.flush()
        return file

    def cut_records(
        self, columns: Sequence[str], step: int, layers: int
    ) -> tuple[BinaryIO, float | None]:
        """Removes what was recorded after a step, and incomplete lines.

        Returns:
            The file, at its end, and the epoch of its last record.
        """
        file = open(self.records, "r+b")
        try:
            header = file.readline()
            expected = ",".join(columns) + "\n"
            if header != expected.encode():
                wanted = expected.strip()
                raise ValueError(f"{self.records}:1: expected {wanted}")
            key = columns.index("step")
            end = position = len(header)
            lines, epoch = 0, None
            for line in file:
                cells = line.split(b",", key + 1)
                if (
                    not line.endswith(b"\n")
                    or not cells[key].isdigit()
                    or int(cells[key]) > step
                ):
                    break
                lines += 1
                position += len(line)
                if lines % layers == 0:
                    end = position
                    epoch = float(cells[0]) if key == 1 else None
            file.truncate(end)
            file.seek(end)
        except BaseException:
            file.close()
            raise
        return file, epoch


def lightning_callback(
    every: int = 10, folder: _PathLike = "rotation", **options: Any
) -> Any:
    """Returns a Lightning callback that records the layers of a module.

        trainer = Trainer(callbacks=[lightning_callback(every=10)])

    A step is a batch after which the module's optimizers have stepped. The
    checkpoints of the trainer keep the callback's state.

    Args:
        every: As for LayerRotation.
        folder: As for LayerRotation.
        options: Further arguments of LayerRotation.

    Raises:
        ImportError: Neither lightning nor pytorch_lightning is installed.
    """
    try:
        from lightning.pytorch.callbacks import Callback
    except ImportError:
        from pytorch_lightning.callbacks import Callback

    class LayerRotationCallback(Callback):  # type: ignore[misc]
        def __init__(self) -> None:
            self.rotation: LayerRotation | None = None
            self._kept: Mapping[str, Any] | None = None
            self._global_step = 0

        def on_train_start(self, trainer: Any, pl_module: Any) -> None:
            # The weights of a checkpoint are loaded by now; the initial ones
            # are then those in the folder.
            self.rotation = LayerRotation(pl_module, every, folder, **options)
            if self._kept is not None:
                self.rotation.load_state_dict(self._kept)
            self._global_step = trainer.global_step

        def on_train_batch_end(
            self,
            trainer: Any,
            pl_module: Any,
            outputs: Any,
            batch: Any,
            batch_idx: int,
        ) -> None:
            # Gradients may be accumulated over several batches.
            if trainer.global_step == self._global_step:
                return
            self._global_step = trainer.global_step
            batches = trainer.num_training_batches
            epoch = None
            if math.isfinite(batches):
                epoch = trainer.current_epoch + (batch_idx + 1) / batches
            assert self.rotation is not None
            self.rotation.step(epoch)

        def on_train_end(self, trainer: Any, pl_module: Any) -> None:
            self._close(None)

        def on_exception(
            self, trainer: Any, pl_module: Any, exception: BaseException
        ) -> None:
            self._close(exception)

        def _close(self, error: BaseException | None) -> None:
            if self.rotation is not None:
                self.rotation.close(error)

        def state_dict(self) -> dict[str, Any]:
            return {} if self.rotation is None else self.rotation.state_dict()

        def load_state_dict(self, state_dict: dict[str, Any]) -> None:
            self._kept = state_dict or None

    return LayerRotationCallback()


def hugging_face_callback(
    every: int = 10, folder: _PathLike = "rotation", **options: Any
) -> Any:
    """Returns a callback for the Trainer of Hugging Face's transformers.

        trainer = Trainer(model, args, callbacks=[hugging_face_callback()])

    After resume_from_checkpoint the records continue at the trainer's step.

    Args:
        every: As for LayerRotation.
        folder: As for LayerRotation.
        options: Further arguments of LayerRotation.

    Raises:
        ImportError: transformers is not installed.
    """
    from transformers import TrainerCallback

    class LayerRotationCallback(TrainerCallback):  # type: ignore[misc]
        def __init__(self) -> None:
            self.rotation: LayerRotation | None = None

        def on_train_begin(
            self, args: Any, state: Any, control: Any, **given: Any
        ) -> None:
            model = given["model"]
            self.rotation = LayerRotation(model, every, folder, **options)
            if state.global_step > 0:
                kept = {"format": 1, "step": state.global_step}
                self.rotation.load_state_dict(kept)

        def on_step_end(
            self, args: Any, state: Any, control: Any, **given: Any
        ) -> None:
            assert self.rotation is not None
            self.rotation.step(state.epoch)

        def on_save(
            self, args: Any, state: Any, control: Any, **given: Any
        ) -> None:
            # The trainer keeps the step; this flushes the records.
            assert self.rotation is not None
            self.rotation.state_dict()

        def on_train_end(
            self, args: Any, state: Any, control: Any, **given: Any
        ) -> None:
            assert self.rotation is not None
            self.rotation.close()

    return LayerRotationCallback()


def attach_to_ignite(rotation: LayerRotation, engine: Any) -> None:
    """Records after each iteration of an Ignite engine that trains.

        rotation = LayerRotation(model)
        attach_to_ignite(rotation, trainer)
        Checkpoint({"model": model, "rotation": rotation}, ...)

    Each iteration has to step the optimizer.

    Raises:
        ImportError: ignite is not installed.
    """
    from ignite.engine import Events

    def step(engine: Any) -> None:
        length = engine.state.epoch_length
        rotation.step(engine.state.iteration / length if length else None)

    engine.add_event_handler(Events.ITERATION_COMPLETED, step)
    engine.add_event_handler(Events.COMPLETED, lambda _: rotation.close())


def _unwrap(model: nn.Module) -> nn.Module:
    """The module inside of torch.compile's and a distributed one."""
    while True:
        inner = getattr(model, "_orig_mod", None)
        if isinstance(inner, nn.Module):
            model = inner
        elif isinstance(
            model,
            (nn.DataParallel, nn.parallel.DistributedDataParallel),
        ):
            model = model.module
        else:
            return model


def _parameters(
    model: nn.Module, remove_duplicate: bool
) -> Iterable[tuple[str, nn.Parameter]]:
    named = _unwrap(model).named_parameters(remove_duplicate=remove_duplicate)
    for name, parameter in named:
        # A part of the model may be compiled, too.
        parts = [part for part in name.split(".") if part != "_orig_mod"]
        yield ".".join(parts), parameter


def _layers_of(
    model: nn.Module, patterns: str | Sequence[str] | None
) -> dict[str, str]:
    """The parameters to measure, by the names of their layers."""
    parameters = dict(_parameters(model, remove_duplicate=True))
    for name, parameter in parameters.items():
        if nn.parameter.is_lazy(parameter):
            raise TypeError(
                f"{name} belongs to a lazy module and has no shape yet; run a "
                "batch through the model first"
            )
    measurable = {
        name: parameter
        for name, parameter in parameters.items()
        if parameter.is_floating_point() or parameter.is_complex()
    }
    weights = {name for name, one in measurable.items() if one.dim() > 1}
    names = {}
    for name in measurable:
        short = name[: -len(".weight")] if name.endswith(".weight") else name
        is_short = name in weights and short not in weights
        names[short if is_short else name] = name
    if patterns is None:
        chosen = {name: one for name, one in names.items() if one in weights}
    else:
        chosen = _matching(names, patterns)
    if not chosen:
        raise ValueError(
            "the model has no floating-point parameter of two or more "
            "dimensions (FSDP's flattened parameters have one)"
        )
    for name, parameter_name in chosen.items():
        if re.search(r'[",\x00-\x1f\x7f]', name):
            raise ValueError(
                f"the layer {name!r} has a comma, a quote or a control "
                "character in its name, which layers.csv cannot hold"
            )
        _require_measurable(parameter_name, parameters[parameter_name])
    return chosen


def _matching(
    names: Mapping[str, str], patterns: str | Sequence[str]
) -> dict[str, str]:
    chosen: set[str] = set()
    for pattern in [patterns] if isinstance(patterns, str) else patterns:
        form = re.compile(".*".join(map(re.escape, pattern.split("*"))))
        found = {
            name
            for name, parameter in names.items()
            if form.fullmatch(name) or form.fullmatch(parameter)
        }
        if not found:
            close = difflib.get_close_matches(pattern, names, n=1)
            hint = f'; did you mean "{close[0]}"?' if close else ""
            raise ValueError(f'no layer matches "{pattern}"{hint}')
        chosen |= found
    return {name: one for name, one in names.items() if name in chosen}


def _require_measurable(name: str, weight: Tensor) -> None:
    if weight.is_meta:
        problem = "is on the meta device; materialize the model first"
    elif hasattr(weight, "full_tensor"):
        problem = "is sharded (DTensor); each process has a part of it only"
    elif weight.layout != torch.strided:
        problem = f"has layout {weight.layout}; expected a dense tensor"
    elif weight.is_complex():
        problem = "is complex; leave it out with layers=[...]"
    else:
        return
    raise TypeError(f"{name} cannot be measured: it {problem}")


def _rank() -> int:
    """The number of this process in a distributed training, 0 without one."""
    if torch.distributed.is_available() and torch.distributed.is_initialized():
        return torch.distributed.get_rank()
    # torchrun's, before init_process_group().
    return int(os.environ.get("RANK", "0"))


def _displacement(weight: Tensor, origin: Tensor) -> Tensor:
    """Sums over w, a weight, and o, where it was.

    The difference is taken first, in float64: from |w|², |o|² and <w, o> alone
    a small rotation would be lost to rounding.

    Returns:
        |w - o|², <w - o, o>, |w|² and |o|²: a tensor of 4 numbers in float64.
    """
    device = weight.device
    if device.type == "mps":
        device = torch.device("cpu")  # MPS has no float64.
    # Three arrays of 1 MB fit into the caches of a CPU; a GPU takes fewer and
    # larger pieces.
    size = 1 << 17 if device.type == "cpu" else 1 << 22
    arrays = torch.empty(
        3, min(size, weight.numel()), dtype=torch.float64, device=device
    )
    # The order of memory, in which a weight is read without copying it.
    order = sorted(range(weight.dim()), key=lambda i: -weight.stride()[i])
    sums = []
    for w, o in zip(
        torch.split(weight.permute(order).reshape(-1), size),
        torch.split(origin.permute(order).reshape(-1), size),
    ):
        difference, now, before = arrays[:, : w.numel()]
        now.copy_(w)
        before.copy_(o)
        torch.sub(now, before, out=difference)
        sums.append(torch.dot(difference, difference))
        sums.append(torch.dot(difference, before))
        sums.append(torch.dot(now, now))
        sums.append(torch.dot(before, before))
    return torch.stack(sums).view(-1, 4).sum(0)


def _moved(sums: Sequence[Tensor]) -> list[list[float]]:
    """The numbers of some tensors of 4, moved to the CPU once a device."""
    devices: dict[torch.device, list[int]] = {}
    for i, one in enumerate(sums):
        devices.setdefault(one.device, []).append(i)
    numbers: list[list[float]] = [[]] * len(sums)
    for places in devices.values():
        table = torch.stack([sums[i] for i in places]).tolist()
        for i, row in zip(places, table):
            numbers[i] = row
    return numbers


def _rotation(sums: Sequence[float]) -> float:
    """Cosine distance of w and o, 0 ... 2; NaN where one of them is 0.

    With d = |w| - |o| it equals (|w - o|² - d²) / (2|w||o|), which has no
    cancellation when the weights have hardly moved.
    """
    squared, dot, square, origin_square = sums
    if square == 0 or origin_square == 0:
        return math.nan
    norm, origin_norm = math.sqrt(square), math.sqrt(origin_square)
    change = (2 * dot + squared) / (norm + origin_norm)
    distance = (squared - change * change) / (2 * norm * origin_norm)
    # Rounding may leave the range; NaN remains.
    return 0.0 if distance < 0 else 2.0 if distance > 2 else distance


def _step_of(sums: Sequence[float]) -> tuple[float, float, float]:
    """Angle between w and o, radial and tangential part of the step w - o.

    The angle is exact where it is small, unlike the arc cosine of a cosine.
    """
    squared, dot, _, origin_square = sums
    if origin_square == 0 or math.isnan(squared):
        return math.nan, math.nan, math.nan
    norm = math.sqrt(origin_square)
    rest = squared - dot * dot / origin_square
    tangential = 0.0 if rest < 0 else math.sqrt(rest)
    angle = math.atan2(tangential * norm, origin_square + dot)
    return angle, dot / norm, tangential


def _copy_into(
    copies: dict[str, Tensor], weights: Mapping[str, Tensor]
) -> None:
    for name, weight in weights.items():
        copy = copies.get(name)
        if (
            copy is None
            or copy.device != weight.device
            or copy.dtype != weight.dtype
        ):
            copies[name] = weight.clone()
        else:
            copy.copy_(weight)


def _cell(value: float) -> str:
    """A number as JavaScript, pandas and SQL read it."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return repr(value)


def _shortened(names: Sequence[object]) -> str:
    text = ", ".join(map(str, names[:5]))
    return f"{text} and {len(names) - 5} more" if len(names) > 5 else text


def _now() -> str:
    now = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
    return now.replace("+00:00", "Z")


def _outcome(error: BaseException | None) -> str:
    if error is None:
        return "finished"
    return "failed" if isinstance(error, Exception) else "interrupted"


def _identity() -> dict[str, Any]:
    """This process among those of all machines, by which readers can tell
    that it is gone; on Linux alone."""

    def read(file: str) -> str | None:
        try:
            with open(file, encoding="utf-8") as opened:
                return opened.read()
        except OSError:
            return None

    pid = os.getpid()
    identity: dict[str, Any] = {"host": socket.gethostname(), "pid": pid}
    files = "/etc/machine-id", "/proc/sys/kernel/random/boot_id"
    ids = json.dumps([read(file) for file in files], separators=(",", ":"))
    identity["boot"] = hashlib.sha256(ids.encode()).hexdigest()[:32]
    try:
        identity["pidNamespace"] = os.readlink("/proc/self/ns/pid")
    except OSError:
        pass
    stat = read(f"/proc/{pid}/stat")
    if stat is not None:
        # Field 22 of proc(5); the name before the last ")" may hold spaces.
        identity["startTime"] = int(stat[stat.rindex(")") + 2 :].split()[19])
    return identity


@contextmanager
def _replacing(path: Path) -> Iterator[BinaryIO]:
    """Opens a file that takes the place of another once it is whole."""
    unfinished = path.with_name(f"{path.name}.tmp")
    with open(unfinished, "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, path)


def _write_json(path: Path, content: Mapping[str, Any]) -> None:
    with _replacing(path) as file:
        file.write(json.dumps(content, indent=2).encode() + b"\n")


# Names that safetensors has for the dtypes of weights; others become F32.
_DTYPES = {
    "F64": torch.float64,
    "F32": torch.float32,
    "F16": torch.float16,
    "BF16": torch.bfloat16,
}
for _code, _name in (("F8_E4M3", "float8_e4m3fn"), ("F8_E5M2", "float8_e5m2")):
    if hasattr(torch, _name):  # torch 2.1
        _DTYPES[_code] = getattr(torch, _name)
_CODES = {dtype: code for code, dtype in _DTYPES.items()}


def _write_safetensors(file: BinaryIO, tensors: Mapping[str, Tensor]) -> None:
    header: dict[str, Any] = {}
    end = 0
    stored = {}
    for name, tensor in tensors.items():
        dtype = tensor.dtype if tensor.dtype in _CODES else torch.float32
        stored[name] = dtype
        begin = end
        end += tensor.numel() * torch.empty((), dtype=dtype).element_size()
        header[name] = {
            "dtype": _CODES[dtype],
            "shape": list(tensor.shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    file.write(len(text).to_bytes(8, "little") + text)
    for name, tensor in tensors.items():
        whole = tensor.to("cpu", stored[name]).contiguous()
        size = whole.numel() * whole.element_size()
        # Without NumPy, which torch may lack.
        array = (ctypes.c_ubyte * size).from_address(whole.data_ptr())
        file.write(memoryview(array))


def _read_safetensors(
    file: BinaryIO, shapes: Mapping[str, torch.Size]
) -> dict[str, Tensor]:
    """Reads tensors of known names and shapes, in their own dtypes."""
    size = os.fstat(file.fileno()).st_size
    length = int.from_bytes(file.read(8), "little")
    if length > size - 8:
        raise ValueError(f"{file.name} is damaged: its header is cut off")
    header = json.loads(file.read(length))
    tensors = {}
    for name, shape in shapes.items():
        entry = header.get(name)
        if entry is None:
            raise ValueError(f"{file.name} lacks the weight {name}")
        if entry["shape"] != list(shape):
            raise ValueError(
                f"{file.name}: {name} has shape {entry['shape']}; expected "
                f"{list(shape)}"
            )
        dtype = _DTYPES[entry["dtype"]]
        begin, end = entry["data_offsets"]
        tensor = torch.empty(shape, dtype=dtype)
        count = tensor.numel() * tensor.element_size()
        if not 0 <= begin <= end <= size - 8 - length or end - begin != count:
            raise ValueError(f"{file.name}: {name} is cut off or damaged")
        file.seek(8 + length + begin)
        array = (ctypes.c_ubyte * count).from_address(tensor.data_ptr())
        if file.readinto(array) != count:  # type: ignore[attr-defined]
            raise ValueError(f"{file.name}: {name} is cut off")
        tensors[name] = tensor
    return tensors
