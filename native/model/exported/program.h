#pragma once

#include <ATen/core/Tensor.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "../initializer.h"

namespace layer_rotation {

/// A parameter or buffer of an exported network.
struct ProgramTensor {
  std::string name;   ///< in full, as in PyTorch's state_dict
  std::string layer;  ///< the name of the layer whose weight it is; empty for any other tensor
  bool is_parameter = false;
  std::vector<int64_t> shape;
  std::vector<float> values;            ///< row-major
  std::optional<InitializerSpec> init;  ///< the distribution of the initial values instead of `values`
};

/// An argument of an instruction: a constant, or made of values of the graph when the instruction runs.
struct Operand {
  enum class Kind {
    kConstant,         ///< `constant`
    kDevice,           ///< the network's device
    kValue,            ///< the first of `values`
    kTensors,          ///< a list of `values`
    kOptionalTensors,  ///< a list of `values`, in which -1 stands for none
    kIntegers,         ///< a list of integers: `values`, or `integers` where those are -1
  };
  Kind kind = Kind::kConstant;
  c10::IValue constant;
  std::vector<int32_t> values;
  std::vector<int64_t> integers;
  bool is_tensor = false;  ///< a number becomes a tensor, as in PyTorch's dispatch
};

/// Arithmetic on sizes, which needs no operator of LibTorch.
enum class Arithmetic { kAdd, kSubtract, kMultiply, kFloorDivide, kModulo, kNegate };

/// A kernel of this package that computes an instruction on the CPU in place of LibTorch's operator: conv_cpu.h,
/// batch_norm_cpu.h, max_pool_cpu.h, or, with a ReLU, add_relu_cpu.h.
/// kOtherConvolution changes the arguments alone, as visited_pixels.h says.
enum class OwnKernel { kNone, kConvolution, kOtherConvolution, kBatchNorm, kMaxPool, kAddRelu };

/// A node of a graph.
struct Instruction {
  std::optional<c10::OperatorHandle> op;  ///< null for arithmetic
  /// The form of `op` that may write the result over the first argument; null where it must not.
  std::optional<c10::OperatorHandle> overwriting;
  OwnKernel kernel = OwnKernel::kNone;
  bool then_relu = false;                    ///< the result is that of a ReLU behind the operator
  Arithmetic arithmetic = Arithmetic::kAdd;  ///< without `op`
  std::string name;                          ///< of the operator, for errors
  std::string node;                          ///< the first value that it makes in the file, for errors
  std::vector<Operand> operands;             ///< in the order of the operator's schema, defaults filled in
  std::vector<int32_t> results;              ///< -1 for those that nothing uses
  bool is_list = false;                      ///< the results are the elements of one list
  std::vector<int32_t> releases;             ///< the values that no later instruction uses
};

/// A graph of an exported network. Its values are numbered.
struct GraphSpec {
  int32_t values = 0;
  int32_t examples = 0;
  int32_t output = 0;
  bool is_random = false;                           ///< an operator draws random numbers
  std::vector<std::pair<int32_t, size_t>> tensors;  ///< values that are tensors of the program, by their index
  std::vector<std::pair<int32_t, at::Tensor>> constants;
  std::vector<Instruction> instructions;
};

/// The settings of the type 'exported' in src/model/layers.ts: `Program` in src/native/contract.ts.
struct ProgramSpec {
  std::string file;  ///< the path of the file, for errors
  std::vector<ProgramTensor> tensors;
  bool takes_tokens = false;  ///< the examples are int64 token ids, otherwise fp32 numbers
  std::vector<int64_t> output_shape;
  GraphSpec training, evaluation;
};

}  // namespace layer_rotation
