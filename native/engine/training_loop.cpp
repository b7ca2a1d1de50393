#include "training_loop.h"

#include <algorithm>

#include "../error.h"
#include "../processes/process_lost.h"
#include "../runtime/process_end.h"
#include "progress_interval.h"

namespace layer_rotation {
namespace {

/// Reports the stepper's progress at most once an interval.
class Reporter {
 public:
  Reporter(Stepper& stepper, int64_t steps, const OnProgress& on_progress)
      : stepper_(stepper), steps_(steps), on_progress_(on_progress) {}

  void after_step() {
    if (!on_progress_ || !interval_.passed()) return;
    if (auto known = stepper_.progress()) {
      on_progress_({known->steps, steps_, known->means.loss, known->means.accuracy, std::move(known->losses)});
    }
  }

 private:
  Stepper& stepper_;
  int64_t steps_;
  const OnProgress& on_progress_;
  ProgressInterval interval_;
};

/// Returns whether the training stops before a step because of `stop`. Several processes carry the request into the
/// step.
bool stops_before_step(SharedStep* shared, const StopToken& stop) {
  if (shared == nullptr) return stop.requested();
  if (shared->must_stop()) return true;
  shared->ask_to_stop(stop.requested());
  return false;
}

/// Makes the next step, and records it if the request wants that. False if the stepper says so.
bool make_step(const LoopParts& parts, int64_t step, int64_t images) {
  const bool recorded = parts.recorder.wants(step);
  if (recorded) parts.recorder.before_step();
  if (!parts.stepper.step(images, recorded)) return false;
  if (recorded) parts.recorder.after_step(step);
  return true;
}

}  // namespace

EpochResult run_epoch(const LoopParts& parts, int64_t total_steps, const EpochRequest& request, const StopToken& stop,
                      const OnProgress& on_progress) {
  const std::vector<int32_t>& batch_sizes = request.batches.batch_sizes;
  const auto steps = static_cast<int64_t>(batch_sizes.size());
  parts.recorder.begin_epoch(request.record);
  parts.optimizer.begin_epoch(total_steps, request.rates, static_cast<int64_t>(request.record.steps.size()));
  parts.stepper.begin_epoch(request);
  parts.epoch.begin(total_steps);
  if (parts.shared != nullptr) parts.shared->begin_epoch();

  EpochResult result;
  int64_t begun = 0;
  size_t averaged = 0;
  Reporter reporter(parts.stepper, steps, on_progress);
  for (int64_t step = 0; step < steps; ++step) {
    if (stops_before_step(parts.shared, stop)) {
      result.status = EpochResult::Status::kInterrupted;
      break;
    }
    ++begun;
    try {
      if (!make_step(parts, step, batch_sizes[step])) break;
    } catch (const Error& error) {
      if (error.code() != kProcessLost) throw;
      --begun;
      result.status = EpochResult::Status::kInterrupted;
      result.lost = error.what();
      break;
    }
    if (averaged < request.average.steps.size() && request.average.steps[averaged] == step) {
      parts.average.move(request.average.weights[averaged++]);
    }
    renew_end_of_work();  // here too, not only between tasks: the first steps make static objects, and an epoch is one
                          // task
    reporter.after_step();
  }

  result.steps = parts.epoch.end();
  if (result.steps < begun) result.status = EpochResult::Status::kDiverged;
  const EpochSums::Means means = parts.stepper.means();
  result.loss = means.loss;
  result.accuracy = means.accuracy;
  result.sums = parts.stepper.sums();
  result.losses = parts.stepper.losses(std::min(result.steps + 1, begun));
  result.records = parts.recorder.end_epoch(result.steps, parts.optimizer);
  result.warnings = parts.stepper.take_warnings();
  if (parts.shared != nullptr) {
    result.stopped_by_other = parts.shared->others_asked();
    result.exchange_seconds = parts.shared->seconds();
  }
  return result;
}

}  // namespace layer_rotation
