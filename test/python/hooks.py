"""The callbacks of layer_rotation.py in the libraries that they are for.

A library that is not installed is replaced by a stand-in, which calls the hooks in the order and with the arguments that its
documentation gives; main() says which were.
"""

import importlib.util
import sys
import types
from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "assets" / "python"))

from layer_rotation import LayerRotation, attach_to_ignite, hugging_face_callback, lightning_callback


def is_installed(name: str) -> bool:
    return importlib.util.find_spec(name) is not None


def batches() -> list[tuple[torch.Tensor, torch.Tensor]]:
    torch.manual_seed(3)
    return [(torch.randn(4, 3), torch.randn(4, 2)) for _ in range(8)]


def steps(folder: str) -> list[list[str]]:
    """The epoch and the step of each record."""
    return [line.split(",")[:2] for line in Path(folder, "layers.csv").read_text().splitlines()]


def module(name: str, **members: object) -> types.ModuleType:
    made = types.ModuleType(name)
    vars(made).update(members)
    return made


def lightning(folder: str) -> bool:
    """Trains two epochs of 8 batches, a step each second one; then goes on from the checkpoint for a third epoch."""
    real = is_installed("lightning")
    if real:
        train_in_lightning(folder, 2, None)
        train_in_lightning(folder, 3, f"{folder}.ckpt")
        return True
    callbacks = module("lightning.pytorch.callbacks", Callback=object)
    sys.modules.update({"lightning": module("lightning"), "lightning.pytorch": module("lightning.pytorch")})
    sys.modules["lightning.pytorch.callbacks"] = callbacks
    model = nn.Linear(3, 2)
    state: dict[str, object] = {}
    for first, last in ((0, 2), (2, 3)):
        callback = lightning_callback(2, folder)
        if first > 0:
            callback.load_state_dict(state)
        trainer = SimpleNamespace(global_step=4 * first, current_epoch=first, num_training_batches=8)
        callback.on_train_start(trainer, model)
        for epoch in range(first, last):
            trainer.current_epoch = epoch
            for index in range(8):
                trainer.global_step = 4 * epoch + (index + 1) // 2
                callback.on_train_batch_end(trainer, model, None, None, index)
        state = callback.state_dict()
        callback.on_train_end(trainer, model)
    for name in ("lightning", "lightning.pytorch", "lightning.pytorch.callbacks"):
        del sys.modules[name]
    return False


def train_in_lightning(folder: str, epochs: int, checkpoint: "str | None") -> None:
    import lightning.pytorch as pl

    class Module(pl.LightningModule):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(3, 2)

        def training_step(self, batch, index):
            return nn.functional.mse_loss(self.layer(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.SGD(self.parameters(), lr=0.1)

    trainer = pl.Trainer(
        max_epochs=epochs,
        accumulate_grad_batches=2,
        accelerator="cpu",
        callbacks=[lightning_callback(2, folder)],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
    )
    loader = torch.utils.data.DataLoader(batches(), batch_size=None)
    trainer.fit(Module(), loader, ckpt_path=checkpoint)
    if checkpoint is None:
        trainer.save_checkpoint(f"{folder}.ckpt")


def hugging_face(folder: str) -> bool:
    """Trains 10 steps of an epoch of 8, then goes on from the checkpoint of step 6."""
    real = is_installed("transformers") and is_installed("accelerate")
    if real:
        train_in_transformers(folder, resume=False)
        train_in_transformers(folder, resume=True)
        return True
    sys.modules["transformers"] = module("transformers", TrainerCallback=object)
    model = nn.Linear(3, 2)
    for first in (0, 6):
        callback = hugging_face_callback(2, folder)
        state = SimpleNamespace(global_step=first, epoch=first / 8)
        callback.on_train_begin(None, state, None, model=model)
        for step in range(first + 1, 11):
            state.global_step, state.epoch = step, step / 8
            callback.on_step_end(None, state, None, model=model)
            if step == 6:
                callback.on_save(None, state, None, model=model)
        callback.on_train_end(None, state, None, model=model)
    del sys.modules["transformers"]
    return False


def train_in_transformers(folder: str, resume: bool) -> None:
    from transformers import Trainer, TrainingArguments

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.layer = nn.Linear(3, 2)

        def forward(self, x, labels):
            return {"loss": nn.functional.mse_loss(self.layer(x), labels)}

    data = [{"x": x[0], "labels": y[0]} for x, y in batches()]
    arguments = TrainingArguments(
        f"{folder}-checkpoints",
        per_device_train_batch_size=1,
        max_steps=10,
        save_steps=6,
        report_to=[],
        use_cpu=True,
        disable_tqdm=True,
    )
    trainer = Trainer(Model(), arguments, train_dataset=data, callbacks=[hugging_face_callback(2, folder)])
    trainer.train(resume_from_checkpoint=f"{folder}-checkpoints/checkpoint-6" if resume else None)


def ignite(folder: str) -> bool:
    """Trains two epochs of 8 batches."""
    real = is_installed("ignite")
    model = nn.Linear(3, 2)
    rotation = LayerRotation(model, 2, folder)
    if real:
        from ignite.engine import Engine

        engine = Engine(lambda engine, batch: None)
        attach_to_ignite(rotation, engine)
        engine.run(batches(), max_epochs=2)
        return True
    events = SimpleNamespace(ITERATION_COMPLETED="iteration_completed", COMPLETED="completed")
    sys.modules.update({"ignite": module("ignite"), "ignite.engine": module("ignite.engine", Events=events)})
    handlers = {}
    engine = SimpleNamespace(state=SimpleNamespace(iteration=0, epoch_length=8))
    engine.add_event_handler = lambda event, handler: handlers.setdefault(event, handler)
    attach_to_ignite(rotation, engine)
    for iteration in range(1, 17):
        engine.state.iteration = iteration
        handlers[events.ITERATION_COMPLETED](engine)
    handlers[events.COMPLETED](engine)
    for name in ("ignite", "ignite.engine"):
        del sys.modules[name]
    return False


def main(folder: str) -> dict[str, object]:
    trainings = {"lightning": lightning, "transformers": hugging_face, "ignite": ignite}
    used = {name: train(f"{folder}/{name}") for name, train in trainings.items()}
    return {"installed": used, "steps": {name: steps(f"{folder}/{name}") for name in trainings}}
