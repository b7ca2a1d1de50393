// LibTorch's operations on CUDA tensors, computed by its CPU kernels on the same memory. In a capture an operation
// becomes a node of the graph, which computes again at every replay.

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <c10/cuda/CUDAException.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAStream.h>

#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "../allocations.h"
#include "../device.h"
#include "../stream.h"
#include "../violation.h"

namespace standin {
namespace {

using c10::IValue;
using c10::Stack;

/// Bytes from a tensor's first to its last element.
size_t extent(const at::Tensor& tensor) {
  if (tensor.numel() == 0) return 0;
  int64_t elements = 1;
  for (int64_t i = 0; i < tensor.dim(); ++i) elements += (tensor.size(i) - 1) * tensor.stride(i);
  return static_cast<size_t>(elements) * tensor.element_size();
}

char* bytes_of(const at::Tensor& tensor) { return static_cast<char*>(tensor.mutable_data_ptr()); }

/// The same memory as a tensor of the CPU.
at::Tensor on_host(const at::Tensor& tensor) {
  if (!tensor.defined() || !tensor.is_cuda()) return tensor;
  const auto options = at::TensorOptions().dtype(tensor.dtype()).device(at::kCPU);
  void* data = tensor.storage().mutable_data() == nullptr ? nullptr : tensor.mutable_data_ptr();
  at::Tensor same = at::from_blob(data, tensor.sizes(), tensor.strides(), options);
  if (tensor.unsafeGetTensorImpl()->is_wrapped_number()) same.unsafeGetTensorImpl()->set_wrapped_number(true);
  return same;
}

/// Memory of the device that an operation takes.
struct Operand {
  at::Tensor tensor;
  Access access;
};

/// The arguments of an operation as the CPU takes them.
class HostArguments {
 public:
  HostArguments(const c10::FunctionSchema& schema, const std::vector<IValue>& given) {
    for (size_t i = 0; i < given.size(); ++i) {
      const c10::AliasInfo* alias = schema.arguments()[i].alias_info();
      values_.push_back(converted(given[i], alias != nullptr && alias->isWrite() ? Access::kWrite : Access::kRead));
    }
  }
  const Stack& values() const { return values_; }
  const std::vector<Operand>& operands() const { return operands_; }

 private:
  IValue converted(const IValue& value, Access access) {
    if (value.isTensor()) return converted(value.toTensor(), access);
    if (value.isTensorList()) {
      c10::List<at::Tensor> list;
      for (const at::Tensor& tensor : value.toTensorVector()) list.push_back(converted(tensor, access));
      return list;
    }
    if (value.isOptionalTensorList()) {
      c10::List<std::optional<at::Tensor>> list;
      for (const std::optional<at::Tensor>& tensor : value.toOptionalTensorVector()) {
        list.push_back(tensor ? std::optional(converted(*tensor, access)) : std::nullopt);
      }
      return list;
    }
    if (value.isDevice() && value.toDevice().is_cuda()) return c10::Device(at::kCPU);
    return value;
  }

  at::Tensor converted(const at::Tensor& tensor, Access access) {
    if (!tensor.defined() || !tensor.is_cuda()) return tensor;
    // An empty tensor for a result: the operation gives it its size.
    if (access == Access::kWrite && tensor.numel() == 0) return at::empty({0}, tensor.options().device(at::kCPU));
    const at::Tensor same = on_host(tensor);
    operands_.push_back({same, access});
    return same;
  }

  Stack values_;
  std::vector<Operand> operands_;
};

/// A result that is not one of the arguments: where it is among the CPU's results, and its memory on the device.
struct Fresh {
  size_t result;
  at::Tensor tensor;
};

void call(const c10::OperatorHandle& operation, Stack& stack) {
  const at::AutoDispatchBelowAutograd below;
  const c10::impl::ExcludeDispatchKeyGuard no_autocast(c10::autocast_dispatch_keyset);
  operation.callBoxed(&stack);
}

void store(const at::Tensor& target, const at::Tensor& result) {
  const at::AutoDispatchBelowAutograd below;
  target.copy_(result);
}

/// Brings the CPU's results to the device: those that are arguments as these arguments, others as new tensors.
class DeviceResults {
 public:
  DeviceResults(const std::vector<IValue>& given, const Stack& arguments, Stack& results)
      : given_(given), arguments_(arguments) {
    for (size_t i = 0; i < results.size(); ++i) {
      IValue& result = results[i];
      if (result.isTensor()) {
        result = brought(result.toTensor(), i);
      } else if (result.isTensorList()) {
        has_list_ = true;
        c10::List<at::Tensor> list;
        for (const at::Tensor& tensor : result.toTensorVector()) list.push_back(brought(tensor, i));
        result = list;
      }
    }
  }
  const std::vector<Fresh>& fresh() const { return fresh_; }
  bool has_list() const { return has_list_; }

