#include "exported_network.h"

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <torch/types.h>

#include <mutex>

#include "../../arguments/argument.h"
#include "../../error.h"
#include "../builder.h"
#include "program_reader.h"
#include "tensor_holder.h"

namespace layer_rotation {
namespace {

/// PyTorch's automatic mixed precision, on while this exists.
class Autocast {
 public:
  explicit Autocast(at::DeviceType device) : device_(device) {
    at::autocast::set_autocast_enabled(device, true);
    at::autocast::set_autocast_dtype(device, at::kBFloat16);
    at::autocast::increment_nesting();
  }
  ~Autocast() {
    if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
    at::autocast::set_autocast_enabled(device_, false);
  }
  Autocast(const Autocast&) = delete;
  Autocast& operator=(const Autocast&) = delete;

 private:
  at::DeviceType device_;
};

/// Spreads a number over all bits (the finaliser of SplitMix64).
uint64_t spread(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

at::Tensor make_tensor(const ProgramTensor& tensor, Builder& builder) {
  at::Tensor initial = torch::empty(tensor.shape);
  if (tensor.init) {
    initialize(initial, *tensor.init, fans_of(initial), builder.initial());
  } else {
    std::copy(tensor.values.begin(), tensor.values.end(), initial.data_ptr<float>());
  }
  // For a window of 1 × 1, contiguous() would leave strides from which LibTorch does not recognise the format.
  const bool is_image = tensor.shape.size() == 4;
  return initial.to(builder.device()).clone(is_image ? builder.compute().memory_format : at::MemoryFormat::Contiguous);
}

MadeLayer make(const ProgramSpec& spec, Builder& builder) {
  MadeLayer made{nullptr, spec.output_shape, {}};
  std::vector<at::Tensor> tensors;
  for (const ProgramTensor& tensor : spec.tensors) {
    const size_t dot = tensor.name.rfind('.');
    const std::string module = dot == std::string::npos ? "" : tensor.name.substr(0, dot);
    const auto holder = std::make_shared<TensorHolder>(tensor.name.substr(dot == std::string::npos ? 0 : dot + 1),
                                                       make_tensor(tensor, builder), tensor.is_parameter, tensor.layer);
    tensors.push_back(holder->tensor());
    made.parts.push_back({module, holder});
  }
  made.module = std::make_shared<ExportedNetwork>(spec, std::move(tensors), builder.compute(), builder.device(),
                                                  builder.step().dropout_seed);
  return made;
}

}  // namespace

LayerMaker read_exported(const Argument& layer, LayerReader&) {
  const auto spec = std::make_shared<const ProgramSpec>(read_program(layer));
  return [spec](const LayerInput&, Builder& builder) { return make(*spec, builder); };
}

ExportedNetwork::ExportedNetwork(const ProgramSpec& spec, std::vector<at::Tensor> tensors, const ComputeSpec& compute,
                                 at::Device device, uint64_t random_seed)
    : file_(spec.file),
      takes_tokens_(spec.takes_tokens),
      output_shape_(spec.output_shape),
      compute_(compute),
      device_(device),
      random_seed_(random_seed),
      training_(spec.file + ": the training graph", spec.training, tensors, device),
      evaluation_(spec.file + ": the evaluation graph", spec.evaluation, tensors, device) {}

at::Tensor ExportedNetwork::forward(const at::Tensor& input) {
  // The module was traced for token ids, or for examples in fp32: autocast, not the caller, chooses the precision of
  // each operator.
  const at::Tensor result = run(takes_tokens_ ? input : input.to(at::kFloat));
  if (result.dim() == 0 || result.size(0) != input.size(0) || result.sizes().slice(1) != output_shape_) {
    throw Error("INVALID_FILE", file_ + ": the network gives " + c10::str(result.sizes()) + " for a batch of " +
                                    std::to_string(input.size(0)) + "; expected the batch and then " +
                                    c10::str(at::IntArrayRef(output_shape_)));
  }
  return result;
}

at::Tensor ExportedNetwork::run(const at::Tensor& examples) {
  Interpreter& graph = is_training() ? training_ : evaluation_;
  if (compute_.precision != at::kBFloat16) return graph.run(examples);
  const Autocast autocast(device_.type());
  return graph.run(examples);
}

void ExportedNetwork::prepare_step(int64_t step) {
  if (!training_.is_random()) return;
  // A resumed training draws what the whole one draws, whatever was drawn before.
  at::Generator generator = at::globalContext().defaultGenerator(device_);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(spread(random_seed_ + 0x9e3779b97f4a7c15 * static_cast<uint64_t>(step + 1)));
}

}  // namespace layer_rotation
