#include "interpreter.h"

#include <ATen/ScalarOps.h>
#include <ATen/TensorOperators.h>
#include <c10/util/Exception.h>

#include <utility>

#include "../../error.h"
#include "overwriting.h"

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
  switch (arithmetic) {
    case Arithmetic::kAdd: return a + b;
    case Arithmetic::kSubtract: return a - b;
    case Arithmetic::kMultiply: return a * b;
    case Arithmetic::kNegate: return -a;
    case Arithmetic::kFloorDivide:
    case Arithmetic::kModulo: break;
  }
  if (b == 0) throw Error("INVALID_CONFIG", "an exported network divides a size by 0");
  return arithmetic == Arithmetic::kModulo ? a - b * floor_divide(a, b) : floor_divide(a, b);
}

}  // namespace

Interpreter::Interpreter(GraphSpec spec, std::vector<at::Tensor> tensors, at::Device device)
    : spec_(std::move(spec)), tensors_(std::move(tensors)), device_(device) {
  for (auto& [value, constant] : spec_.constants) constant = constant.to(device);
  find_overwriting(spec_);
}

at::Tensor Interpreter::run(const at::Tensor& examples) {
  Values values(spec_.values);
  values[spec_.examples] = examples;
  for (const auto& [value, tensor] : spec_.tensors) values[value] = tensors_[tensor];
  for (const auto& [value, constant] : spec_.constants) values[value] = constant;
  for (const Instruction& instruction : spec_.instructions) {
    if (instruction.op) {
      call(instruction, !is_checked_, values);
    } else {
      calculate(instruction, values);
    }
    for (const int32_t value : instruction.releases) values[value] = {};
  }
  is_checked_ = true;
  return values[spec_.output].toTensor();
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

void Interpreter::call(const Instruction& instruction, bool check, Values& values) const {
  try {
    torch::jit::Stack stack;
    stack.reserve(instruction.operands.size());
    for (const Operand& operand : instruction.operands) stack.push_back(value_of(operand, values));
    if (check) instruction.op->schema().checkAndNormalizeInputs(stack);
    const bool overwrites = instruction.overwriting && can_overwrite(stack);
    (overwrites ? instruction.overwriting : instruction.op)->callBoxed(stack);
    if (instruction.is_list) {
      TORCH_CHECK(stack.size() == 1 && stack.front().isTensorList(), "expected a list of tensors");
      const std::vector<at::Tensor> list = stack.front().toTensorVector();
      stack.assign(list.begin(), list.end());
    }
    TORCH_CHECK(stack.size() == instruction.results.size(), "expected ", instruction.results.size(), " results");
    for (size_t i = 0; i < stack.size(); ++i) {
      if (instruction.results[i] >= 0) values[instruction.results[i]] = std::move(stack[i]);
    }
  } catch (c10::Error& error) {
    error.add_context("in " + instruction.name + " of the exported network");
    throw;
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
