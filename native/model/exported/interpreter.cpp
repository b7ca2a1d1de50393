#include "interpreter.h"

#include <ATen/ScalarOps.h>
#include <ATen/TensorOperators.h>
#include <ATen/ops/relu.h>
#include <c10/util/Exception.h>

#include <new>
#include <utility>

#include "../../device/device_failure.h"
#include "../../error.h"
#include "overwriting.h"
#include "own_kernels.h"

namespace layer_rotation {
namespace {

/// A number where an operator takes a tensor. As in PyTorch it does not decide the type of the result.
at::Tensor wrapped(const at::Scalar& number) {
  at::Tensor tensor = c10::scalar_to_tensor(number);
  tensor.unsafeGetTensorImpl()->set_wrapped_number(true);
  return tensor;
}

int64_t floor_divide(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

int64_t calculated(Arithmetic arithmetic, int64_t a, int64_t b) {
  int64_t result = 0;
  bool overflows = false;
  switch (arithmetic) {
    case Arithmetic::kAdd: overflows = __builtin_add_overflow(a, b, &result); break;
    case Arithmetic::kSubtract: overflows = __builtin_sub_overflow(a, b, &result); break;
    case Arithmetic::kMultiply: overflows = __builtin_mul_overflow(a, b, &result); break;
    case Arithmetic::kNegate: overflows = __builtin_sub_overflow(int64_t{0}, a, &result); break;
    case Arithmetic::kFloorDivide:
    case Arithmetic::kModulo:
      TORCH_CHECK(b != 0, "it divides a size by 0");
      // The processor cannot divide the smallest integer by -1.
      if (b == -1) {
        if (arithmetic == Arithmetic::kFloorDivide) overflows = __builtin_sub_overflow(int64_t{0}, a, &result);
      } else {
        result = arithmetic == Arithmetic::kFloorDivide ? floor_divide(a, b) : a - b * floor_divide(a, b);
      }
  }
  TORCH_CHECK(!overflows, "its size takes more than 64 bits");
  return result;
}

}  // namespace

Interpreter::Interpreter(std::string name, GraphSpec spec, std::vector<at::Tensor> tensors, at::Device device)
    : name_(std::move(name)), spec_(std::move(spec)), tensors_(std::move(tensors)), device_(device) {
  for (auto& [value, constant] : spec_.constants) constant = constant.to(device);
  find_own_kernels(spec_);
  find_overwriting(spec_);
}

at::Tensor Interpreter::run(const at::Tensor& examples) {
  Values values(spec_.values);
  values[spec_.examples] = examples;
  for (const auto& [value, tensor] : spec_.tensors) values[value] = tensors_[tensor];
  for (const auto& [value, constant] : spec_.constants) values[value] = constant;
  for (const Instruction& instruction : spec_.instructions) {
    perform(instruction, values);
    for (const int32_t value : instruction.releases) values[value] = {};
  }
  is_checked_ = true;
  if (!values[spec_.output].isTensor()) throw Error("INVALID_FILE", name_ + " gives no tensor");
  return values[spec_.output].toTensor();
}

void Interpreter::perform(const Instruction& instruction, Values& values) const {
  const auto fail = [&](const char* message) {
    const std::string node = instruction.node.empty() ? instruction.name : instruction.node + ", " + instruction.name;
    throw Error("INVALID_FILE", name_ + " fails at " + node + ": " + first_line(message));
  };
  try {
    instruction.op ? call(instruction, values) : calculate(instruction, values);
  } catch (const c10::Error& error) {
    if (is_device_failure(error)) throw;
    fail(error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    fail(error.what());  // such as one of oneDNN
  }
}

c10::IValue Interpreter::value_of(const Operand& operand, const Values& values) const {
  switch (operand.kind) {
    case Operand::Kind::kConstant:
      if (operand.is_tensor && operand.constant.isScalar()) return wrapped(operand.constant.toScalar());
      return operand.constant;
    case Operand::Kind::kDevice: return device_;
    case Operand::Kind::kValue: {
      const c10::IValue& value = values[operand.values.front()];
      return operand.is_tensor && value.isScalar() ? c10::IValue(wrapped(value.toScalar())) : value;
    }
    case Operand::Kind::kTensors: {
      c10::List<at::Tensor> list;
      for (const int32_t value : operand.values) list.push_back(values[value].toTensor());
      return list;
    }
    case Operand::Kind::kOptionalTensors: {
      c10::List<std::optional<at::Tensor>> list;
      for (const int32_t value : operand.values) {
        list.push_back(value < 0 ? std::nullopt : std::optional(values[value].toTensor()));
      }
      return list;
    }
    case Operand::Kind::kIntegers: {
      c10::List<int64_t> list;
      for (size_t i = 0; i < operand.values.size(); ++i) {
        const int32_t value = operand.values[i];
        list.push_back(value < 0 ? operand.integers[i] : values[value].toInt());
      }
      return list;
    }
  }
  return {};
}

void Interpreter::call(const Instruction& instruction, Values& values) const {
  torch::jit::Stack stack;
  stack.reserve(instruction.operands.size());
  for (const Operand& operand : instruction.operands) stack.push_back(value_of(operand, values));
  if (!is_checked_) instruction.op->schema().checkAndNormalizeInputs(stack);
  if (!run_own_kernel(instruction, stack)) {
    const bool overwrites = instruction.overwriting && can_overwrite(stack);
    (overwrites ? instruction.overwriting : instruction.op)->callBoxed(stack);
    if (instruction.then_relu) at::relu_(stack.front().toTensor());
  }
  if (instruction.is_list) {
    TORCH_CHECK(stack.size() == 1 && stack.front().isTensorList(), "expected a list of tensors");
    const std::vector<at::Tensor> list = stack.front().toTensorVector();
    stack.assign(list.begin(), list.end());
  }
  TORCH_CHECK(stack.size() == instruction.results.size(), "expected ", instruction.results.size(), " results");
  for (size_t i = 0; i < stack.size(); ++i) {
    if (instruction.results[i] >= 0) values[instruction.results[i]] = std::move(stack[i]);
  }
}

void Interpreter::calculate(const Instruction& instruction, Values& values) {
  const auto integer = [&](size_t place) {
    const Operand& operand = instruction.operands[place];
    return (operand.kind == Operand::Kind::kValue ? values[operand.values.front()] : operand.constant).toInt();
  };
  const int64_t b = instruction.operands.size() > 1 ? integer(1) : 0;
  values[instruction.results.front()] = calculated(instruction.arithmetic, integer(0), b);
}

}  // namespace layer_rotation
