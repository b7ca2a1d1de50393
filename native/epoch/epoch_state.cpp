#include "epoch_state.h"

#include "../device/upload.h"

namespace layer_rotation {
namespace {

/// Replaces `memory` where it has fewer than `size` bytes.
void make_room(at::Tensor& memory, size_t size, at::Device device) {
  if (!memory.defined() || memory.numel() < static_cast<int64_t>(size)) memory = kernel::bytes(size, device);
}

/// Uploads values to `memory`, and returns where they are; null if there are none.
template <class Value>
const Value* uploaded(const std::vector<Value>& values, at::Tensor& memory, at::Device device) {
  if (values.empty()) return nullptr;
  make_room(memory, values.size() * sizeof(Value), device);
  kernel::upload(values.data(), values.size(), memory);
  return kernel::pointer<Value>(memory);
}

}  // namespace

EpochState::EpochState(at::Device device) : on_device_(kernel::bytes(sizeof(EpochTables), device)) {
  set_sums({});
  begin(0);  // a network may be asked for its outputs before its first epoch
}

void EpochState::set_images(const std::vector<int32_t>& order, uint32_t augmentation_key) {
  next_.order = uploaded(order, order_, device());
  next_.augmentation_key = augmentation_key;
}

void EpochState::set_erased(const std::vector<Box>& erased) { next_.erased = uploaded(erased, erased_, device()); }

void EpochState::set_mixing(const Mixing& mixing) {
  next_.partners = uploaded(mixing.partners, partners_, device());
  next_.erased_partners = uploaded(mixing.erased, erased_partners_, device());
  next_.mixes = uploaded(mixing.mixes, mixes_, device());
}

void EpochState::set_rates(const std::vector<double>& rates) { next_.rates = uploaded(rates, rates_, device()); }

void EpochState::reserve(int64_t losses, int64_t records, int64_t layers) {
  layers_ = layers;
  make_room(losses_, static_cast<size_t>(losses) * sizeof(double), device());
  make_room(records_, static_cast<size_t>(records * layers) * sizeof(rotation::StepSums), device());
  next_.losses = kernel::pointer<double>(losses_);
  next_.records = kernel::pointer<rotation::StepSums>(records_);
}

void EpochState::set_sums(const ExampleSums& sums) {
  make_room(sums_, sizeof(sums), device());
  kernel::upload(&sums, 1, sums_);
  next_.sums = kernel::pointer<ExampleSums>(sums_);
}

void EpochState::begin(int64_t total_steps) {
  next_.total_steps = total_steps;
  kernel::upload(&next_, 1, on_device_);
}

void EpochState::begin_part(int64_t first_image) { kernel::run(BeginPart{tables(), first_image}, 1, device()); }

void EpochState::advance(int64_t images, bool recorded) { kernel::run(end_of_step(images, recorded), 1, device()); }

int64_t EpochState::end() {
  EpochTables reached = kernel::downloaded<EpochTables>(on_device_, 1).front();
  reached.not_finite = 0;
  reached.diverged = 0;
  kernel::upload(&reached, 1, on_device_);
  return reached.step;
}

at::Tensor EpochState::losses_on_device(int64_t begin, int64_t end) const {
  constexpr auto kBytes = static_cast<int64_t>(sizeof(double));
  return losses_.narrow(0, begin * kBytes, (end - begin) * kBytes);
}

ExampleSums EpochState::sums() const { return kernel::downloaded<ExampleSums>(sums_, 1).front(); }

std::vector<double> EpochState::losses(int64_t count) const {
  return kernel::downloaded<double>(losses_, static_cast<size_t>(count));
}

std::vector<rotation::StepSums> EpochState::records(int64_t count) const {
  return kernel::downloaded<rotation::StepSums>(records_, static_cast<size_t>(count * layers_));
}

}  // namespace layer_rotation
