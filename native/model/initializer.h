#pragma once

#include <ATen/core/Generator.h>
#include <ATen/core/Tensor.h>

#include <cstdint>

namespace layer_rotation {

class Argument;

/// The distributions of a weight's initial values; the names are those of src/model/initializer.ts. As in Keras, the
/// uniform ones are U(−L, L) with L = √(s/n), and the normal ones have the deviation √(s'/n): values beyond two
/// deviations are redrawn, and the deviation that this loses is not corrected for.
enum class Initializer {
  kGlorotUniform,
  kGlorotNormal,
  kHeUniform,
  kHeNormal,
  kLecunUniform,
  kLecunNormal,
  kZeros,
  kPytorchDefault,  ///< U(−1/√fan_in, 1/√fan_in) for weights and biases, as in torch.nn.Linear and Conv2d
  kOrthogonal,      ///< torch.nn.init.orthogonal_; for weights only
};

struct InitializerSpec {
  Initializer type;
  double gain = 1;  ///< the factor of kOrthogonal, finite; unused otherwise
};

/// Reads an Initializer of src/model/initializer.ts.
InitializerSpec read_initializer(const Argument& initializer);
/// Reads one that suits vectors.
InitializerSpec read_bias_initializer(const Argument& initializer);

/// The number of inputs of a unit, and the number of units that take its output.
struct Fans {
  int64_t in;
  int64_t out;
};

/// Returns the fans of a weight [units, inputs, …window] as PyTorch counts them: inputs times window, and units times
/// window.
Fans fans_of(const at::Tensor& weight);

/// Fills a contiguous fp32 CPU tensor. `fans` are those of the layer's weight, also if the tensor is its bias.
void initialize(at::Tensor& tensor, const InitializerSpec& initializer, const Fans& fans, at::Generator generator);

}  // namespace layer_rotation
