#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <vector>

#include "program.h"

namespace layer_rotation {

/// Runs a graph by calls of LibTorch's dispatcher: autograd, autocast and the device's kernels take part as they do in
/// PyTorch. Kernels of this package compute convolutions, batch norms and sums on the CPU where they take the
/// arguments.
class Interpreter {
 public:
  /// Constants move to `device`; tensors of `tensors` are those of the program, by index. `name`: the graph, for
  /// errors.
  Interpreter(std::string name, GraphSpec spec, std::vector<at::Tensor> tensors, at::Device device);

  /// `examples`: fp32 or int64 [batch, …]. Throws Error INVALID_FILE, which names the node and its operator, if an
  /// operator refuses its arguments or fails otherwise; errors of memory and of the device are thrown as they are.
  at::Tensor run(const at::Tensor& examples);

  bool is_random() const { return spec_.is_random; }

 private:
  using Values = std::vector<c10::IValue>;

  c10::IValue value_of(const Operand& operand, const Values& values) const;
  void perform(const Instruction& instruction, Values& values) const;
  void call(const Instruction& instruction, Values& values) const;
  static void calculate(const Instruction& instruction, Values& values);

  std::string name_;
  GraphSpec spec_;
  std::vector<at::Tensor> tensors_;
  at::Device device_;
  /// True once the arguments of all instructions have had the types of the operators' schemas, which never change.
  bool is_checked_ = false;
};

}  // namespace layer_rotation