 private:
  at::Tensor brought(const at::Tensor& result, size_t place) {
    if (!result.defined()) return result;
    for (size_t i = 0; i < given_.size(); ++i) {
      if (!arguments_[i].isTensor() || !arguments_[i].toTensor().is_same(result)) continue;
      const at::Tensor own = given_[i].toTensor();
      if (own.sizes() == result.sizes()) return own;
      own.resize_(result.sizes());
      return filled(own, result, place);
    }
    const auto device = c10::Device(at::kCUDA, c10::cuda::current_device());
    return filled(at::empty_strided(result.sizes(), result.strides(), result.options().device(device)), result, place);
  }

  at::Tensor filled(const at::Tensor& tensor, const at::Tensor& result, size_t place) {
    store(on_host(tensor), result);
    fresh_.push_back({place, tensor});
    return tensor;
  }

  const std::vector<IValue>& given_;
  const Stack& arguments_;
  std::vector<Fresh> fresh_;
  bool has_list_ = false;
};

/// Keeps the bytes of an operation's arguments while a capture computes it for the shapes of its results.
class Unchanged {
 public:
  explicit Unchanged(const std::vector<Operand>& operands) {
    // All of them: schemas do not tell of running statistics.
    for (const auto& [tensor, access] : operands) {
      kept_.emplace_back(bytes_of(tensor), std::string(bytes_of(tensor), extent(tensor)));
    }
  }
  ~Unchanged() {
    for (const auto& [to, bytes] : kept_) std::memcpy(to, bytes.data(), bytes.size());
  }
  Unchanged(const Unchanged&) = delete;
  Unchanged& operator=(const Unchanged&) = delete;

