#pragma once

#include <array>
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
  kPytorchDefault,  ///< U(−1/√fan_in, 1/√fan_in), for weights and biases, as torch.nn.Linear and Conv2d do
  kOrthogonal,      ///< torch.nn.init.orthogonal_; for weights only
};

struct InitializerSpec {
  Initializer type;
  double gain = 1;  ///< of kOrthogonal
};

/// Rows and columns.
using Size2 = std::array<int64_t, 2>;

/// A window that slides over rows and columns.
struct WindowSpec {
  Size2 size;
  Size2 stride;
  bool same;      ///< TensorFlow's 'same' padding: as many outputs as the stride leaves of the inputs
  Size2 padding;  ///< on both sides, 0 for 'valid'; unused with `same`
};

struct ConvSpec {
  int64_t filters;
  WindowSpec window;
  int64_t groups;
  bool bias;
  InitializerSpec init;
  InitializerSpec bias_init;
};
struct DenseSpec {
  int64_t units;
  bool bias;
  InitializerSpec init;
  InitializerSpec bias_init;
};
struct BatchNormSpec {
  double epsilon;
  double momentum;  ///< PyTorch's meaning: running ← (1 − momentum)·running + momentum·batch
  bool scale;
  bool shift;
  bool unbiased_running_variance;  ///< PyTorch averages the n/(n−1) variance, Keras 2.1 the biased one
};
struct LayerNormSpec {
  double epsilon;
  bool scale;
  bool shift;
};
struct GroupNormSpec {
  int64_t groups;
  double epsilon;
  bool scale;
  bool shift;
};
struct ReluSpec {};
struct LeakyReluSpec {
  double slope;
};
struct GeluSpec {
  bool tanh;  ///< the approximation by tanh in place of the error function
};
struct MaxPoolSpec {
  WindowSpec window;
};
struct AveragePoolSpec {
  WindowSpec window;
};
struct GlobalAveragePoolSpec {};
struct DropoutSpec {
  double rate;
};
struct FlattenSpec {};

struct LayerSpec;
struct ResidualSpec {
  std::vector<LayerSpec> layers;
  std::vector<LayerSpec> shortcut;  ///< empty: the identity
};

struct LayerSpec {
  std::string name;  ///< in full: the prefix of its parameters' names, dots included
  std::variant<ConvSpec, DenseSpec, BatchNormSpec, LayerNormSpec, GroupNormSpec, ReluSpec, LeakyReluSpec, GeluSpec,
               MaxPoolSpec, AveragePoolSpec, GlobalAveragePoolSpec, DropoutSpec, FlattenSpec, ResidualSpec>
      spec;
};

}  // namespace layer_rotation
