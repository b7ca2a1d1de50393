#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "../epoch/epoch_state.h"
#include "../optimizer/optimizer.h"
#include "epoch_request.h"
#include "epoch_sums.h"
#include "layer_recorder.h"
#include "layer_records.h"
#include "stepper.h"
#include "stop_token.h"
#include "weight_average.h"

namespace layer_rotation {

/// The progress of an epoch; loss and accuracy are means over its examples so far.
struct EpochProgress {
  int64_t step;
  int64_t steps;
  double loss;
  double accuracy;
  std::vector<double> losses;  ///< of the steps since the last report
};

using OnProgress = std::function<void(const EpochProgress&)>;

struct EpochResult {
  enum class Status { kFinished, kInterrupted, kDiverged };
  Status status = Status::kFinished;
  int64_t steps = 0;           ///< steps that were made, without one that diverged
  std::vector<double> losses;  ///< [steps], followed by the loss of a step that diverged
  double loss = 0;
  double accuracy = 0;
  EpochSums::State sums;  ///< the sums behind `loss` and `accuracy`, the request's own included
  LayerRecords records;
  std::vector<std::string> warnings;
  // With other processes:
  std::string lost;               ///< the error of a process that was lost in a step, before which this then stopped
  bool stopped_by_other = false;  ///< whether another process than rank 0 asked to stop
  double exchange_seconds = 0;    ///< in the exchanges of the steps
};

/// The parts of a trainer that make an epoch.
struct LoopParts {
  Stepper& stepper;
  Optimizer& optimizer;
  EpochState& epoch;
  LayerRecorder& recorder;
  WeightAverage& average;
  SharedStep* shared = nullptr;
};

/// Runs the batches of `request`, as steps that follow `total_steps` earlier ones. Stops after the step in which `stop`
/// is requested, or in which the loss, a parameter or a running statistic becomes NaN or infinite. Calls `on_progress`,
/// unless it is empty, at most every 100 ms.
/// Several processes stop after the same step, to which each may take a request; the first one is always made.
EpochResult run_epoch(const LoopParts& parts, int64_t total_steps, const EpochRequest& request, const StopToken& stop,
                      const OnProgress& on_progress);

}  // namespace layer_rotation
