#include <ATen/TensorOperators.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/empty_like.h>
#include <c10/core/Event.h>
#include <c10/core/GradMode.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <chrono>
#include <deque>
#include <thread>
#include <type_traits>
#include <utility>

#include "../data/operations/block_rand_augment.h"
#include "../data/place_images_kernel.h"
#include "../data/place_tokens_kernel.h"
#include "../device/upload.h"
#include "../error.h"
#include "loss_kernel.h"
#include "micro_batches.h"
#include "step_graphs.h"
#include "stepper.h"

namespace layer_rotation {
namespace {

/// Steps that may be enqueued ahead of the device: enough to keep it busy, few enough to stop quickly.
constexpr size_t kStepsAhead = 16;
constexpr std::chrono::microseconds kPoll(50);
/// The most values of an example: PlaceImages counts them in 32 bits.
constexpr int64_t kLargestExample = int64_t{1} << 30;

/// A step's input on its device: examples as the network takes them, int64 labels.
struct Input {
  at::Tensor examples;
  at::Tensor labels;
  at::Tensor others = {};  ///< the second labels of mixed images; undefined if none are mixed
};

/// The losses of a step's blocks of rows, all parts one after the other.
class PartialLosses {
 public:
  PartialLosses(int64_t images, const StepParts& parts)
      : labels_of_image_(parts.examples.labels().numel() / parts.examples.size()), labels_(images * labels_of_image_) {
    int64_t size = 0;
    for_each_micro_batch(images, parts.micro_batch,
                         [&](int64_t begin, int64_t end) { size += items((end - begin) * labels_of_image_); });
    sums_ = kernel::bytes(static_cast<size_t>(size) * sizeof(ExampleSums), parts.device);
  }

  /// The number of blocks that take so many rows.
  static int64_t items(int64_t rows) { return (rows + kRowsOfBlock - 1) / kRowsOfBlock; }
  /// The number of labels of the step.
  int64_t labels() const { return labels_; }
  /// The place for the sums of the next part.
  ExampleSums* take(int64_t rows) {
    ExampleSums* const first = kernel::pointer<ExampleSums>(sums_) + taken_;
    taken_ += items(rows);
    return first;
  }
  /// The sum of all that were taken; `epoch` is null if more are to come.
  LossOfBatch of_batch(EpochTables* epoch) const { return {epoch, kernel::pointer<ExampleSums>(sums_), taken_}; }

 private:
  int64_t labels_of_image_;
  int64_t labels_;
  int64_t taken_ = 0;
  at::Tensor sums_;  ///< bytes: ExampleSums
};

/// The stepper that enqueues steps and learns of their losses later.
class BlockStepper final : public Stepper {
 public:
  BlockStepper(const StepParts& parts, bool capture, bool shared_stream)
      : parts_(parts),
        optimizer_(dynamic_cast<BlockOptimizer&>(parts.optimizer)),
        graphs_(parts.device, optimizer_, capture && !shared_stream),
        values_(is_bf16() ? kernel::uploaded(parts.normalization.values<at::BFloat16>(), parts.device)
                          : kernel::uploaded(parts.normalization.values<float>(), parts.device)),
        value_tables_(static_cast<int32_t>(parts.normalization.values<float>().size()) / 256) {
    const int64_t values = parts.examples.inputs().numel() / parts.examples.size();
    if (values > kLargestExample) {
      throw Error("INVALID_CONFIG", "inputShape: expected at most " + std::to_string(kLargestExample) + " values");
    }
    if (parts.augmentation.operations > 0) rand_augment_.emplace(parts.augmentation, parts.examples.inputs());
    if (capture && shared_stream) {
      warnings_.push_back(
          "this trainer shares a stream of the device with another one, since more than 32 trainers live at once: its "
          "steps are not captured as CUDA graphs, and single launches of every operation are slower");
    }
  }

  ~BlockStepper() override {
    if (!snapshot_) return;
    try {
      snapshot_->copied.synchronize();
    } catch (const std::exception&) {
      // The device failed. The snapshot is leaked: to free pinned memory LibTorch records an event, and an error of
      // that would end the process.
      new std::optional<Snapshot>(std::move(snapshot_));
    }
  }

  void begin_epoch(const EpochRequest& request) override {
    parts_.epoch.set_images(request.batches.order, request.batches.augmentation_key);
    parts_.epoch.set_erased(request.batches.erased);
    parts_.epoch.set_mixing(request.batches.mixing);
    mixed_ = !request.batches.mixing.partners.empty();
    const EpochSums::State& earlier = request.sums;
    parts_.epoch.set_sums({earlier.loss, earlier.hits, 0, static_cast<double>(earlier.examples)});
    steps_ = 0;
    told_ = 0;
    snapshot_.reset();
  }

  bool step(int64_t images, bool record) override {
    parts_.network.prepare_step(parts_.epoch.first_step() + steps_);
    graphs_.run({images, record, mixed_}, [&] { enqueue(images, record); });
    ++steps_;
    if (!parts_.device.is_cuda()) return true;
    limit_steps_ahead();
    if (steps_ == 1) take_snapshot();
    return true;
  }

