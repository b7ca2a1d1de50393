#include "training_state.h"

#include <string>
#include <utility>

#include "../error.h"
#include "network_state.h"

namespace layer_rotation {
namespace {

constexpr auto kWhere = "training state";
constexpr auto kAverage = "average.";

[[noreturn]] void refuse(const std::string& problem) {
  throw Error("INVALID_CONFIG", std::string(kWhere) + ": " + problem);
}

std::string state_name(const std::string& parameter, size_t index) { return parameter + "." + std::to_string(index); }

/// The given values of `own`, whose name must be `name`.
at::Tensor values(const NamedTensor& given, const std::string& name, const at::Tensor& own) {
  if (given.name != name) refuse("found a tensor named " + given.name + "; expected " + name);
  return checked_view(given, own, kWhere);
}

std::vector<RunningMean> read_means(const std::vector<double>& given, size_t count) {
  if (given.size() != 2 * count) {
    refuse("found " + std::to_string(given.size()) + " numbers of running means; expected " +
           std::to_string(2 * count));
  }
  std::vector<RunningMean> means;
  for (size_t i = 0; i < count; ++i) means.push_back({given[2 * i], given[2 * i + 1]});
  return means;
}

}  // namespace

TrainingState export_training_state(const Network& network, const Optimizer& optimizer, const WeightAverage& average,
                                    int64_t steps) {
  const OptimizerState own = optimizer.export_state();
  TrainingState result;
  for (size_t i = 0; i < own.states.size(); ++i) {
    const std::string parameter = name_of(network, own.parameters[i]);
    for (size_t j = 0; j < own.states[i].size(); ++j) {
      result.tensors.push_back(on_host(state_name(parameter, j), own.states[i][j]));
    }
  }
  for (NamedTensor& tensor : average.tensors(kAverage)) result.tensors.push_back(std::move(tensor));
  result.steps = steps;
  for (const RunningMean& mean : own.running_means) {
    result.running_means.push_back(mean.value);
    result.running_means.push_back(mean.unseen);
  }
  return result;
}

void import_training_state(const Network& network, Optimizer& optimizer, WeightAverage& average,
                           const TrainingState& state) {
  const OptimizerState own = optimizer.export_state();
  OptimizerState next{own.parameters, {}, read_means(state.running_means, own.running_means.size())};
  auto given = state.tensors.begin();
  for (size_t i = 0; i < own.states.size(); ++i) {
    const std::string parameter = name_of(network, own.parameters[i]);
    next.states.emplace_back();
    for (size_t j = 0; j < own.states[i].size(); ++j) {
      const std::string name = state_name(parameter, j);
      if (given == state.tensors.end()) refuse(name + " is missing");
      next.states.back().push_back(values(*given++, name, own.states[i][j]));
    }
  }
  std::vector<at::Tensor> averages;
  if (given != state.tensors.end() && given->name.starts_with(kAverage)) {
    for (const auto& [name, tensor] : network.state()) {
      if (given == state.tensors.end()) refuse(kAverage + name + " is missing");
      averages.push_back(values(*given++, kAverage + name, tensor));
    }
  }
  if (given != state.tensors.end()) refuse("there is no state named " + given->name);
  optimizer.import_state(next);
  average.set(averages);
}

}  // namespace layer_rotation
