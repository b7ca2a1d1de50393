#pragma once

#include <string>
#include <vector>

namespace layer_rotation {

/// An update rule. What the fields mean, and where the formulas come from, is said in src/optimizer/.
struct RuleSpec {
  enum class Type { kSgd, kSgdAdamMomentum, kAdam, kRmsprop, kAdagrad, kNormalizedSgd, kEffectiveSgd };
  Type type = Type::kSgd;
  double momentum = 0;             ///< kSgd, kSgdAdamMomentum; 0 … 1, exclusive
  double dampening = 0;            ///< kSgd
  bool nesterov = false;           ///< kSgd
  bool rate_in_velocity = true;    ///< kSgd
  double beta1 = 0.9;              ///< kAdam
  double beta2 = 0.999;            ///< kAdam; the ρ of kRmsprop
  double epsilon = 1e-7;           ///< kAdam, kRmsprop, kAdagrad
  bool epsilon_hat = true;         ///< kAdam
  bool amsgrad = false;            ///< kAdam
  double initial_accumulator = 0;  ///< kAdagrad
};

/// What is done with a rule's step before it is added to the weights of a controlled layer.
struct ControlSpec {
  enum class Type { kNone, kLayca, kFixedNorm, kRotational, kProjected, kLars };
  Type type = Type::kNone;
  bool per_neuron = false;           ///< kLayca, kFixedNorm, kRotational: each row of the weights by itself
  double decay = 0.99;               ///< kRotational: of the running mean of squared steps
  double delta = 0.1;                ///< kProjected
  double decay_ratio = 0.1;          ///< kProjected
  double trust_coefficient = 0.001;  ///< kLars
  double epsilon = 1e-8;             ///< kLars
  bool clip = false;                 ///< kLars: never more than the rate itself (LARC)
};

struct OptimizerSpec {
  RuleSpec rule;
  ControlSpec control;
};

/// How one parameter is trained.
struct ParameterSettings {
  bool trained = true;
  bool controlled = true;      ///< by the optimizer's control; only a layer's weight can be
  double rate_factor = 1;      ///< times the learning rate of the parameter's layer
  double decay = 0;            ///< coupled: the gradient g is g + decay·w
  double decoupled_decay = 0;  ///< w ← w − rate·decoupled_decay·w beside the rule's step
};

struct NamedParameterSettings {
  std::string name;  ///< as in the network's state
  ParameterSettings settings;
};

}  // namespace layer_rotation
