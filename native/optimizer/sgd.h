#pragma once

#include <vector>

#include "../rotation/layers.h"
#include "../rotation/step_record.h"

namespace layer_rotation {

struct SgdSpec {
  double momentum = 0;  ///< 0 … 1, exclusive
  bool nesterov = false;
  bool layca = false;  ///< turn the layers by Layca along SGD's update; nothing but the layers is trained then
};

/// What is added to each gradient before anything else is done with it: the coefficient times the parameter.
struct WeightDecay {
  std::vector<double> layers;  ///< one coefficient a layer
  double others = 0;           ///< for all other parameters
};

/// A trained parameter that is no layer (bias, normalisation) and the layer whose learning rate it follows.
struct Follower {
  at::Tensor parameter;
  size_t layer;
};

/// Stochastic gradient descent with the learning rate inside the velocity (arXiv 1806.01603v2; Keras):
///   g ← g + decay·w,   v ← momentum·v − rate·g,   w ← w + v,   with Nesterov: w ← w + momentum·v − rate·g.
/// PyTorch keeps the rate outside of v: the two differ after every change of the rate, and only then.
class Sgd {
 public:
  Sgd(const SgdSpec& spec, WeightDecay decay, rotation::Layers& layers, std::vector<Follower> followers);

  /// One step from the gradients that the parameters hold. `rates`: one learning rate a layer. `records`: one a layer,
  /// or null where the step need not be recorded.
  void step(const double* rates, rotation::StepRecord* records);

 private:
  void step_cpu(const double* rates, rotation::StepRecord* records);
  void step_aten(const double* rates, rotation::StepRecord* records);
  void step_followers(const double* rates);
  at::Tensor advance_aten(const at::Tensor& parameter, at::Tensor& velocity, double rate, double decay);

  SgdSpec spec_;
  WeightDecay decay_;
  rotation::Layers& layers_;
  std::vector<Follower> followers_;
  std::vector<at::Tensor> velocity_;           ///< one a layer; undefined without momentum
  std::vector<at::Tensor> follower_velocity_;  ///< one a follower; undefined without momentum
};

}  // namespace layer_rotation
