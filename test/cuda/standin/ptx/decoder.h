#pragma once

#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "module_memory.h"
#include "program.h"
#include "source.h"

namespace standin::ptx {

/// An instruction, or a form of it, that the interpreter does not have.
struct Unsupported : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Makes a Program of a kernel's statements. Device functions become part of it where they are called: their parameters
/// lie in local memory, their registers beside those of the kernel.
class Decoder {
 public:
  Decoder(const Source& source, std::shared_ptr<const ModuleMemory> memory) : source_(source) {
    program_.memory = std::move(memory);
  }

  /// Throws Unsupported with the instruction.
  Program decode(const Function& kernel);

  // For the decoders of single instructions, which see one statement at a time:

  const Statement& statement() const { return *statement_; }
  /// The name of the instruction, without its modifiers.
  const std::string& opcode() const { return statement_->parts[0]; }
  bool has(std::string_view modifier) const;
  /// The types among the modifiers, in their order.
  Type type(size_t k = 0) const;
  size_t types() const;
  size_t operands() const { return statement_->operands.size(); }
  const Operand& operand(size_t k) const;

  /// The offset of a register, or of a constant in its place, that an operand of `type` names.
  uint32_t source(const Operand& o, Type type);
  uint32_t source(size_t k, Type type) { return source(operand(k), type); }
  /// The same for a predicate; `negated` tells of a `!` before it.
  uint32_t predicate(const Operand& o, bool& negated);
  /// The offset of the register that an operand of `type` writes; a new one for `_`.
  uint32_t target(const Operand& o, Type type);
  uint32_t target(size_t k, Type type) { return target(operand(k), type); }
  /// Bits of the register that an operand names; of 32 bits or of `type` for a number.
  unsigned register_bits(const Operand& o, Type type) const;
  /// Sets `a`, `wide_address` and `immediate` of an instruction from `[register+offset]`.
  void address(const Operand& o, Instruction& i);
  /// The offset among the kernel's parameters of an address that names one.
  std::optional<size_t> parameter(const Operand& o) const;
  size_t parameter_bytes() const { return program_.parameter_bytes; }
  uint32_t new_register(unsigned bits);
  uint32_t constant(unsigned bits, uint64_t value);
  /// The predicate register in which add.cc leaves its carries.
  uint32_t carry();
  /// A list of operands of one type.
  void list(const std::vector<Operand>& elements, Type type, bool write, Instruction& i);
  /// The value of a number that must be known now.
  uint64_t literal(size_t k, Type type) const;

  /// An instruction with the modifiers and the guard of the statement.
  Instruction instruction(Handler run) const;
  void emit(Instruction i);

  [[noreturn]] void refuse(const std::string& why = "is not supported") const;

 private:
  struct Symbol {
    enum Kind { kRegister, kAddress } kind;
    Type type;
    uint64_t value;
  };
  using Scope = std::map<std::string, Symbol, std::less<>>;
  /// One copy of a function's body.
  struct Instance {
    explicit Instance(const Function& f) : function(&f) {}

    const Function* function;
    std::map<std::string, uint32_t, std::less<>> labels;
    std::map<std::string, const Statement*, std::less<>> tables;
    /// Positions of branches, and of the entries of their tables in Program::lists, that wait for a label.
    std::vector<std::pair<uint32_t, std::string>> branches;
    std::vector<std::pair<uint32_t, std::string>> entries;
    std::vector<uint32_t> returns;
  };

  void body(Instance& instance);
  void declare(const Variable& variable);
  void decode_statement(Instance& instance, const Statement& s);
  void branch(Instance& instance);
  void indexed_branch(Instance& instance);
  void call();
  void resolve(const Instance& instance);
  const Symbol* find(std::string_view name) const;
  Symbol module_symbol(const std::string& name);
  std::optional<uint32_t> special(std::string_view name);
  uint64_t shared(const Variable& variable);
  uint64_t local(const Variable& variable);

  const Source& source_;
  Program program_;
  const Statement* statement_ = nullptr;
  std::vector<Scope> scopes_;
  /// The functions whose bodies are being decoded, each called by the one before it.
  std::vector<const Function*> calls_;
  std::map<std::pair<unsigned, uint64_t>, uint32_t> constants_;
  std::map<std::string, uint32_t, std::less<>> specials_;
  std::map<std::string, uint64_t, std::less<>> module_shared_;
  std::optional<uint32_t> carry_;
  /// Constants, by their bits, with the address of dynamic shared memory, which begins where all static memory ends.
  std::map<unsigned, uint32_t> dynamic_shared_;
};

/// Decodes one instruction with a decoder.
using DecodeInstruction = void (*)(Decoder&);
/// The decoder of an opcode, or nullptr.
DecodeInstruction decoder_of(std::string_view opcode);

// The place where the addresses of another state space begin among the generic ones. Addresses of host memory lie
// below.
constexpr uint64_t kSharedWindow = uint64_t{1} << 60;
constexpr uint64_t kLocalWindow = uint64_t{2} << 60;
constexpr uint64_t kParamWindow = uint64_t{3} << 60;

}  // namespace standin::ptx
