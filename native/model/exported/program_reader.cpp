#include "program_reader.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/from_blob.h>
#include <torch/version.h>

#include <limits>
#include <map>

#include "../../arguments/argument.h"

namespace layer_rotation {
namespace {

constexpr int32_t kMostValues = 1 << 24;
constexpr auto kArithmetic = "integer::";

at::ScalarType read_type(const Argument& type) {
  return type.one_of<at::ScalarType>({{"U8", at::kByte},
                                      {"I8", at::kChar},
                                      {"I16", at::kShort},
                                      {"I32", at::kInt},
                                      {"I64", at::kLong},
                                      {"F16", at::kHalf},
                                      {"BF16", at::kBFloat16},
                                      {"F32", at::kFloat},
                                      {"F64", at::kDouble},
                                      {"BOOL", at::kBool}});
}

int64_t read_integer(const Argument& integer) {
  // The largest integer, which slices to the end have, is none of JavaScript's.
  return integer.is_nullish() ? std::numeric_limits<int64_t>::max() : integer.integer(-kLargestInteger);
}

std::vector<ProgramTensor> read_tensors(const Argument& tensors) {
  std::vector<ProgramTensor> result;
  for (const Argument& tensor : tensors.elements()) {
    ProgramTensor one{tensor["name"].string(),
                      tensor["layer"].string(),
                      tensor["kind"].one_of<bool>({{"parameter", true}, {"buffer", false}}),
                      tensor["shape"].shape(),
                      tensor["data"].float32_array(),
                      std::nullopt};
    if (c10::multiply_integers(one.shape) != static_cast<int64_t>(one.values.size())) {
      tensor["data"].fail("as many numbers as the shape " + c10::str(at::IntArrayRef(one.shape)) + " has");
    }
    if (!one.layer.empty() && (!one.is_parameter || one.shape.size() < 2)) {
      tensor["layer"].fail("a layer for parameters of two and more dimensions only");
    }
    if (!tensor["init"].is_nullish()) one.init = read_initializer(tensor["init"]);
    result.push_back(std::move(one));
  }
  return result;
}

at::Tensor read_constant(const Argument& constant) {
  const at::ScalarType type = read_type(constant["type"]);
  const std::vector<int64_t> shape = constant["shape"].shape();
  std::vector<uint8_t> bytes = constant["data"].uint8_array();
  if (c10::multiply_integers(shape) * static_cast<int64_t>(c10::elementSize(type)) !=
      static_cast<int64_t>(bytes.size())) {
    constant["data"].fail("as many bytes as the shape " + c10::str(at::IntArrayRef(shape)) + " needs");
  }
  return at::from_blob(bytes.data(), shape, at::dtype(type)).clone();
}

/// Reads one graph, and keeps track of the values that are there.
class GraphReader {
 public:
  GraphReader(const Argument& graph, size_t tensors) : graph_(graph), tensor_count_(tensors) {
    spec_.values = static_cast<int32_t>(graph["values"].integer(1, kMostValues));
    is_made_.resize(spec_.values);
  }

  GraphSpec read() {
    spec_.examples = made(graph_["examples"]);
    for (const Argument& tensor : graph_["tensors"].elements()) {
      const int32_t value = made(tensor["value"]);
      spec_.tensors.emplace_back(value, tensor["tensor"].integer(0, static_cast<int64_t>(tensor_count_) - 1));
    }
    for (const Argument& constant : graph_["constants"].elements()) {
      const int32_t value = made(constant["value"]);
      spec_.constants.emplace_back(value, read_constant(constant));
    }
    inputs_ = is_made_;
    for (const Argument& node : graph_["nodes"].elements()) spec_.instructions.push_back(read_node(node));
    spec_.output = used(graph_["output"]);
    spec_.is_random = graph_["isRandom"].boolean();
    return std::move(spec_);
  }

 private:
  int32_t read_value(const Argument& value, int64_t low) const {
    return static_cast<int32_t>(value.integer(low, spec_.values - 1));
  }

  int32_t made(const Argument& value) {
    const int32_t place = read_value(value, 0);
    if (is_made_[place]) value.fail("a value that nothing has made yet");
    is_made_[place] = true;
    return place;
  }

  int32_t used(const Argument& value) const {
    const int32_t place = read_value(value, 0);
    if (!is_made_[place]) value.fail("a value that was made before and not released");
    return place;
  }

