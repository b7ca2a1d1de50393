import torch


def flat(tensor: torch.Tensor) -> torch.Tensor:
    """A view of the elements in the order of the memory, where `flatten` would copy what is channels_last."""
    if tensor.dim() == 4 and not tensor.is_contiguous():
        tensor = tensor.permute(0, 2, 3, 1)
    return tensor.view(-1)
