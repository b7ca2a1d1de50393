#include "decoder.h"

#include <algorithm>

#include "number.h"
#include "warp.h"

namespace standin::ptx {

namespace {

size_t aligned(size_t offset, size_t alignment) { return (offset + alignment - 1) / alignment * alignment; }

const std::map<std::string_view, std::pair<Special, unsigned>>& special_registers() {
  // Never destroyed, as all tables that threads may still use while the process ends.
  static const auto& kRegisters = *new std::map<std::string_view, std::pair<Special, unsigned>>{
      {"%tid.x", {Special::kThread, 32}},
      {"%ntid.x", {Special::kThreads, 32}},
      {"%ctaid.x", {Special::kBlock, 32}},
      {"%nctaid.x", {Special::kBlocks, 32}},
      {"%laneid", {Special::kLane, 32}},
      {"%warpid", {Special::kWarp, 32}},
      {"%nwarpid", {Special::kWarps, 32}},
      {"%lanemask_lt", {Special::kLanesBelow, 32}},
      {"%lanemask_le", {Special::kLanesUpTo, 32}},
      {"%lanemask_gt", {Special::kLanesAbove, 32}},
      {"%lanemask_ge", {Special::kLanesFrom, 32}},
      {"%lanemask_eq", {Special::kLaneBit, 32}},
      {"%dynamic_smem_size", {Special::kDynamicShared, 32}},
      {"%total_smem_size", {Special::kAllShared, 32}},
  };
  return kRegisters;
}

/// The value of a special register that is the same in every launch of one dimension; nothing for other words.
std::optional<uint64_t> fixed_special(std::string_view name) {
  if (name == "WARP_SZ") return kLanes;
  if (name == "%tid.y" || name == "%tid.z" || name == "%ctaid.y" || name == "%ctaid.z") return 0;
  if (name == "%ntid.y" || name == "%ntid.z" || name == "%nctaid.y" || name == "%nctaid.z") return 1;
  return std::nullopt;
}

Rounding rounding_of(const Statement& s) {
  for (const std::string& part : s.parts) {
    if (part == "rz") return Rounding::kZero;
    if (part == "rm") return Rounding::kDown;
    if (part == "rp") return Rounding::kUp;
  }
  return Rounding::kNearest;
}

}  // namespace

Program Decoder::decode(const Function& kernel) {
  program_.name = kernel.name;
  program_.max_threads = kernel.max_threads;
  scopes_.emplace_back();
  for (const Variable& parameter : kernel.parameters) {
    const size_t offset = aligned(program_.parameter_bytes, parameter.alignment);
    scopes_.back()[parameter.name] = {Symbol::kAddress, {}, kParamWindow + offset};
    program_.parameters.push_back({offset, parameter.size});
    program_.parameter_bytes = offset + parameter.size;
  }
  Instance instance(kernel);
  calls_.push_back(&kernel);
  body(instance);
  // A body may end without ret.
  program_.texts.emplace_back("the end of the kernel");
  Instruction end;
  end.flow = Flow::kExit;
  emit(end);
  resolve(instance);
  // Dynamic shared memory follows all static memory, which is known only now.
  if (!dynamic_shared_.empty()) program_.static_shared = aligned(program_.static_shared, 16);
  for (const auto& [bits, offset] : dynamic_shared_) {
    program_.constants.push_back({offset, bits, program_.static_shared});
  }
  return std::move(program_);
}

void Decoder::body(Instance& instance) {
  for (const Statement& s : instance.function->body) {
    if (s.form == Statement::kTargets) instance.tables[s.parts[0]] = &s;
  }
  const Statement* outer = statement_;
  for (const Statement& s : instance.function->body) decode_statement(instance, s);
  statement_ = outer;
}

void Decoder::decode_statement(Instance& instance, const Statement& s) {
  statement_ = &s;
  switch (s.form) {
    case Statement::kBegin: scopes_.emplace_back(); return;
    case Statement::kEnd: scopes_.pop_back(); return;
    case Statement::kVariable: declare(s.variable); return;
    case Statement::kLabel: instance.labels[s.parts[0]] = static_cast<uint32_t>(program_.code.size()); return;
    case Statement::kTargets: return;
    case Statement::kInstruction: break;
  }
  program_.texts.push_back(s.text);
  if (opcode() == "bra") return branch(instance);
  if (opcode() == "brx") return indexed_branch(instance);
  if (opcode() == "call") return call();
  if (opcode() == "exit" || opcode() == "ret") {
    const bool returns = opcode() == "ret" && calls_.size() > 1;
    if (returns) instance.returns.push_back(static_cast<uint32_t>(program_.code.size()));
    Instruction i = instruction(nullptr);
    i.flow = returns ? Flow::kBranch : Flow::kExit;
    return emit(i);
  }
  const DecodeInstruction decode = decoder_of(opcode());
  if (!decode) refuse();
  decode(*this);
}

void Decoder::branch(Instance& instance) {
  instance.branches.emplace_back(program_.code.size(), operand(0).word);
  Instruction i = instruction(nullptr);
  i.flow = Flow::kBranch;
  emit(i);
}

void Decoder::indexed_branch(Instance& instance) {
  const auto table = instance.tables.find(operand(1).word);
  if (table == instance.tables.end()) refuse("names no list of targets");
  Instruction i = instruction(nullptr);
  i.flow = Flow::kIndexedBranch;
  i.a = source(0, {Type::kUnsigned, 32});
  i.list = static_cast<uint32_t>(program_.lists.size());
  i.list_size = static_cast<uint32_t>(table->second->operands.size());
  for (const Operand& label : table->second->operands) {
    instance.entries.emplace_back(program_.lists.size(), label.word);
    program_.lists.push_back(0);
  }
  emit(i);
}

void Decoder::call() {
  if (!statement_->guard.empty()) refuse("has a predicate, which is not supported for a call");
  const auto& operands = statement_->operands;
  const size_t name = !operands.empty() && operands[0].form == Operand::kList ? 1 : 0;
  const auto found = name < operands.size() ? source_.functions.find(operands[name].word) : source_.functions.end();
  if (found == source_.functions.end()) refuse("calls a function that is not in the module");
  const Function& f = found->second;
  if (std::find(calls_.begin(), calls_.end(), &f) != calls_.end()) refuse("calls a function that is running");
  if (!f.has_body) {
    // Failed assertions and printf have no body; most kernels never get there.
    return emit(instruction([](Warp& w, const Instruction& i, Mask lanes) {
      w.fault(KernelFault::kUnsupported, i, static_cast<unsigned>(__builtin_ctz(lanes)),
              "calls a function of the device's runtime");
    }));
  }
  Scope scope;
  const auto pass = [&](const std::vector<Variable>& variables, const std::vector<Operand>& given) {
    if (variables.size() != given.size()) refuse("passes another number of arguments");
    for (size_t k = 0; k < variables.size(); ++k) {
      const Symbol* symbol = find(given[k].word);
      if (!symbol || symbol->kind != Symbol::kAddress) refuse("passes an argument that is no .param variable");
      scope[variables[k].name] = *symbol;
    }
  };
  static const auto& kNone = *new std::vector<Operand>;
  pass(f.results, name == 1 ? operands[0].elements : kNone);
  pass(f.parameters, name + 1 < operands.size() ? operands[name + 1].elements : kNone);
  scopes_.push_back(std::move(scope));
  calls_.push_back(&f);
  Instance instance(f);
  body(instance);
  calls_.pop_back();
  scopes_.pop_back();
  resolve(instance);
}

/// Gives the branches of a body their positions; its returns lead to the end of the code so far.
void Decoder::resolve(const Instance& instance) {
  const auto position = [&](const std::string& label) {
    const auto found = instance.labels.find(label);
    if (found == instance.labels.end()) throw Unsupported("no label " + label);
    return found->second;
  };
  for (const auto& [at, label] : instance.branches) program_.code[at].immediate = position(label);
  for (const auto& [at, label] : instance.entries) program_.lists[at] = position(label);
  for (const uint32_t at : instance.returns) program_.code[at].immediate = static_cast<int64_t>(program_.code.size());
}

void Decoder::declare(const Variable& v) {
  Scope& scope = scopes_.back();
  switch (v.space) {
    case Variable::kRegister:
      if (v.numbered == 0) {
        scope[v.name] = {Symbol::kRegister, v.type, new_register(v.type.bits)};
      } else {
        for (unsigned k = 0; k < v.numbered; ++k) {
          scope[v.name + std::to_string(k)] = {Symbol::kRegister, v.type, new_register(v.type.bits)};
        }
      }
      return;
    case Variable::kParam: scope[v.name] = {Symbol::kAddress, {}, kLocalWindow + local(v)}; return;
    case Variable::kLocal: scope[v.name] = {Symbol::kAddress, {}, local(v)}; return;
    case Variable::kShared: scope[v.name] = {Symbol::kAddress, {}, shared(v)}; return;
    case Variable::kGlobal:
    case Variable::kConst: throw Unsupported(v.name + ": a global variable inside a function");
  }
}

uint64_t Decoder::shared(const Variable& v) {
  const size_t offset = aligned(program_.static_shared, v.alignment);
  program_.static_shared = offset + v.size;
  return offset;
}

uint64_t Decoder::local(const Variable& v) {
  const size_t offset = aligned(program_.local_bytes, v.alignment);
  program_.local_bytes = offset + v.size;
  return offset;
}

uint32_t Decoder::new_register(unsigned bits) {
  const uint32_t bytes = bits == 1 ? 4 : std::max(bits, 16U) / 8 * kLanes;
  // Vector instructions of the host want whole cache lines.
  const auto offset = static_cast<uint32_t>(aligned(program_.register_bytes, bits == 1 ? 4 : 64));
  program_.register_bytes = offset + bytes;
  return offset;
}

uint32_t Decoder::constant(unsigned bits, uint64_t value) {
  const auto [at, is_new] = constants_.try_emplace({bits, value}, 0);
  if (is_new) {
    at->second = new_register(bits);
    program_.constants.push_back({at->second, bits, value});
  }
  return at->second;
}

uint32_t Decoder::carry() {
  if (!carry_) carry_ = new_register(1);
  return *carry_;
}

const Decoder::Symbol* Decoder::find(std::string_view name) const {
  for (auto scope = scopes_.rbegin(); scope != scopes_.rend(); ++scope) {
    if (const auto found = scope->find(name); found != scope->end()) return &found->second;
  }
  return nullptr;
}

Decoder::Symbol Decoder::module_symbol(const std::string& name) {
  const auto variable = source_.variables.find(name);
  if (variable == source_.variables.end()) refuse("names \"" + name + "\", which is not declared");
  if (variable->second.space != Variable::kShared) {
    return {Symbol::kAddress, {}, program_.memory->address(name)};
  }
  const auto [at, is_new] = module_shared_.try_emplace(name, 0);
  if (is_new) at->second = shared(variable->second);
  return {Symbol::kAddress, {}, at->second};
}

std::optional<uint32_t> Decoder::special(std::string_view name) {
  const auto found = special_registers().find(name);
  if (found == special_registers().end()) return std::nullopt;
  const auto [at, is_new] = specials_.try_emplace(std::string(name), 0);
  if (is_new) {
    at->second = new_register(found->second.second);
    program_.specials.push_back({at->second, found->second.second, found->second.first});
  }
  return at->second;
}

uint32_t Decoder::source(const Operand& o, Type type) {
  const unsigned bits = type.kind == Type::kPredicate ? 1 : type.register_bits();
  if (o.form != Operand::kWord) refuse("has an operand of another form");
  if (is_number(o.word)) return constant(bits, bits_of_number(o.word, type));
  if (const auto fixed = fixed_special(o.word)) return constant(bits, *fixed);
  if (const auto register_ = special(o.word)) {
    if (bits != 32) refuse("reads a special register of another width");
    return *register_;
  }
  const Symbol* known = find(o.word);
  if (known && known->kind == Symbol::kRegister) {
    if (known->type.register_bits() != type.register_bits() || (bits == 1) != (known->type.bits == 1)) {
      refuse("reads " + o.word + ", a register of another width");
    }
    return static_cast<uint32_t>(known->value);
  }
  const auto variable = source_.variables.find(o.word);
  if (!known && variable != source_.variables.end() && variable->second.dynamic &&
      variable->second.space == Variable::kShared) {
    if (o.offset != 0 || bits == 1) refuse("adds to the address of dynamic shared memory");
    const auto [at, is_new] = dynamic_shared_.try_emplace(bits, 0);
    if (is_new) at->second = new_register(bits);
    return at->second;
  }
  const Symbol symbol = known ? *known : module_symbol(o.word);
  return constant(bits, symbol.value + static_cast<uint64_t>(o.offset));
}

uint32_t Decoder::target(const Operand& o, Type type) {
  if (o.form != Operand::kWord) refuse("has a result of another form");
  if (o.word == "_") return new_register(type.bits);
  const Symbol* symbol = find(o.word);
  if (!symbol || symbol->kind != Symbol::kRegister) refuse("writes " + o.word + ", which is no register");
  if (symbol->type.register_bits() != type.register_bits() || (type.bits == 1) != (symbol->type.bits == 1)) {
    refuse("writes " + o.word + ", a register of another width");
  }
  return static_cast<uint32_t>(symbol->value);
}

unsigned Decoder::register_bits(const Operand& o, Type type) const {
  const Symbol* symbol = find(o.word);
  if (symbol && symbol->kind == Symbol::kRegister) return symbol->type.register_bits();
  return special_registers().contains(o.word) ? 32 : type.register_bits();
}

uint32_t Decoder::predicate(const Operand& o, bool& negated) {
  negated = o.negated;
  return source(o, {Type::kPredicate, 1});
}

void Decoder::address(const Operand& o, Instruction& i) {
  if (o.form != Operand::kAddress) refuse("has no address");
  Operand base = o;
  base.form = Operand::kWord;
  base.offset = 0;
  i.immediate = o.offset;
  const Symbol* symbol = find(base.word);
  i.wide_address = !symbol || symbol->kind != Symbol::kRegister || symbol->type.bits == 64;
  i.a = source(base, {Type::kBits, i.wide_address ? 64U : 32U});
}

std::optional<size_t> Decoder::parameter(const Operand& o) const {
  const Symbol* symbol = o.form == Operand::kAddress ? find(o.word) : nullptr;
  if (!symbol || symbol->kind != Symbol::kAddress || symbol->value < kParamWindow) return std::nullopt;
  return symbol->value - kParamWindow + static_cast<uint64_t>(o.offset);
}

void Decoder::list(const std::vector<Operand>& elements, Type type, bool write, Instruction& i) {
  std::vector<uint32_t> offsets;
  for (const Operand& o : elements) offsets.push_back(write ? target(o, type) : source(o, type));
  i.list = static_cast<uint32_t>(program_.lists.size());
  i.list_size = static_cast<uint32_t>(offsets.size());
  program_.lists.insert(program_.lists.end(), offsets.begin(), offsets.end());
}

uint64_t Decoder::literal(size_t k, Type type) const {
  if (!is_number(operand(k).word)) refuse("needs a number");
  return bits_of_number(operand(k).word, type);
}

bool Decoder::has(std::string_view modifier) const {
  return std::find(statement_->parts.begin() + 1, statement_->parts.end(), modifier) != statement_->parts.end();
}

size_t Decoder::types() const {
  return static_cast<size_t>(
      std::count_if(statement_->parts.begin() + 1, statement_->parts.end(),
                    [](const std::string& part) { return type_named(part).kind != Type::kNone; }));
}

Type Decoder::type(size_t k) const {
  for (size_t part = 1; part < statement_->parts.size(); ++part) {
    const Type type = type_named(statement_->parts[part]);
    if (type.kind != Type::kNone && k-- == 0) return type;
  }
  refuse("lacks a type");
}

const Operand& Decoder::operand(size_t k) const {
  if (k >= statement_->operands.size()) refuse("lacks an operand");
  return statement_->operands[k];
}

Instruction Decoder::instruction(Handler run) const {
  Instruction i;
  i.run = run;
  i.flush = has("ftz");
  i.saturate = has("sat");
  i.rounding = rounding_of(*statement_);
  if (!statement_->guard.empty()) {
    const Symbol* guard = find(statement_->guard);
    if (!guard || guard->type.kind != Type::kPredicate) refuse("has a guard that is no predicate");
    i.guarded = true;
    i.guard_negated = statement_->guard_negated;
    i.guard = static_cast<uint32_t>(guard->value);
  }
  return i;
}

void Decoder::emit(Instruction i) {
  i.text = static_cast<uint32_t>(program_.texts.size() - 1);
  program_.code.push_back(i);
}

void Decoder::refuse(const std::string& why) const {
  throw Unsupported("line " + std::to_string(statement_->line) + ": " + statement_->text + ": " + why);
}

}  // namespace standin::ptx
