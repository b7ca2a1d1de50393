#include "example_sequence.h"

#include <ATen/Parallel.h>
#include <ATen/TensorIndexing.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/arange.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/index.h>

#include <algorithm>

#include "place_image.h"

namespace layer_rotation {
namespace {

/// Gathering fewer bytes than this is not worth another thread.
constexpr int64_t kGatherGrain = 64 * 1024;
/// The same for RandAugment, which takes a hundred times as long.
constexpr int64_t kChangeGrain = 1024;

at::Tensor to_device(const std::vector<int64_t>& values, at::IntArrayRef shape, at::Device device) {
  return at::tensor(at::IntArrayRef(values), at::dtype(at::kLong)).reshape(shape).to(device);
}

/// The batch of these inputs and labels. Token ids, which are kept as int32, become int64.
Batch as_given(const Examples& examples, const at::Tensor& inputs, const at::Tensor& labels) {
  if (!examples.are_tokens()) return {inputs, labels};
  return {inputs.to(at::kLong), labels.to(at::kLong)};
}

}  // namespace

ExampleSequence::ExampleSequence(const Examples& examples)
    : examples_(examples), in_order_(true), has_cpu_kernel_(false) {}

ExampleSequence::ExampleSequence(const Examples& examples, c10::ArrayRef<int32_t> order,
                                 const Augmentation& augmentation, Backend backend)
    : examples_(examples),
      in_order_(false),
      order_(order),
      augmentation_(augmentation),
      has_cpu_kernel_(backend == Backend::kCpu && examples.inputs().scalar_type() == at::kByte) {
  if (!has_cpu_kernel_) prepare_aten();
  if (augmentation.spec().operations == 0) return;
  const at::IntArrayRef sizes = examples.inputs().sizes();
  rand_augment_.emplace(augmentation, sizes[1], sizes[2], sizes[3]);
}

Batch ExampleSequence::batch(int64_t begin, int64_t end) const {
  if (in_order_) {
    return as_given(examples_, examples_.inputs().slice(0, begin, end), examples_.labels().slice(0, begin, end));
  }
  return has_cpu_kernel_ ? gather_cpu(begin, end) : gather_aten(begin, end);
}

Batch ExampleSequence::gather_cpu(int64_t begin, int64_t end) const {
  std::vector<int64_t> shape = examples_.inputs().sizes().vec();
  shape[0] = end - begin;
  const Batch batch{at::empty(shape, at::dtype(at::kByte)), at::empty({end - begin}, at::dtype(at::kLong))};
  const int64_t bytes = examples_.inputs().stride(0);
  const int64_t height = shape.size() == 4 ? shape[2] : 1, width = shape.size() == 4 ? shape[3] : bytes;
  const PlaneSize plane{height, width};
  const auto* from = examples_.inputs().const_data_ptr<uint8_t>();
  const auto* label = examples_.labels().const_data_ptr<int64_t>();
  auto* to = batch.inputs.data_ptr<uint8_t>();
  auto* to_label = batch.labels.data_ptr<int64_t>();
  const int64_t grain = rand_augment_ ? kChangeGrain : kGatherGrain;
  at::parallel_for(0, end - begin, std::max<int64_t>(1, grain / bytes), [&](int64_t first, int64_t last) {
    std::vector<uint8_t> scratch;
    for (int64_t i = first; i < last; ++i) {
      const int32_t image = order_[begin + i];
      const Placement placement = augmentation_.keeps() ? Placement{} : augmentation_.placement(image);
      place_image(from + image * bytes, bytes / (height * width), plane, placement, to + i * bytes);
      if (rand_augment_) (*rand_augment_)(image, to + i * bytes, scratch);
      to_label[i] = label[image];
    }
  });
  return batch;
}

void ExampleSequence::prepare_aten() {
  const at::Device device = examples_.inputs().device();
  indices_ = at::tensor(order_, at::dtype(at::kInt)).to(device, at::kLong);
  if (augmentation_.keeps()) return;

  const int64_t largest = augmentation_.spec().shift, shifts = 2 * largest + 1;
  const int64_t height = examples_.inputs().size(2), width = examples_.inputs().size(3);
  const Padding padding = augmentation_.spec().padding;
  std::vector<int64_t> rows, columns, mirrored;
  for (int64_t shift = -largest; shift <= largest; ++shift) {
    for (int64_t y = 0; y < height; ++y) rows.push_back(source_of(y - shift, height, padding));
    for (int64_t x = 0; x < width; ++x) columns.push_back(source_of(x - shift, width, padding));
    for (int64_t x = 0; x < width; ++x) mirrored.push_back(source_of(width - 1 - x - shift, width, padding));
  }
  columns.insert(columns.end(), mirrored.begin(), mirrored.end());
  row_sources_ = to_device(rows, {shifts, height}, device);
  column_sources_ = to_device(columns, {2 * shifts, width}, device);

  std::vector<int64_t> row_shifts, column_shifts;
  for (const int32_t image : order_) {
    const Placement placement = augmentation_.placement(image);
    row_shifts.push_back(placement.dy + largest);
    column_shifts.push_back(placement.dx + largest + (placement.flip ? shifts : 0));
  }
  row_shifts_ = to_device(row_shifts, {static_cast<int64_t>(order_.size())}, device);
  column_shifts_ = to_device(column_shifts, {static_cast<int64_t>(order_.size())}, device);
}

Batch ExampleSequence::gather_aten(int64_t begin, int64_t end) const {
  const at::Tensor indices = indices_.slice(0, begin, end), labels = examples_.labels().index_select(0, indices);
  if (augmentation_.keeps()) {
    const at::Tensor inputs = examples_.inputs().index_select(0, indices);
    return as_given(examples_, rand_augment_ ? rand_augmented(inputs, begin) : inputs, labels);
  }
  const at::Tensor rows = row_sources_.index_select(0, row_shifts_.slice(0, begin, end));
  const at::Tensor columns = column_sources_.index_select(0, column_shifts_.slice(0, begin, end));
  const at::Tensor channels = at::arange(examples_.inputs().size(1), indices.options());
  const at::Tensor of_rows = rows.unsqueeze(1).unsqueeze(3), of_columns = columns.unsqueeze(1).unsqueeze(2);
  // Both indices count from the end where they are kNowhere; the pixels that they find are then replaced.
  at::Tensor images =
      examples_.inputs().index({indices.view({-1, 1, 1, 1}), channels.view({1, -1, 1, 1}), of_rows, of_columns});
  if (augmentation_.spec().padding == Padding::kConstant) {
    images.masked_fill_(of_rows.eq(kNowhere).logical_or(of_columns.eq(kNowhere)), 0);
  }
  return {rand_augment_ ? rand_augmented(images, begin) : images, labels};
}

at::Tensor ExampleSequence::rand_augmented(const at::Tensor& images, int64_t begin) const {
  const at::Tensor changed = images.is_cpu() ? images.contiguous() : images.cpu().contiguous();
  const int64_t bytes = changed.stride(0);
  auto* pixels = changed.data_ptr<uint8_t>();
  at::parallel_for(0, changed.size(0), std::max<int64_t>(1, kChangeGrain / bytes), [&](int64_t first, int64_t last) {
    std::vector<uint8_t> scratch;
    for (int64_t i = first; i < last; ++i) (*rand_augment_)(order_[begin + i], pixels + i * bytes, scratch);
  });
  return changed.to(images.device());
}

at::Tensor ExampleSequence::labels(int64_t begin, int64_t end) const {
  const at::Tensor indices = indices_.defined() ? indices_.slice(0, begin, end)
                                                : at::tensor(order_.slice(begin, end - begin), at::dtype(at::kInt));
  return examples_.labels().index_select(0, indices);
}

}  // namespace layer_rotation
