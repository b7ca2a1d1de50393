#pragma once

#include <vector>

#include "program.h"

namespace layer_rotation {

/// Counts how often each value of a graph is an argument.
inline std::vector<int> count_uses(const GraphSpec& graph) {
  std::vector<int> uses(graph.values);
  for (const Instruction& instruction : graph.instructions) {
    for (const Operand& operand : instruction.operands) {
      for (const int32_t value : operand.values) {
        if (value >= 0) ++uses[value];
      }
    }
  }
  return uses;
}

}  // namespace layer_rotation
