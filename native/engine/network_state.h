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

/// Overwrites the parameters and buffers that are named. Throws Error INVALID_CONFIG, and writes nothing, where the
/// network has no tensor of a name or it has another shape.
void import_state(Network& network, const std::vector<NamedTensor>& tensors);

/// As import_state(), for the weights that a training starts from: every parameter must be there, a buffer need not be,
/// and PyTorch's counters of batches (*.num_batches_tracked) are left out.
void import_initial_state(Network& network, const std::vector<NamedTensor>& tensors);

/// The values that `tensors` give for one of the network's tensors, in its device and layout. Throws Error
/// INVALID_CONFIG where they hold none, or one of another shape.
at::Tensor weight_among(const std::vector<NamedTensor>& tensors, const Network& network, const at::Tensor& own);

}  // namespace layer_rotation
