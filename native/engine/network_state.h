#pragma once

#include <string>
#include <vector>

#include "../model/network.h"
#include "named_tensor.h"

namespace layer_rotation {

/// The name of one of the network's tensors.
std::string name_of(const Network& network, const at::Tensor& own);

/// All parameters and buffers in forward order, copied to the host.
std::vector<NamedTensor> export_state(const Network& network);

/// The gradients of all parameters that have one, in forward order, copied to the host.
std::vector<NamedTensor> export_gradients(const Network& network);

/// Overwrites the named parameters and buffers. Throws Error INVALID_CONFIG, and writes nothing, if the network has no
/// tensor of a name or has it in another shape.
void import_state(Network& network, const std::vector<NamedTensor>& tensors);

/// Does the same with the weights that a training starts from: every parameter must be there, buffers may be missing,
/// and PyTorch's counters of batches (*.num_batches_tracked) are ignored.
void import_initial_state(Network& network, const std::vector<NamedTensor>& tensors);

/// The values for the network's tensor `own` among `tensors`, on its device and in its layout. Throws Error
/// INVALID_CONFIG if they are missing or have another shape.
at::Tensor weight_among(const std::vector<NamedTensor>& tensors, const Network& network, const at::Tensor& own);

}  // namespace layer_rotation
