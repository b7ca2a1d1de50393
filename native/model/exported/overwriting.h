#pragma once

#include <torch/csrc/jit/runtime/operator.h>

#include "program.h"

namespace layer_rotation {

/// Finds the instructions that may write their result over their first argument: those after which nothing uses it, and
/// whose gradient does not need it. The numbers are the same; the memory and the time of another tensor are spared.
void find_overwriting(GraphSpec& graph);

/// Returns whether the first of the arguments, as they are on the stack, has the size and the type of the result.
bool can_overwrite(const torch::jit::Stack& arguments);

}  // namespace layer_rotation
