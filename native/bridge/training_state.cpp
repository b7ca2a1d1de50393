#include "training_state.h"

#include <utility>

#include "results.h"
#include "spec_arguments.h"

namespace layer_rotation {

TrainingState read_training_state(const Argument& state) {
  return {read_tensors(state["tensors"]), state["steps"].integer(0), state["runningMeans"].float64_array()};
}

Napi::Object to_javascript(Napi::Env env, TrainingState state) {
  auto object = Napi::Object::New(env);
  object["tensors"] = to_javascript(env, std::move(state.tensors));
  object["steps"] = static_cast<double>(state.steps);
  object["runningMeans"] = to_float64_array(env, state.running_means);
  return object;
}

}  // namespace layer_rotation
