#include <ATen/TensorOperators.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "loss.h"
#include "micro_batches.h"
#include "not_finite.h"
#include "stepper.h"
#include "training_input.h"

namespace layer_rotation {
namespace {

/// The stepper that knows after each step whether it was finite.
class HostStepper final : public Stepper {
 public:
  explicit HostStepper(const StepParts& parts) : parts_(parts), buffers_(parts.network.buffers()) {}

  void begin_epoch(const EpochRequest& request) override {
    input_.emplace(parts_, request.batches);
    sums_.emplace(parts_.device, request.sums);
    losses_.clear();
    told_ = 0;
    next_example_ = 0;
  }

  bool step(int64_t examples, bool record) override {
    parts_.network.prepare_step(parts_.epoch.first_step() + static_cast<int64_t>(losses_.size()));
    if (!add_gradients(examples)) return false;
    const bool parameters_are_finite = parts_.optimizer.step(record);
    parts_.network.zero_grad();  // so early because the next forward pass can use the gradients' memory
    if (!parameters_are_finite || !not_finite(buffers_).empty()) return false;
    parts_.epoch.advance(examples, record);
    return true;
  }

  EpochSums::Means means() override { return sums_->means(); }
  EpochSums::State sums() override { return sums_->state(); }

  std::optional<Progress> progress() override {
    const int64_t told = std::exchange(told_, static_cast<int64_t>(losses_.size()));
    return Progress{told_, sums_->means(), {losses_.begin() + told, losses_.end()}};
  }

  std::vector<double> losses(int64_t steps) override { return {losses_.begin(), losses_.begin() + steps}; }

 private:
  /// Adds up the losses and gradients of the next batch. Returns false once the loss is not finite.
  bool add_gradients(int64_t examples) {
    const int64_t labels = examples * parts_.examples.labels().numel() / parts_.examples.size();
    const SharedStep::Part own =
        parts_.shared != nullptr ? parts_.shared->part(examples) : SharedStep::Part{0, examples};
    std::optional<BatchLoss> whole;
    double loss = 0;
    for_each_micro_batch(examples, parts_.micro_batch, [&](int64_t begin, int64_t end) {
      const int64_t first = std::max(begin, own.begin), last = std::min(end, own.end);
      if (first >= last || !std::isfinite(loss)) return;
      if (begin > 0) parts_.epoch.begin_part(begin);
      parts_.epoch.skip_images(first - begin);
      const auto step = static_cast<int64_t>(losses_.size());
      const TrainingPart batch = input_->part(next_example_ + first, next_example_ + last, step);
      const at::Tensor logits = parts_.network.forward(batch.input);
      const BatchLoss part =
          part_loss(parts_.loss, logits, batch.labels, labels, /*with_gradient=*/true, parts_.compute.backend);
      whole = whole ? BatchLoss{whole->loss + part.loss, whole->hits + part.hits, {}, {}} : part;
      loss = whole->loss.item<double>();
      if (std::isfinite(loss)) parts_.network.backward(logits, part.gradient);
    });
    parts_.epoch.skip_images(0);
    if (parts_.shared != nullptr) {
      whole = parts_.shared->add_up(whole, own, examples);
      loss = whole->loss.item<double>();
    }
    next_example_ += examples;
    sums_->add(*whole, labels);
    losses_.push_back(loss);
    return std::isfinite(loss);
  }

  StepParts parts_;
  std::vector<NamedState> buffers_;
  std::optional<TrainingInput> input_;
  std::optional<EpochSums> sums_;
  std::vector<double> losses_;
  int64_t told_ = 0;  ///< losses that progress() has returned
  int64_t next_example_ = 0;
};

}  // namespace

std::unique_ptr<Stepper> make_host_stepper(const StepParts& parts) { return std::make_unique<HostStepper>(parts); }

}  // namespace layer_rotation