  Instruction read_node(const Argument& node) {
    Instruction instruction;
    const std::string name = node["operator"].string(), overload = node["overload"].string();
    instruction.name = overload.empty() ? name : name + "." + overload;
    instruction.node = node["name"].string();
    if (name.starts_with(kArithmetic)) {
      read_arithmetic(node, instruction);
    } else {
      instruction.op = c10::Dispatcher::singleton().findSchema({name, overload});
      if (!instruction.op) {
        node["operator"].fail("an operator of LibTorch " TORCH_VERSION " (found " + instruction.name +
                              ", which it does not have)");
      }
      read_operands(node, instruction);
    }
    instruction.is_list = node["isList"].boolean();
    for (const Argument& result : node["results"].elements()) {
      instruction.results.push_back(read_value(result, -1) < 0 ? -1 : made(result));
    }
    for (const Argument& release : node["releases"].elements()) {
      const int32_t value = used(release);
      if (inputs_[value]) release.fail("a value that an instruction has made");
      is_made_[value] = false;
      instruction.releases.push_back(value);
    }
    return instruction;
  }

  void read_arithmetic(const Argument& node, Instruction& instruction) const {
    const std::string name = node["operator"].string().substr(std::string(kArithmetic).size());
    const std::map<std::string, Arithmetic> known{
        {"add", Arithmetic::kAdd},      {"sub", Arithmetic::kSubtract},
        {"mul", Arithmetic::kMultiply}, {"floordiv", Arithmetic::kFloorDivide},
        {"mod", Arithmetic::kModulo},   {"neg", Arithmetic::kNegate}};
    const auto found = known.find(name);
    if (found == known.end()) node["operator"].fail("integer::add, sub, mul, floordiv, mod or neg");
    instruction.arithmetic = found->second;
    for (const Argument& argument : node["arguments"].elements()) {
      instruction.operands.push_back(read_operand(argument, *c10::IntType::get()));
    }
    const size_t expected = found->second == Arithmetic::kNegate ? 1 : 2;
    if (instruction.operands.size() != expected) node["arguments"].fail("as many arguments as the operator takes");
    if (node["results"].elements().size() != 1) node["results"].fail("one result");
  }

  void read_operands(const Argument& node, Instruction& instruction) const {
    const c10::FunctionSchema& schema = instruction.op->schema();
    std::map<std::string, Argument> given;
    for (const Argument& argument : node["arguments"].elements()) {
      given.insert_or_assign(argument["name"].string(), argument);
    }
    for (const c10::Argument& wanted : schema.arguments()) {
      const auto found = given.find(wanted.name());
      if (found != given.end()) {
        require_code(found->second, *wanted.real_type());
        instruction.operands.push_back(read_operand(found->second, *wanted.type()));
        // Exported on the CPU, it is false; cuDNN is the fastest on CUDA devices.
        if (wanted.name() == "cudnn_enabled") instruction.operands.back().constant = true;
        given.erase(found);
      } else if (wanted.default_value()) {
        instruction.operands.push_back({Operand::Kind::kConstant, *wanted.default_value(), {}, {}, false});
      } else {
        node["arguments"].fail("the argument " + wanted.name() + " of " + instruction.name);
      }
    }
    if (!given.empty()) given.begin()->second["name"].fail("an argument of " + instruction.name);
  }

  /// Types, formats and layouts are numbers to the dispatcher, and most numbers are none of them, which no operator
  /// checks.
  static void require_code(const Argument& argument, const c10::Type& type) {
    const std::string kind = argument["kind"].string();
    if (kind == "none") return;
    if (is_of(type, c10::TypeKind::ScalarTypeType) && kind != "type") argument["kind"].fail("type or none");
    if (is_of(type, c10::TypeKind::MemoryFormatType) && kind != "memoryFormat") {
      argument["kind"].fail("memoryFormat or none");
    }
    if (is_of(type, c10::TypeKind::LayoutType)) argument["kind"].fail("none");
  }

  std::vector<int32_t> read_values(const Argument& values, int64_t low) const {
    std::vector<int32_t> result;
    for (const Argument& value : values.elements()) {
      result.push_back(read_value(value, low) < 0 ? -1 : used(value));
    }
    return result;
  }

  template <class Element, class Read>
  static Operand constant_list(const Argument& list, const Read& read) {
    c10::List<Element> values;
    for (const Argument& one : list.elements()) values.push_back(read(one));
    return {Operand::Kind::kConstant, values, {}, {}, false};
  }

