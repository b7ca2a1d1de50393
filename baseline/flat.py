import torch


def flat(tensor: torch.Tensor) -> torch.Tensor:
    """Returns a view of the elements in the order of the memory; `flatten` would copy a channels_last tensor."""
    if tensor.dim() == 4 and not tensor.is_contiguous():
        tensor = tensor.permute(0, 2, 3, 1)
    return tensor.view(-1)
