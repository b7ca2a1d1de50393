#include "optimizer_arguments.h"

#include <cmath>

namespace layer_rotation {
namespace {

double at_least_zero(const Argument& argument) {
  const double number = argument.number();
  if (!std::isfinite(number) || number < 0) argument.fail("a number of at least 0");
  return number;
}

/// 0 … 1, without 1.
double share(const Argument& argument) {
  const double number = argument.number();
  if (!(number >= 0 && number < 1)) argument.fail("a number of at least 0 and below 1");
  return number;
}

RuleSpec read_rule(const Argument& rule) {
  using Type = RuleSpec::Type;
  RuleSpec spec;
  spec.type = rule["type"].one_of<Type>({{"sgd", Type::kSgd},
                                         {"sgdAdamMomentum", Type::kSgdAdamMomentum},
                                         {"adam", Type::kAdam},
                                         {"adamW", Type::kAdam},
                                         {"rmsprop", Type::kRmsprop},
                                         {"adagrad", Type::kAdagrad},
                                         {"normalizedSgd", Type::kNormalizedSgd},
                                         {"effectiveSgd", Type::kEffectiveSgd}});
  switch (spec.type) {
    case Type::kSgd:
      spec.momentum = share(rule["momentum"]);
      spec.dampening = at_least_zero(rule["dampening"]);
      spec.nesterov = rule["nesterov"].boolean();
      spec.rate_in_velocity = rule["rateInVelocity"].boolean();
      break;
    case Type::kSgdAdamMomentum: spec.momentum = share(rule["momentum"]); break;
    case Type::kAdam:
      spec.beta1 = share(rule["beta1"]);
      spec.beta2 = share(rule["beta2"]);
      spec.epsilon = at_least_zero(rule["epsilon"]);
      spec.epsilon_hat = rule["epsilonHat"].boolean();
      spec.amsgrad = rule["amsgrad"].boolean();
      break;
    case Type::kRmsprop:
      spec.beta2 = share(rule["rho"]);
      spec.epsilon = at_least_zero(rule["epsilon"]);
      break;
    case Type::kAdagrad:
      spec.epsilon = at_least_zero(rule["epsilon"]);
      spec.initial_accumulator = at_least_zero(rule["initialAccumulator"]);
      break;
    case Type::kNormalizedSgd:
    case Type::kEffectiveSgd: break;
  }
  return spec;
}

bool read_per_neuron(const Argument& per) { return per.one_of<bool>({{"layer", false}, {"neuron", true}}); }

}  // namespace

OptimizerSpec read_optimizer(const Argument& optimizer) {
  using Type = ControlSpec::Type;
  const std::string type = optimizer["type"].string();
  ControlSpec control;
  if (type == "layca" || type == "fixedNorm") {
    control.type = type == "layca" ? Type::kLayca : Type::kFixedNorm;
    control.per_neuron = read_per_neuron(optimizer["per"]);
  } else if (type == "rotational") {
    control.type = Type::kRotational;
    control.per_neuron = read_per_neuron(optimizer["per"]);
    control.decay = share(optimizer["decay"]);
  } else if (type == "projected") {
    control.type = Type::kProjected;
    control.delta = at_least_zero(optimizer["delta"]);
    control.decay_ratio = at_least_zero(optimizer["decayRatio"]);
  } else if (type == "lars") {
    control.type = Type::kLars;
    control.trust_coefficient = at_least_zero(optimizer["trustCoefficient"]);
    control.epsilon = at_least_zero(optimizer["epsilon"]);
    control.clip = optimizer["clip"].boolean();
  }
  return {read_rule(control.type == Type::kNone ? optimizer : optimizer["rule"]), control};
}

ParameterSettings read_parameter_settings(const Argument& settings) {
  return {settings["trained"].boolean(), settings["controlled"].boolean(), at_least_zero(settings["rateFactor"]),
          at_least_zero(settings["decay"]), at_least_zero(settings["decoupledDecay"])};
}

}  // namespace layer_rotation