  Operand read_operand(const Argument& argument, const c10::Type& type) const {
    enum class Given {
      kNone,
      kDevice,
      kValue,
      kValues,
      kOptionalValues,
      kInteger,
      kIntegers,
      kFloat,
      kFloats,
      kBoolean,
      kBooleans,
      kString,
      kType,
      kMemoryFormat
    };
    const auto kind = argument["kind"].one_of<Given>({{"none", Given::kNone},
                                                      {"device", Given::kDevice},
                                                      {"value", Given::kValue},
                                                      {"values", Given::kValues},
                                                      {"optionalValues", Given::kOptionalValues},
                                                      {"integer", Given::kInteger},
                                                      {"integers", Given::kIntegers},
                                                      {"float", Given::kFloat},
                                                      {"floats", Given::kFloats},
                                                      {"boolean", Given::kBoolean},
                                                      {"booleans", Given::kBooleans},
                                                      {"string", Given::kString},
                                                      {"type", Given::kType},
                                                      {"memoryFormat", Given::kMemoryFormat}});
    const bool is_tensor = is_of(type, c10::TypeKind::TensorType);
    const auto constant = [&](c10::IValue value) {
      return Operand{Operand::Kind::kConstant, std::move(value), {}, {}, is_tensor};
    };
    switch (kind) {
      case Given::kNone: return constant({});
      case Given::kDevice: return {Operand::Kind::kDevice, {}, {}, {}, false};
      case Given::kValue: return {Operand::Kind::kValue, {}, {used(argument["value"])}, {}, is_tensor};
      case Given::kValues:
        // Exporters write a list without a none as one of tensors, whatever the operator takes.
        return {takes_optional_tensors(type) ? Operand::Kind::kOptionalTensors : Operand::Kind::kTensors,
                {},
                read_values(argument["values"], 0),
                {},
                false};
      case Given::kOptionalValues:
        return {Operand::Kind::kOptionalTensors, {}, read_values(argument["values"], -1), {}, false};
      case Given::kInteger: {
        const int64_t integer = read_integer(argument["integer"]);
        if (is_of(type, c10::TypeKind::FloatType)) return constant(static_cast<double>(integer));
        if (is_of(type, c10::TypeKind::ListType)) return constant(c10::List<int64_t>({integer}));
        return constant(integer);
      }
      case Given::kIntegers: return read_integers(argument["integers"]);
      case Given::kFloat: return constant(argument["float"].number());
      case Given::kFloats:
        return constant_list<double>(argument["floats"], [](const Argument& one) { return one.number(); });
      case Given::kBoolean: return constant(argument["boolean"].boolean());
      case Given::kBooleans:
        return constant_list<bool>(argument["booleans"], [](const Argument& one) { return one.boolean(); });
      case Given::kString: return constant(argument["string"].string());
      case Given::kType: return constant(static_cast<int64_t>(read_type(argument["type"])));
      case Given::kMemoryFormat:
        return constant(static_cast<int64_t>(
            argument["format"].one_of<at::MemoryFormat>({{"contiguous", at::MemoryFormat::Contiguous},
                                                         {"channelsLast", at::MemoryFormat::ChannelsLast},
                                                         {"channelsLast3d", at::MemoryFormat::ChannelsLast3d},
                                                         {"preserve", at::MemoryFormat::Preserve}})));
    }
    argument.fail("a kind of argument");
  }

  Operand read_integers(const Argument& integers) const {
    Operand operand{Operand::Kind::kIntegers, {}, {}, {}, false};
    bool is_constant = true;
    for (const Argument& one : integers.elements()) {
      const Argument value = one["value"];
      is_constant &= value.is_nullish();
      operand.values.push_back(value.is_nullish() ? -1 : used(value));
      operand.integers.push_back(value.is_nullish() ? read_integer(one["integer"]) : 0);
    }
    if (!is_constant) return operand;
    return {Operand::Kind::kConstant, c10::List<int64_t>(at::IntArrayRef(operand.integers)), {}, {}, false};
  }

  static bool takes_optional_tensors(const c10::Type& type) {
    return type.kind() == c10::TypeKind::ListType &&
           type.castRaw<c10::ListType>()->getElementType()->kind() == c10::TypeKind::OptionalType;
  }

  /// Returns whether a type is of a kind, or is an optional one of it.
  static bool is_of(const c10::Type& type, c10::TypeKind kind) {
    if (type.kind() != c10::TypeKind::OptionalType) return type.kind() == kind;
    return type.castRaw<c10::OptionalType>()->getElementType()->kind() == kind;
  }

  const Argument& graph_;
  size_t tensor_count_;
  GraphSpec spec_;
  std::vector<bool> is_made_;  ///< values that can be used
  std::vector<bool> inputs_;   ///< values that are there before the first instruction
};

}  // namespace

ProgramSpec read_program(const Argument& layer) {
  const Argument program = layer["program"];
  ProgramSpec spec;
  spec.file = layer["file"].string();
  spec.tensors = read_tensors(program["tensors"]);
  spec.takes_tokens = layer["inputType"].one_of<bool>({{"tokens", true}, {"numbers", false}});
  spec.output_shape = layer["output"].shape();
  const Argument training = program["training"], evaluation = program["evaluation"];
  spec.training = GraphReader(training, spec.tensors.size()).read();
  spec.evaluation = GraphReader(evaluation, spec.tensors.size()).read();
  return spec;
}

}  // namespace layer_rotation
