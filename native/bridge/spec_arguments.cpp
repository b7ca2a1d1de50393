#include "spec_arguments.h"

#include "../error.h"
#include "../model/layer_reader.h"
#include "data_arguments.h"
#include "optimizer_arguments.h"

namespace layer_rotation {
namespace {

/// The largest shift whose every value 15 random bits can reach.
constexpr int64_t kLargestShift = 8192;
constexpr int64_t kMostOperations = 100;
constexpr int64_t kLargestMagnitude = 30;

ComputeSpec read_compute(const Argument& spec) {
  enum class Precision { kFp32, kTf32, kBf16 };
  const auto precision = spec["precision"].one_of<Precision>(
      {{"fp32", Precision::kFp32}, {"tf32", Precision::kTf32}, {"bf16", Precision::kBf16}});
  ComputeSpec compute;
  compute.precision = precision == Precision::kBf16 ? at::kBFloat16 : at::kFloat;
  compute.tf32 = precision == Precision::kTf32;
  compute.memory_format = spec["memoryFormat"].one_of<at::MemoryFormat>(
      {{"channelsLast", at::MemoryFormat::ChannelsLast}, {"contiguous", at::MemoryFormat::Contiguous}});
  compute.cudnn_benchmark = !spec["cudnnBenchmark"].is_nullish() && spec["cudnnBenchmark"].boolean();
  if (!spec["shadowWeights"].is_nullish()) compute.shadow_weights = spec["shadowWeights"].boolean();
  return compute;
}

LossSpec read_loss(const Argument& loss) {
  using Type = LossSpec::Type;
  const Type type = loss["type"].one_of<Type>(
      {{"crossEntropy", Type::kCrossEntropy}, {"kerasCrossEntropy", Type::kKerasCrossEntropy}});
  if (type == Type::kKerasCrossEntropy) return {type, 0};
  const double smoothing = loss["labelSmoothing"].number();
  if (!(smoothing >= 0 && smoothing <= 1)) loss["labelSmoothing"].fail("a number of 0 … 1");
  return {type, smoothing};
}

/// Adds a random crop to an augmentation, which then must not shift images otherwise.
void read_crop(const Argument& crop, AugmentationSpec& spec) {
  if (spec.shift > 0) crop.fail("no crop beside a shift");
  spec.crop = true;
  spec.shift = crop["padding"].integer(0, kLargestShift);
  spec.padding = crop["mode"].one_of<Padding>({{"constant", Padding::kConstant},
                                               {"edge", Padding::kEdge},
                                               {"reflect", Padding::kReflect},
                                               {"symmetric", Padding::kSymmetric}});
}

/// Adds the operations of RandAugment to an augmentation of images of bytes.
void read_rand_augment(const Argument& rand_augment, const Shape& shape, bool are_floats, AugmentationSpec& spec) {
  spec.operations = static_cast<int32_t>(rand_augment["operations"].integer(1, kMostOperations));
  spec.magnitude = static_cast<int32_t>(rand_augment["magnitude"].integer(0, kLargestMagnitude));
  if (shape.size() == 3 && (shape[0] == 1 || shape[0] == 3) && !are_floats) return;
  throw Error("INVALID_CONFIG", rand_augment.path() + ": expected bytes, images of one channel or three, found " +
                                    (are_floats ? "fp32 numbers of shape " : "shape ") + show(shape));
}

AugmentationSpec read_augmentation(const Argument& augmentation, const ExampleSpec& examples) {
  const Shape& input_shape = examples.shape;
  AugmentationSpec spec{augmentation["shift"].integer(0, kLargestShift), augmentation["flip"].boolean()};
  if (const Argument crop = augmentation["crop"]; !crop.is_nullish()) read_crop(crop, spec);
  if (const Argument side = augmentation["cutout"]; !side.is_nullish()) spec.cutout = side.integer(0, kLargestShift);
  if (const Argument given = augmentation["randAugment"]; !given.is_nullish()) {
    read_rand_augment(given, input_shape, examples.are_floats, spec);
  }
  if ((spec.shift > 0 || spec.flip || spec.cutout > 0) && input_shape.size() != 3) {
    throw Error("INVALID_CONFIG", augmentation.path() + ": expected images of shape [channels, height, width], found " +
                                      c10::str(at::IntArrayRef(input_shape)));
  }
  return spec;
}

}  // namespace

BackendChoice read_backend_choice(const Argument& spec) {
  const auto given = [&](const char* name) { return !spec[name].is_nullish() && spec[name].boolean(); };
  return {given("preferAten"), given("blockKernels")};
}

std::vector<NamedTensor> read_tensors(const Argument& tensors) {
  std::vector<NamedTensor> result;
  for (const Argument& tensor : tensors.elements()) {
    result.push_back({tensor["name"].string(), tensor["shape"].shape(), tensor["data"].float32_array()});
  }
  return result;
}

TrainerSpec read_trainer_spec(const Argument& spec) {
  TrainerSpec result;
  result.device = spec["device"].string();
  result.threads = static_cast<int>(spec["threads"].integer(0, 4096));
  result.backend = read_backend_choice(spec);
  if (!spec["cudaGraph"].is_nullish()) result.cuda_graph = spec["cudaGraph"].boolean();
  result.seed = static_cast<uint64_t>(spec["seed"].integer(0));
  result.examples.shape = spec["inputShape"].shape();
  result.examples.classes = spec["classes"].integer(1);
  result.layers = LayerReader().read(spec["layers"]);
  if (!spec["weights"].is_nullish()) result.weights = read_tensors(spec["weights"]);
  result.compute = read_compute(spec);
  result.loss = read_loss(spec["loss"]);
  result.optimizer = read_optimizer(spec["optimizer"]);
  result.optimizer.clipping = read_gradient_clipping(spec["gradientClipping"]);
  if (!spec["microBatch"].is_nullish()) result.micro_batch = spec["microBatch"].integer(1);
  for (const Argument& parameter : spec["parameters"].elements()) {
    result.parameters.push_back({parameter["name"].string(), read_parameter_settings(parameter)});
  }
  read_data(spec["data"], result);
  result.augmentation = read_augmentation(spec["augmentation"], result.examples);
  return result;
}

}  // namespace layer_rotation