 private:
  std::vector<std::pair<char*, std::string>> kept_;
};

bool is_capturing(cudaStream_t stream) {
  cudaStreamCaptureStatus status;
  cudaStreamIsCapturing(stream, &status);
  return status == cudaStreamCaptureStatusActive;
}

void wait_for_work(cudaStream_t handle) {
  Stream* stream = nullptr;
  {
    LAYER_ROTATION_STANDIN_LOCK;
    stream = find_stream(handle);
  }
  if (stream != nullptr) stream->worker.drain();
}

void note(const std::vector<Operand>& operands) {
  for (const auto& [tensor, access] : operands) note_access(bytes_of(tensor), extent(tensor), access);
}

void note_written(const std::vector<Fresh>& fresh) {
  for (const auto& [place, tensor] : fresh) note_access(bytes_of(tensor), extent(tensor), Access::kWrite);
}

/// Makes an error of the runtime LibTorch's, as its own launches do.
void check(cudaError_t error) { C10_CUDA_CHECK(error); }

void compute(const c10::OperatorHandle& operation, Stack* stack) {
  const c10::FunctionSchema& schema = operation.schema();
  const std::string name = schema.name();
  const std::vector<IValue> given(stack->end() - static_cast<std::ptrdiff_t>(schema.arguments().size()), stack->end());
  stack->erase(stack->end() - static_cast<std::ptrdiff_t>(given.size()), stack->end());
  const auto arguments = std::make_shared<const HostArguments>(schema, given);
  const cudaStream_t stream = c10::cuda::getCurrentCUDAStream();
  const bool is_captured = is_capturing(stream);
  check(loss_of_device());
  if (!is_captured) wait_for_work(stream);

  Stack results = arguments->values();
  {
    const Unchanged unchanged(is_captured ? arguments->operands() : std::vector<Operand>{});
    call(operation, results);
  }
  const DeviceResults brought(given, arguments->values(), results);
  const std::vector<Fresh> fresh = brought.fresh();
  if (is_captured) {
    if (brought.has_list())
      report_violation(name, "returns a list of tensors in a capture, which no replay makes again");
    // A node holds memory without owning it, as a graph does.
    std::vector<std::pair<size_t, at::Tensor>> targets;
    for (const auto& [result, tensor] : fresh) targets.emplace_back(result, on_host(tensor));
    check(enqueue(stream, name.c_str(), {WorkKind::kOperation, name, [operation, arguments, targets] {
                                           Stack again = arguments->values();
                                           call(operation, again);
                                           note(arguments->operands());
                                           for (const auto& [result, target] : targets) {
                                             store(target, again[result].toTensor());
                                             note_access(bytes_of(target), extent(target), Access::kWrite);
                                           }
                                         }}));
  } else {
    check(enqueue(stream, name.c_str(), {WorkKind::kOperation, name, [arguments, fresh] {
                                           note(arguments->operands());
                                           note_written(fresh);
                                         }}));
    wait_for_work(stream);
  }
  for (IValue& result : results) stack->push_back(std::move(result));
}

/// copy_ between devices of two kinds is a copy of memory, on one device an operation.
void copy(const c10::OperatorHandle& operation, Stack* stack) {
  const auto end = stack->end();
  const at::Tensor to = (end - 3)->toTensor(), from = (end - 2)->toTensor();
  const bool is_non_blocking = (end - 1)->toBool();
  if (to.is_cuda() && from.is_cuda()) return compute(operation, stack);
  const cudaStream_t stream = c10::cuda::getCurrentCUDAStream();
  const bool is_late = is_non_blocking && (to.is_cuda() ? from : to).is_pinned();
  if (is_capturing(stream) && !is_late) report_violation("copy_", "waits for the device in a capture");
  check(enqueue(stream, "copy_", {WorkKind::kCopy, "copy_", [to = on_host(to), from = on_host(from)] {
                                    const at::AutoDispatchBelowAutograd below;
                                    note_access(bytes_of(from), extent(from), Access::kRead);
                                    note_access(bytes_of(to), extent(to), Access::kWrite);
                                    to.copy_(from);
                                  }}));
  if (!is_late) check(cudaStreamSynchronize(stream));
  stack->erase(end - 3, end);
  stack->push_back(to);
}

/// Operations that LibTorch's own code for CUDA tensors does: it makes memory, looks at it in another way, or copies
/// it.
const std::set<std::string>& kept() {
  static const auto& names = *new std::set<std::string>{"aten::empty",
                                                        "aten::empty_strided",
                                                        "aten::view",
                                                        "aten::as_strided",
                                                        "aten::_reshape_alias",
                                                        "aten::unfold",
                                                        "aten::set_",
                                                        "aten::resize_",
                                                        "aten::record_stream",
                                                        "aten::pin_memory",
                                                        "aten::_pin_memory",
                                                        "aten::is_pinned",
                                                        "aten::is_set_to",
                                                        "aten::_local_scalar_dense",
                                                        "aten::view_as_real",
                                                        "aten::view_as_complex",
                                                        "aten::_has_compatible_shallow_copy_type",
                                                        "aten::_copy_from",
                                                        "aten::_copy_from_and_resize",
                                                        "aten::_efficientzerotensor",
                                                        "aten::_lazy_clone"};
  return names;
}

/// Registers compute() for every operation that has kernels for both devices, while it lives.
class Replaced {
 public:
  Replaced() {
    const Silent silent;
    c10::Dispatcher& dispatcher = c10::Dispatcher::singleton();
    for (const c10::OperatorName& name : dispatcher.getAllOpNames()) {
      const auto operation = dispatcher.findSchema(name);
      if (operation && name.name.starts_with("aten::") && is_replaced(*operation, name.name)) add<&compute>(name);
    }
    add<&copy>({"aten::copy_", ""});
    // Batch norms take the operations that are replaced.
    at::globalContext().setUserEnabledCuDNN(false);
  }

 private:
  /// LibTorch warns of each kernel that is replaced.
  struct Silent : c10::WarningHandler {
    Silent() { c10::WarningUtils::set_warning_handler(this); }
    ~Silent() { c10::WarningUtils::set_warning_handler(nullptr); }
    void process(const c10::Warning&) override {}
  };

  static bool is_replaced(const c10::OperatorHandle& operation, const std::string& name) {
    if (kept().contains(name)) return false;
    // Their own code chooses a library.
    if (name == "aten::convolution" || name == "aten::convolution_backward") return true;
    return operation.hasKernelForDispatchKey(c10::DispatchKey::CUDA) &&
           operation.hasKernelForDispatchKey(c10::DispatchKey::CPU);
  }

  template <auto* kFunction>
  void add(const c10::OperatorName& name) {
    registered_.push_back(c10::Dispatcher::singleton().registerImpl(
        name, c10::DispatchKey::CUDA, c10::KernelFunction::makeFromBoxedFunction<kFunction>(), std::nullopt, nullptr,
        "stand-in"));
  }

  std::vector<c10::RegistrationHandleRAII> registered_;
};

// Never destroyed: LibTorch may still compute while the process ends.
[[maybe_unused]] const Replaced& replaced = *new Replaced;

}  // namespace
}  // namespace standin
