#include "own_kernels.h"

#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "../cpu/add_relu_cpu.h"
#include "../cpu/batch_norm_cpu.h"
#include "../cpu/channels_last.h"
#include "../cpu/conv_cpu.h"
#include "../cpu/max_pool_cpu.h"
#include "../cpu/visited_pixels.h"
#include "value_uses.h"

namespace layer_rotation {
namespace {

at::Tensor tensor_or_none(const c10::IValue& value) { return value.isTensor() ? value.toTensor() : at::Tensor(); }

bool is_vector(const at::Tensor& tensor, int64_t size) {
  const bool known_type = tensor.is_cpu() && tensor.scalar_type() == at::kFloat;
  return known_type && tensor.dim() == 1 && tensor.size(0) == size && tensor.is_contiguous();
}

/// A number for each dimension of an image, from a list of them or of one for all; none from any other.
std::optional<std::vector<int64_t>> list_of(const c10::IValue& value, int64_t dimensions) {
  if (!value.isIntList()) return std::nullopt;
  std::vector<int64_t> list = value.toIntVector();
  if (list.size() == 1) list.assign(dimensions, list.front());
  const bool is_whole = static_cast<int64_t>(list.size()) == dimensions;
  return is_whole ? std::optional(std::move(list)) : std::nullopt;
}

/// Two numbers, or one for both dimensions; none if one is less than `least`, or so large that sizes might overflow.
std::optional<std::array<int64_t, 2>> pair_of(const c10::IValue& value, int64_t least) {
  const auto list = list_of(value, 2);
  if (!list) return std::nullopt;
  const std::array<int64_t, 2> pair{list->front(), list->back()};
  const auto [low, high] = std::minmax(pair[0], pair[1]);
  constexpr int64_t kMost = int64_t{1} << 20;
  return low < least || high > kMost ? std::nullopt : std::optional(pair);
}

/// Puts the pixels that the window visits in place of the input, and 1 in place of the stride, if visited_pixels.h says
/// so: operators with the arguments (input, weight, bias, stride, padding, …).
void visit_pixels(torch::jit::Stack& stack) {
  const at::Tensor &input = stack[0].toTensor(), &weight = stack[1].toTensor();
  const int64_t dimensions = weight.dim() - 2;
  if (dimensions < 1) return;
  const auto stride = list_of(stack[3], dimensions), padding = list_of(stack[4], dimensions);
  const bool is_known = stride && padding && *std::min_element(stride->begin(), stride->end()) > 0;
  if (!is_known || !needs_visited_pixels(input, weight, *stride, *padding)) return;
  stack[0] = visited_pixels(input, *stride);
  stack[3] = std::vector<int64_t>(dimensions, 1);
}

/// aten::conv2d(input, weight, bias, stride, padding, dilation, groups)
std::optional<at::Tensor> convolution(const torch::jit::Stack& stack) {
  at::Tensor input = stack[0].toTensor();
  const at::Tensor &weight = stack[1].toTensor(), bias = tensor_or_none(stack[2]);
  const auto stride = pair_of(stack[3], 1), padding = pair_of(stack[4], 0), dilation = pair_of(stack[5], 1);
  if (!is_matrix_on_cpu(input) || input.dim() != 4 || input.numel() == 0 || !stride || !padding) return std::nullopt;
  if (dilation != std::array<int64_t, 2>{1, 1} || stack[6].toInt() != 1) return std::nullopt;
  const bool known_weight = weight.is_cpu() && weight.scalar_type() == at::kFloat && weight.dim() == 4;
  if (!known_weight || weight.numel() == 0 || weight.size(1) != input.size(1)) return std::nullopt;
  if (bias.defined() && !is_vector(bias, weight.size(0))) return std::nullopt;
  for (int d = 0; d < 2; ++d) {
    if (input.size(d + 2) + 2 * (*padding)[d] < weight.size(d + 2)) return std::nullopt;
  }
  if (at::autocast::is_autocast_enabled(at::kCPU)) {
    input = at::autocast::cached_cast(at::autocast::get_autocast_dtype(at::kCPU), input, c10::DeviceType::CPU);
  } else if (input.scalar_type() != weight.scalar_type()) {
    return std::nullopt;
  }
  return conv_cpu(input, weight, bias, *stride, *padding);
}

void update_running(const at::Tensor& running_mean, const at::Tensor& running_variance, const BatchNormResult& batch,
                    double momentum, double examples) {
  c10::NoGradGuard no_grad;
  running_mean.lerp_(batch.mean, momentum);
  running_variance.lerp_(batch.variance * (examples / (examples - 1)), momentum);
}

/// aten::batch_norm(input, weight, bias, running_mean, running_var, training, momentum, eps, cudnn_enabled)
std::optional<at::Tensor> batch_norm(const torch::jit::Stack& stack, FusedRelu relu) {
  const at::Tensor& input = stack[0].toTensor();
  if (!is_matrix_on_cpu(input) || input.size(0) == 0 || input.size(1) == 0) return std::nullopt;
  std::array<at::Tensor, 4> vectors;  // weight, bias, running mean and variance
  for (size_t i = 0; i < vectors.size(); ++i) {
    vectors[i] = tensor_or_none(stack[i + 1]);
    if (vectors[i].defined() && !is_vector(vectors[i], input.size(1))) return std::nullopt;
  }
  const auto& [weight, bias, running_mean, running_variance] = vectors;
  if (running_mean.defined() != running_variance.defined()) return std::nullopt;
  const double examples = static_cast<double>(input.numel() / input.size(1)), epsilon = stack[7].toDouble();
  if (stack[5].toBool()) {
    if (examples < 2) return std::nullopt;
    const BatchNormResult result = batch_norm_cpu(input, weight, bias, epsilon, relu);
    if (running_mean.defined()) {
      update_running(running_mean, running_variance, result, stack[6].toDouble(), examples);
    }
    return result.output;
  }
  // The kernel has no gradient, which the statistics of a frozen batch norm need in training.
  if (!running_mean.defined() || c10::GradMode::is_enabled()) return std::nullopt;
  return batch_norm_cpu_inference(input, weight, bias, running_mean, running_variance, epsilon, relu);
}

/// aten::add.Tensor(a, b, alpha), and a ReLU
std::optional<at::Tensor> add_relu(const torch::jit::Stack& stack) {
  const at::Tensor &a = stack[0].toTensor(), &b = stack[1].toTensor();
  const bool alike = a.sizes() == b.sizes() && a.scalar_type() == b.scalar_type();
  if (!alike || !is_matrix_on_cpu(a) || !is_matrix_on_cpu(b) || a.numel() == 0) return std::nullopt;
  if (!stack[2].isInt() || stack[2].toInt() != 1) return std::nullopt;
  return add_relu_cpu(a, b);
}

/// aten::max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode), without a stride that of the kernel
std::optional<at::Tensor> max_pool(const torch::jit::Stack& stack) {
  constexpr std::array<int64_t, 2> kSize{2, 2};
  const at::Tensor& input = stack[0].toTensor();
  if (!is_matrix_on_cpu(input) || input.dim() != 4 || input.numel() == 0) return std::nullopt;
  if (std::min(input.size(2), input.size(3)) < 2 || stack[5].toBool()) return std::nullopt;
  const bool has_stride = stack[2].isIntList() && !stack[2].toIntVector().empty();
  const bool is_known = pair_of(stack[1], 1) == kSize && (!has_stride || pair_of(stack[2], 1) == kSize) &&
                        pair_of(stack[3], 0) == std::array<int64_t, 2>{0, 0} &&
                        pair_of(stack[4], 1) == std::array<int64_t, 2>{1, 1};
  return is_known ? std::optional(max_pool_2x2_cpu(input)) : std::nullopt;
}

const std::map<std::string, OwnKernel>& kernels() {
  static const std::map<std::string, OwnKernel> kernels{
      {"aten::conv2d", OwnKernel::kConvolution},      {"aten::conv1d", OwnKernel::kOtherConvolution},
      {"aten::conv3d", OwnKernel::kOtherConvolution}, {"aten::convolution", OwnKernel::kOtherConvolution},
      {"aten::batch_norm", OwnKernel::kBatchNorm},    {"aten::max_pool2d", OwnKernel::kMaxPool}};
  return kernels;
}

bool is_relu(const Instruction& instruction) {
  const bool by_name = instruction.name == "aten::relu" || instruction.name == "aten::relu_";
  return by_name && instruction.operands.front().kind == Operand::Kind::kValue && instruction.results.front() >= 0;
}

/// Returns whether the instruction after `maker` is a ReLU that alone uses its result.
bool can_join(const Instruction& maker, const Instruction& next, const GraphSpec& graph, const std::vector<int>& uses) {
  if (maker.name != "aten::batch_norm" && maker.name != "aten::add.Tensor") return false;
  const int32_t result = maker.results.front();
  if (result < 0 || !is_relu(next) || next.operands.front().values.front() != result) return false;
  // The number of a value may be given again once that is released.
  const auto& releases = maker.releases;
  const bool is_released = std::find(releases.begin(), releases.end(), next.results.front()) != releases.end();
  return uses[result] == 1 && result != graph.output && !is_released;
}

}  // namespace

void find_own_kernels(GraphSpec& graph) {
  const std::vector<int> uses = count_uses(graph);
  std::vector<Instruction> left;
  for (Instruction& instruction : graph.instructions) {
    if (!left.empty() && can_join(left.back(), instruction, graph, uses)) {
      Instruction& maker = left.back();
      maker.then_relu = true;
      maker.results = instruction.results;
      if (maker.kernel == OwnKernel::kNone) maker.kernel = OwnKernel::kAddRelu;
      continue;
    }
    if (const auto kernel = kernels().find(instruction.name); kernel != kernels().end()) {
      instruction.kernel = kernel->second;
    }
    left.push_back(std::move(instruction));
  }
  graph.instructions = std::move(left);
}

bool run_own_kernel(const Instruction& instruction, torch::jit::Stack& stack) {
  std::optional<at::Tensor> result;
  switch (instruction.kernel) {
    case OwnKernel::kNone: return false;
    case OwnKernel::kConvolution:
      visit_pixels(stack);
      result = convolution(stack);
      break;
    case OwnKernel::kOtherConvolution: visit_pixels(stack); break;
    case OwnKernel::kBatchNorm:
      result = batch_norm(stack, instruction.then_relu ? FusedRelu::kAfter : FusedRelu::kNone);
      break;
    case OwnKernel::kAddRelu: result = add_relu(stack); break;
    case OwnKernel::kMaxPool: result = max_pool(stack); break;
  }
  if (!result) return false;
  stack.assign(1, *std::move(result));
  return true;
}

}  // namespace layer_rotation
