import torch


def rows(tensor: torch.Tensor) -> torch.Tensor:
    """Returns a view [neurons, weights of a neuron] in the order of the memory; `flatten` would copy a channels_last
    tensor. A tensor of one dimension is returned as it is."""
    if tensor.dim() == 4 and not tensor.is_contiguous():
        tensor = tensor.permute(0, 2, 3, 1)
    return tensor.view(len(tensor), -1) if tensor.dim() > 1 else tensor
