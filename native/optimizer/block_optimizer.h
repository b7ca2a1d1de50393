#pragma once

#include "block_tables.h"
#include "gradient_table.h"
#include "optimizer.h"
#include "slots.h"

namespace layer_rotation {

/// Enqueues a step as block kernels and waits for nothing: the constants of the step, the sums between its passes and
/// its records stay in the device's memory.
class BlockOptimizer final : public Optimizer {
 public:
  BlockOptimizer(const OptimizerSpec& spec, const rotation::Layers& layers, Slots slots, EpochState& epoch);

  void begin_epoch(int64_t steps_before, const std::vector<double>& rates, int64_t records) override;
  bool step(bool record) override;
  /// Takes a step of `images` images and ends it in the epoch, without another launch.
  void step_and_advance(int64_t images, bool record);
  std::vector<rotation::StepRecord> records(const std::vector<int32_t>& steps) override;
  OptimizerState export_state() const override;
  void import_state(const OptimizerState& state) override;

  /// A step between begin_capture() and end_capture() is captured: its kernels run later, and read the addresses of the
  /// gradients from `table`, which must live as long as the captured graph.
  void begin_capture(GradientTable& table);
  void end_capture();
  void abandon_capture() { captured_ = nullptr; }

 private:
  void step(bool record, const AdvanceStep& end);
  void find_gradients();
  void update(const block::Tables& tables, bool record, const AdvanceStep& end) const;

  OptimizerSpec spec_;
  const rotation::Layers& layers_;
  Slots slots_;
  std::vector<Formula> formulas_;  ///< one of each type that slots have, with constants that mean nothing
  EpochState& epoch_;
  std::vector<double> rates_;  ///< of the epoch, [steps][layers]
  GradientTable eager_;
  GradientTable* captured_ = nullptr;  ///< during a capture
  std::vector<at::Tensor> gradients_;  ///< keeps copies alive during a step
  block::Tables tables_;
  int64_t chunks_ = 0;
  int64_t units_ = 0;
  int64_t means_ = 0;               ///< of all units
  at::Tensor running_means_;        ///< bytes: [units][means of a unit] RunningMean
  std::vector<at::Tensor> memory_;  ///< bytes: the other tables
};

}  // namespace layer_rotation
