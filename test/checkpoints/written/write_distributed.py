"""Writes the distributed checkpoints in this folder, as two processes with FSDP do: python write_distributed.py, with torch 2.13.

The layers are those of write.py, split by rows, and one step in which a layer is split by columns, beside integers and a tensor
that has fewer rows than there are processes.
"""

import os
import shutil

import torch
import torch.distributed
import torch.distributed.checkpoint
import torch.multiprocessing
from torch.distributed.tensor import Shard, distribute_tensor, init_device_mesh

from write import place, series


def save(rank, rows, columns):
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="29777", RANK=str(rank), WORLD_SIZE="2")
    torch.distributed.init_process_group("gloo")
    mesh = init_device_mesh("cpu", (2,))
    split = lambda value, dimension=0: distribute_tensor(value, mesh, [Shard(dimension)])
    for step, weights in series():
        conv, fc = (torch.from_numpy(weights[name]) for name in ("conv", "fc"))
        model = {"conv.weight": split(conv), "fc.weight": split(fc), "fc.bias": torch.zeros(6)}
        state = {"model": model, "optimizer": {"state": {"fc.weight": {"exp_avg": split(fc)}}}, "step": step}
        torch.distributed.checkpoint.save(state, checkpoint_id=os.path.join(rows, f"step{step}"))
    model.update({"fc.weight": split(fc, 1), "one": split(torch.ones(1, 4)), "counts": split(torch.arange(4).reshape(2, 2))})
    torch.distributed.checkpoint.save(state, checkpoint_id=columns)
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    folders = (place("distributed-rows"), place("odd/distributed-columns"))
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    torch.multiprocessing.spawn(save, folders, nprocs=2)
