"""Networks with the operators that many have, their exported files, and trainings of them in eager PyTorch."""

import contextlib
import sys

import torch
from torch import nn

sys.path.insert(0, "assets/python")
from export_model import export_model  # noqa: E402


class Convolutional(nn.Module):
    """Convolutions with batch norm, a shortcut, a squeeze, pooling and a buffer that is not saved."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.depthwise = nn.Conv2d(8, 8, 3, padding=1, groups=8)
        self.group_norm = nn.GroupNorm(2, 8)
        self.squeeze = nn.Linear(8, 8)
        self.head = nn.Linear(8, 10)
        self.register_buffer("scale", torch.linspace(0.5, 1.5, 8), persistent=False)
        self.register_buffer("order", torch.arange(7, -1, -1))

    def forward(self, x):
        x = nn.functional.relu(self.norm(self.stem(x)), inplace=True)
        x = x + nn.functional.silu(self.group_norm(self.depthwise(x)))
        x = nn.functional.max_pool2d(x, 2)
        gate = torch.sigmoid(self.squeeze(x.mean((2, 3)))) * self.scale
        x = x * gate[:, self.order, None, None] + x[self.order[:1] * 0]
        return self.head(torch.flatten(nn.functional.adaptive_avg_pool2d(x, 1), 1))


class Residual(nn.Module):
    """Sums and rectifiers after which nothing uses their argument, and some whose argument is needed."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 8, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.conv = nn.Conv2d(8, 8, 3, padding=1, bias=False)
        self.norm2 = nn.BatchNorm2d(8)
        self.gate = nn.Conv2d(8, 8, 1)
        self.pooled = nn.Conv2d(8, 8, 1)
        self.up = nn.Conv2d(8, 16, 3, stride=2)
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        x = torch.relu(self.norm(self.stem(x)))
        x = torch.relu(self.norm2(self.conv(x)) + x)
        gate = self.gate(x)
        x = torch.relu(gate) * gate + self.norm2(gate)
        x = self.pooled(x.mean((2, 3), keepdim=True)) + x
        x = nn.functional.relu6(self.up(x))
        return self.head(x.mean((2, 3)))


class Variants(nn.Module):
    """Convolutions, batch norms, sums and poolings with the options that the kernels of the CPU take, and with others."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(1, 64, 3, padding=1)
        self.wide = nn.Conv2d(64, 64, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(64, momentum=0.3)
        self.strided = nn.Conv2d(64, 16, (3, 2), stride=(2, 1), padding=(1, 0))
        self.dilated = nn.Conv2d(16, 16, 3, padding=2, dilation=2)
        self.grouped = nn.Conv2d(16, 16, 3, padding="same", groups=4)
        self.without_weights = nn.BatchNorm2d(16, affine=False)
        self.without_statistics = nn.BatchNorm2d(16, track_running_stats=False)
        self.every_third = nn.Conv2d(16, 16, 1, stride=(3, 1), groups=4)
        self.every_other = nn.Conv1d(12, 16, 1, stride=2, bias=False)
        self.hidden = nn.Linear(16, 32)
        self.of_rows = nn.BatchNorm1d(32, eps=1e-3)
        self.head = nn.Linear(32, 10)

    def forward(self, x):
        z = self.every_other(x[:, 0]).mean(2)
        x = nn.functional.relu(self.norm(self.wide(self.stem(x))), inplace=True)
        x = nn.functional.max_pool2d(self.strided(x), 2, ceil_mode=True)
        y = self.without_statistics(self.dilated(x.contiguous()))
        x = torch.relu(self.without_weights(self.grouped(x)) + y)
        x = torch.relu(torch.add(x, y, alpha=0.5))
        x = nn.functional.max_pool2d(torch.relu(x + y.mean((2, 3), keepdim=True)), 2)
        y = self.norm.weight[:16, None, None] + nn.functional.max_pool2d(x, 3, stride=1, padding=1)
        x = self.every_third(torch.relu(x + y))
        return self.head(torch.relu(self.of_rows(self.hidden(x.mean((2, 3)) + z))) + 1)


class Attention(nn.Module):
    """A transformer over patches, with tied weights, a parameter of its own and an attention mask."""

    def __init__(self, dropout=0.0):
        super().__init__()
        self.embed = nn.Conv2d(1, 16, 4, stride=4)
        self.position = nn.Parameter(torch.randn(1, 9, 16) * 0.02)
        self.attention = nn.MultiheadAttention(16, 2, dropout=dropout, batch_first=True)
        self.before = nn.LayerNorm(16)
        self.after = nn.LayerNorm(16)
        self.up = nn.Linear(16, 32)
        self.down = nn.Linear(32, 16)
        self.again = nn.Linear(16, 32)
        self.again.weight = self.up.weight
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(16, 10)

    def forward(self, x):
        x = self.embed(x).flatten(2).transpose(1, 2) + self.position
        size = x.shape[1]
        mask = torch.full((size, size), float("-inf")).triu(1)
        y = self.before(x)
        x = x + self.attention(y, y, y, attn_mask=mask, need_weights=False)[0]
        x = x + self.drop(self.down(nn.functional.gelu(self.up(self.after(x)))))
        x = x + self.down(torch.tanh(self.again(x)))
        return self.head(x.mean(1))


nets = {
    "convolutional": Convolutional,
    "residual": Residual,
    "variants": Variants,
    "attention": Attention,
    "dropout": lambda: Attention(dropout=0.3),
}


def export(name, file):
    """Writes a network with the weights of a fixed seed."""
    torch.manual_seed(7)
    net = nets[name]()
    export_model(net, (1, 12, 12), file)
    return net


def main(name, file, steps, batch, rate, bf16):
    """Exports a network, trains it eagerly, and returns the losses and the last weights."""
    net = export(name, file)
    images = torch.randint(0, 256, (steps * batch, 1, 12, 12), generator=torch.Generator().manual_seed(1))
    labels = torch.arange(steps * batch) % 10
    net = net.to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(net.parameters(), lr=rate, momentum=0.9)
    autocast = torch.autocast("cpu", dtype=torch.bfloat16) if bf16 else contextlib.nullcontext()
    inputs = ((images.double() - 127.5) / 64).float().contiguous(memory_format=torch.channels_last)
    losses = []
    for step in range(steps):
        part = slice(step * batch, (step + 1) * batch)
        with autocast:
            logits = net(inputs[part])
        loss = nn.functional.cross_entropy(logits.float(), labels[part])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    net.eval()
    with torch.no_grad(), autocast:
        evaluation = nn.functional.cross_entropy(net(inputs).float(), labels).item()
    return {
        "images": images.flatten().tolist(),
        "losses": losses,
        "evaluation": evaluation,
        "weights": {name: tensor.flatten().tolist() for name, tensor in net.state_dict().items()},
    }