  EpochSums::Means means() override { return means_of(parts_.epoch.sums()); }

  EpochSums::State sums() override {
    const ExampleSums sums = parts_.epoch.sums();
    return {sums.loss, sums.hits, static_cast<int64_t>(sums.examples)};
  }

  std::optional<Progress> progress() override {
    const EpochState& epoch = parts_.epoch;
    if (!parts_.device.is_cuda()) {
      return progress_of(epoch.tables_on_device(), epoch.sums_on_device(), epoch.losses_on_device(told_, steps_));
    }
    std::optional<Progress> known;
    if (snapshot_ && snapshot_->copied.query()) {
      known = progress_of(snapshot_->tables, snapshot_->sums, snapshot_->losses);
      snapshot_.reset();
    }
    if (!snapshot_) take_snapshot();
    return known;
  }

  std::vector<double> losses(int64_t steps) override { return parts_.epoch.losses(steps); }

  std::vector<std::string> take_warnings() override {
    if (const std::string failure = graphs_.take_failure(); !failure.empty()) {
      warnings_.push_back(
          "a step could not be captured as a CUDA graph, and single launches of every operation are slower: " +
          failure);
    }
    return std::exchange(warnings_, {});
  }

 private:
  /// The progress after the steps that were enqueued, on its way to the host: what EpochState has of it on the device.
  struct Snapshot {
    at::Tensor tables;
    at::Tensor sums;
    at::Tensor losses;  ///< of the steps that no progress had
    c10::Event copied;
  };

  bool is_bf16() const { return parts_.compute.precision == at::kBFloat16; }

  static EpochSums::Means means_of(const ExampleSums& sums) {
    return {sums.loss / sums.examples, sums.hits / sums.examples, sums.top5_hits / sums.examples};
  }

  /// Steps that follow one which diverged are enqueued, but not made: they have no losses.
  Progress progress_of(const at::Tensor& tables, const at::Tensor& sums, const at::Tensor& losses) {
    const int64_t made = kernel::downloaded<EpochTables>(tables, 1).front().step;
    const int64_t told = std::exchange(told_, made);
    return {made, means_of(kernel::downloaded<ExampleSums>(sums, 1).front()),
            kernel::downloaded<double>(losses, static_cast<size_t>(made - told))};
  }

  void take_snapshot() {
    const EpochState& epoch = parts_.epoch;
    snapshot_.emplace(Snapshot{enqueue_copy(epoch.tables_on_device()), enqueue_copy(epoch.sums_on_device()),
                               enqueue_copy(epoch.losses_on_device(told_, steps_)), c10::Event(parts_.device.type())});
    snapshot_->copied.record(stream());
  }

  static at::Tensor enqueue_copy(const at::Tensor& on_device) {
    at::Tensor copy = at::empty_like(on_device, at::device(at::kCPU).pinned_memory(true));
    copy.copy_(on_device, /*non_blocking=*/true);
    return copy;
  }

  c10::Stream stream() const { return c10::impl::VirtualGuardImpl(parts_.device.type()).getStream(parts_.device); }

  /// All operations of a step, none of which may wait for the device or depend on what only the host knows.
  void enqueue(int64_t images, bool record) {
    parts_.network.zero_grad();  // a step that failed may have left gradients
    PartialLosses losses(images, parts_);
    for_each_micro_batch(images, parts_.micro_batch, [&](int64_t begin, int64_t end) {
      if (begin > 0) parts_.epoch.begin_part(begin);
      const Input input = place(end - begin);
      // LossOfRows takes logits in bf16 as they are: casting them, and their gradient, would be two launches.
      const at::Tensor given = parts_.network.forward_normalized(input.examples);
      const at::Tensor logits = given.scalar_type() == at::kBFloat16 ? given : given.to(at::kFloat);
      const at::Tensor gradient = loss_gradient(logits.detach().contiguous(), input, losses, end == images);
      parts_.network.backward(logits, gradient);
    });
    optimizer_.step_and_advance(images, record);
    parts_.network.zero_grad();
  }

  Input place(int64_t count) const {
    std::vector<int64_t> shape = parts_.examples.inputs().sizes().vec();
    shape[0] = count;
    return parts_.examples.are_tokens() ? place_tokens(shape) : place_images(shape);
  }

  Input place_tokens(at::IntArrayRef shape) const {
    const auto options = at::dtype(at::kLong).device(parts_.device);
    const Input input{at::empty(shape, options), at::empty(shape, options)};
    kernel::run(PlaceTokens{parts_.epoch.tables(), parts_.examples.inputs().const_data_ptr<int32_t>(), shape[1],
                            input.examples.mutable_data_ptr<int64_t>(), input.labels.mutable_data_ptr<int64_t>()},
                shape[0], parts_.device);
    return input;
  }

