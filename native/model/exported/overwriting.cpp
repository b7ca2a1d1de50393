#include "overwriting.h"

#include <algorithm>
#include <map>
#include <set>

#include "value_uses.h"

namespace layer_rotation {
namespace {

/// The operators that have a form which writes over the first argument, and do not need it for their gradient then.
const std::map<std::string, c10::OperatorName>& overwriting_forms() {
  static const std::map<std::string, c10::OperatorName> forms{{"aten::relu", {"aten::relu_", ""}},
                                                              {"aten::hardtanh", {"aten::hardtanh_", ""}},
                                                              {"aten::add.Tensor", {"aten::add_", "Tensor"}}};
  return forms;
}

/// The operators whose first result is a tensor of its own, which their gradient does not need.
const std::set<std::string>& free_results() {
  static const std::set<std::string> names{"aten::conv1d",
                                           "aten::conv2d",
                                           "aten::conv3d",
                                           "aten::convolution",
                                           "aten::batch_norm",
                                           "aten::native_batch_norm",
                                           "aten::_native_batch_norm_legit",
                                           "aten::_native_batch_norm_legit_functional",
                                           "aten::_native_batch_norm_legit_no_training",
                                           "aten::layer_norm",
                                           "aten::native_layer_norm",
                                           "aten::add.Tensor",
                                           "aten::addmm",
                                           "aten::mm"};
  return names;
}

}  // namespace

void find_overwriting(GraphSpec& graph) {
  const std::vector<int> uses = count_uses(graph);
  std::vector<bool> is_free(graph.values);
  for (Instruction& instruction : graph.instructions) {
    const auto form = overwriting_forms().find(instruction.name);
    if (form != overwriting_forms().end() && instruction.operands.front().kind == Operand::Kind::kValue) {
      const int32_t argument = instruction.operands.front().values.front();
      const auto& releases = instruction.releases;
      const bool is_last = std::find(releases.begin(), releases.end(), argument) != releases.end();
      if (is_last && uses[argument] == 1 && is_free[argument]) {
        instruction.overwriting = c10::Dispatcher::singleton().findSchema(form->second);
      }
    }
    for (const int32_t result : instruction.results) {
      if (result >= 0) is_free[result] = false;
    }
    const bool has_result = !instruction.results.empty() && instruction.results.front() >= 0;
    // The gradient of a ReLU needs its result.
    const bool is_free_result = free_results().contains(instruction.name) && !instruction.then_relu;
    if (has_result && is_free_result) is_free[instruction.results.front()] = true;
  }
}

bool can_overwrite(const torch::jit::Stack& arguments) {
  const at::Tensor& first = arguments.front().toTensor();
  if (arguments.size() < 2 || !arguments[1].isTensor()) return true;
  const at::Tensor& second = arguments[1].toTensor();
  return first.sizes() == second.sizes() && first.scalar_type() == second.scalar_type();
}

}  // namespace layer_rotation
