#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace layer_rotation {

/// How a weight gets its initial values; the names are those of src/model/initializer.ts. Keras's meaning: L = √(s/n)
/// for the uniform ones, and normals of deviation √(s'/n) redrawn outside two deviations without correcting for it.
enum class Initializer {
  kGlorotUniform,
  kGlorotNormal,
  kHeUniform,
  kHeNormal,
  kLecunUniform,
  kLecunNormal,
  kZeros,
  kPytorchDefault,  ///< U(−1/√fan_in, 1/√fan_in), for weights and biases, as torch.nn.Linear does
};

struct FlattenSpec {};
struct DenseSpec {
  int64_t units;
  bool bias;
  Initializer init;
  Initializer bias_init;
};
struct BatchNormSpec {
  double epsilon;
  double momentum;  ///< PyTorch's meaning: running ← (1 − momentum)·running + momentum·batch
  bool scale;
  bool shift;
  bool unbiased_running_variance;  ///< PyTorch averages the n/(n−1) variance, Keras 2.1 the biased one
};
struct ReluSpec {};
struct DropoutSpec {
  double rate;
};

struct LayerSpec {
  std::string name;
  std::variant<FlattenSpec, DenseSpec, BatchNormSpec, ReluSpec, DropoutSpec> spec;
};

}  // namespace layer_rotation
