#pragma once

#include <torch/csrc/jit/runtime/operator.h>

#include "program.h"

namespace layer_rotation {

/// Finds the instructions that kernels of this package compute on the CPU, and joins a ReLU with the batch norm, or
/// with the sum, whose result nothing else uses.
void find_own_kernels(GraphSpec& graph);

/// Computes the instruction by a kernel of this package: puts its result in place of the arguments on the stack, and
/// returns true. Returns false if there is none for these arguments, such as those on another device, in another memory
/// format or type, or that the operator would refuse; the operator then takes what is on the stack.
bool run_own_kernel(const Instruction& instruction, torch::jit::Stack& stack);

}  // namespace layer_rotation
