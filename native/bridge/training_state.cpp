#include "training_state.h"

#include <algorithm>
#include <utility>

#include "results.h"
#include "spec_arguments.h"

namespace layer_rotation {

TrainingState read_training_state(const Argument& state) {
  return {read_tensors(state["tensors"]), state["steps"].integer(0), state["runningMeans"].float64_array(),
          state["generator"].uint8_array()};
}

Napi::Object to_javascript(Napi::Env env, TrainingState state) {
  auto generator = Napi::Uint8Array::New(env, state.generator.size());
  std::copy(state.generator.begin(), state.generator.end(), generator.Data());
  auto object = Napi::Object::New(env);
  object["tensors"] = to_javascript(env, std::move(state.tensors));
  object["steps"] = static_cast<double>(state.steps);
  object["runningMeans"] = to_float64_array(env, state.running_means);
  object["generator"] = generator;
  return object;
}

}  // namespace layer_rotation