  Input place_images(at::IntArrayRef shape) const {
    const auto options = at::dtype(parts_.compute.precision).device(parts_.device);
    const auto labels = [&] { return at::empty(shape.front(), at::dtype(at::kLong).device(parts_.device)); };
    const Input input{at::empty(shape, options, parts_.network.input_format()), labels(),
                      mixed_ ? labels() : at::Tensor()};
    is_bf16() ? place<at::BFloat16>(input) : place<float>(input);
    return input;
  }

  template <class Value>
  void place(const Input& input) const {
    if (parts_.examples.inputs().scalar_type() == at::kByte) {
      place(input, NormalizedPixel<Value, uint8_t>{kernel::pointer<Value>(values_), value_tables_});
    } else {
      const at::Tensor &mean = parts_.normalization.mean(), &deviation = parts_.normalization.deviation();
      place(input, NormalizedPixel<Value, float>{mean.const_data_ptr<float>(), deviation.const_data_ptr<float>(),
                                                 static_cast<int32_t>(mean.numel())});
    }
  }

  template <class Value, class Pixel>
  void place(const Input& input, const NormalizedPixel<Value, Pixel>& normalized) const {
    const at::Tensor& images = input.examples;
    const bool is_image = images.dim() == 4;
    const int64_t count = images.size(0);
    const auto channels = static_cast<int32_t>(is_image ? images.size(1) : 1),
               height = static_cast<int32_t>(is_image ? images.size(2) : 1),
               width = static_cast<int32_t>(images.numel() / (count * channels * height));
    const at::Tensor pixels =
        rand_augment_ ? (*rand_augment_)(parts_.epoch.tables(), count, mixed_) : parts_.examples.inputs();
    const PlaceImages<Value, Pixel> place{
        parts_.epoch.tables(),
        {pixels.const_data_ptr<Pixel>(), rand_augment_.has_value(), parts_.examples.labels().const_data_ptr<int64_t>(),
         parts_.augmentation, channels, height, width, parts_.network.input_format() == at::MemoryFormat::ChannelsLast,
         normalized},
        images.mutable_data_ptr<Value>(),
        input.labels.mutable_data_ptr<int64_t>()};
    if (mixed_) {
      kernel::run(PlaceMixedImages<Value, Pixel>{place, input.others.mutable_data_ptr<int64_t>()}, count,
                  parts_.device);
    } else {
      kernel::run(place, count, parts_.device);
    }
  }

  at::Tensor loss_gradient(const at::Tensor& logits, const Input& input, PartialLosses& losses, bool is_last) const {
    c10::NoGradGuard no_grad;
    const int64_t rows = input.labels.numel();
    const at::Tensor gradient = at::empty_like(logits);
    ExampleSums* const partial = losses.take(rows);
    const LossOfBatch of_batch = losses.of_batch(is_last ? parts_.epoch.tables() : nullptr);
    const auto of_rows = [&]<class Value, bool kMixed>(Value, std::bool_constant<kMixed>) {
      const LossOfRows<Value, kMixed> kernel{parts_.loss,
                                             logits.const_data_ptr<Value>(),
                                             input.labels.const_data_ptr<int64_t>(),
                                             kMixed ? input.others.const_data_ptr<int64_t>() : nullptr,
                                             parts_.epoch.tables(),
                                             rows,
                                             losses.labels(),
                                             logits.size(-1),
                                             gradient.mutable_data_ptr<Value>(),
                                             partial,
                                             of_batch};
      kernel::run(kernel, PartialLosses::items(rows), parts_.device);
    };
    const auto of_kind = [&](auto mixed) {
      logits.scalar_type() == at::kBFloat16 ? of_rows(at::BFloat16(), mixed) : of_rows(float(), mixed);
    };
    mixed_ ? of_kind(std::true_type()) : of_kind(std::false_type());
    return gradient;
  }

  void limit_steps_ahead() {
    if (ahead_.size() == kStepsAhead) {
      ahead_.push_back(std::move(ahead_.front()));
      ahead_.pop_front();
      // Not synchronize(), which keeps a core busy: several trainers may wait at the same time.
      while (!ahead_.back().query()) std::this_thread::sleep_for(kPoll);
    } else {
      ahead_.emplace_back(parts_.device.type());
    }
    ahead_.back().record(stream());
  }

  StepParts parts_;
  BlockOptimizer& optimizer_;
  StepGraphs graphs_;
  std::optional<BlockRandAugment> rand_augment_;
  at::Tensor values_;  ///< the normalised value of each pixel byte, in the network's precision
  int32_t value_tables_;
  std::deque<c10::Event> ahead_;  ///< one after each of the last kStepsAhead steps
  std::optional<Snapshot> snapshot_;
  std::vector<std::string> warnings_;
  bool mixed_ = false;  ///< whether the epoch's images are mixed
  int64_t steps_ = 0;   ///< enqueued in this epoch
  int64_t told_ = 0;    ///< losses that progress() has returned
};

}  // namespace

std::unique_ptr<Stepper> make_block_stepper(const StepParts& parts, bool capture, bool shared_stream) {
  return std::make_unique<BlockStepper>(parts, capture, shared_stream);
}

}  // namespace layer_rotation
