"""Exports a network of torchvision or timm, and trains it in eager PyTorch in both memory formats."""

import re
import sys

import torch
from torch import nn

sys.path[:0] = ["assets/python", "test/support/pytorch"]
from export_model import export_model  # noqa: E402
from import_torchvision import import_torchvision  # noqa: E402


def make(name, size, packages):
    torch.manual_seed(3)
    torchvision = import_torchvision(packages)
    if name.startswith("torchvision."):
        net = getattr(torchvision.models, name.removeprefix("torchvision."))(num_classes=10)
    else:
        import timm

        sized = {"img_size": size} if re.search("vit|mixer|swin", name) else {}
        undropped = {"drop_path_rate": 0.0} if "swin" in name else {}
        net = timm.create_model(name, num_classes=10, **sized, **undropped)
    for module in net.modules():
        if isinstance(module, nn.Dropout):
            module.p = 0.0
    return net


def train(net, images, labels, batch, rate, memory_format):
    """Returns the loss of each step, and the mean loss of all images afterwards."""
    net = net.to(memory_format=memory_format).train()
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    inputs = ((images.double() - 127.5) / 64).float().contiguous(memory_format=memory_format)
    losses = []
    for begin in range(0, len(labels), batch):
        loss = nn.functional.cross_entropy(net(inputs[begin : begin + batch]), labels[begin : begin + batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    net.eval()
    with torch.no_grad():
        parts = [net(inputs[begin : begin + batch]) for begin in range(0, len(labels), batch)]
    return {"losses": losses, "evaluation": nn.functional.cross_entropy(torch.cat(parts), labels).item()}


def main(packages, name, size, file, pixels, steps, batch, rate):
    net = make(name, size, packages)
    export_model(net, (3, size, size), file)
    count = steps * batch
    generator = torch.Generator().manual_seed(1)
    images = torch.randint(0, 256, (count, 3, size, size), generator=generator, dtype=torch.uint8)
    with open(pixels, "wb") as target:
        target.write(bytes(images.flatten().tolist()))
    labels = torch.arange(count) % 10
    return [
        train(make(name, size, packages), images, labels, batch, rate, memory_format)
        for memory_format in (torch.channels_last, torch.contiguous_format)
    ]
