#pragma once

#include <ATen/core/Tensor.h>

#include "dropout_draws.h"

namespace layer_rotation {

/// Drops values of a tensor, fp32 or bf16, on the device of the draws' epoch. A value draws by its place in memory.
/// `first` is the number of the first of them; other processes have those before it. Differentiable; keeps nothing for
/// that, because the backward pass draws again.
at::Tensor drop(const at::Tensor& input, const DropoutDraws& draws, int64_t first = 0);

}  // namespace layer_rotation
