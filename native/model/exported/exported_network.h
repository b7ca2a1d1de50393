#pragma once

#include "../../device/compute.h"
#include "../layer_spec.h"
#include "interpreter.h"
#include "program.h"

namespace layer_rotation {

/// A network of PyTorch that torch.export has traced: two graphs, one for training and one for evaluation, over the
/// same tensors.
class ExportedNetwork : public Module {
 public:
  /// `tensors`: those of the spec, on `device`.
  ExportedNetwork(const ProgramSpec& spec, std::vector<at::Tensor> tensors, const ComputeSpec& compute,
                  at::Device device, uint64_t random_seed);

  at::Tensor forward(const at::Tensor& input) override;
  bool takes_tokens() const override { return takes_tokens_; }
  void prepare_step(int64_t step) override;
  std::string file() const override { return file_; }

 private:
  at::Tensor run(const at::Tensor& examples);

  std::string file_;
  bool takes_tokens_;
  std::vector<int64_t> output_shape_;
  ComputeSpec compute_;
  at::Device device_;
  uint64_t random_seed_;
  Interpreter training_, evaluation_;
};

LayerMaker read_exported(const Argument& layer, LayerReader& reader);

}  // namespace layer_rotation
