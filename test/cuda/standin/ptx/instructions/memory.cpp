#include "memory.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "../block.h"
#include "lanewise.h"

namespace standin::ptx {

namespace {

uint64_t address_of(const Warp& w, const Instruction& i, unsigned lane) {
  const uint64_t base = i.wide_address ? w.lanes_of<uint64_t>(i.a)[lane] : w.lanes_of<uint32_t>(i.a)[lane];
  return base + static_cast<uint64_t>(i.immediate);
}

/// Loads numbers of type Number into registers of type Register, which extend them.
template <class Number, class Register>
void load(Warp& w, const Instruction& i, Mask lanes) {
  const uint32_t* to = w.list(i);
  const size_t bytes = i.list_size * sizeof(Number);
  const Use use = i.synchronises ? Use::kSynchronising : Use::kRead;
  for_each_lane(lanes, [&](unsigned lane) {
    const char* from = w.block.memory(w, i, lane, address_of(w, i, lane), bytes, use);
    for (size_t k = 0; k < i.list_size; ++k) {
      Number number;
      std::memcpy(&number, from + k * sizeof number, sizeof number);
      w.lanes_of<Register>(to[k])[lane] = static_cast<Register>(number);
    }
  });
}

template <class Number, class Register>
void store(Warp& w, const Instruction& i, Mask lanes) {
  const uint32_t* from = w.list(i);
  const size_t bytes = i.list_size * sizeof(Number);
  const Use use = i.synchronises ? Use::kSynchronisingWrite : Use::kWrite;
  for_each_lane(lanes, [&](unsigned lane) {
    char* to = w.block.memory(w, i, lane, address_of(w, i, lane), bytes, use);
    for (size_t k = 0; k < i.list_size; ++k) {
      const auto number = static_cast<Number>(w.lanes_of<Register>(from[k])[lane]);
      std::memcpy(to + k * sizeof number, &number, sizeof number);
    }
  });
}

/// A kernel's parameter is the same for all lanes.
template <class Number, class Register>
void load_parameter(Warp& w, const Instruction& i, Mask lanes) {
  for (size_t k = 0; k < i.list_size; ++k) {
    Number number;
    std::memcpy(&number, w.block.parameters() + i.immediate + k * sizeof number, sizeof number);
    Register* to = w.lanes_of<Register>(w.list(i)[k]);
    for_each_lane(lanes, [&](unsigned lane) { to[lane] = static_cast<Register>(number); });
  }
}

enum class Access { kLoad, kStore, kParameter };

template <class Number, class Register>
Handler moving(Access access) {
  if constexpr (sizeof(Number) <= sizeof(Register)) {
    return access == Access::kLoad    ? &load<Number, Register>
           : access == Access::kStore ? &store<Number, Register>
                                      : &load_parameter<Number, Register>;
  } else {
    return nullptr;
  }
}

template <class Number>
Handler with_register(Access access, unsigned bits) {
  return bits == 64   ? moving<Number, uint64_t>(access)
         : bits == 32 ? moving<Number, uint32_t>(access)
                      : moving<Number, uint16_t>(access);
}

Handler handler_of(const Decoder& d, Access access, Type type, unsigned register_bits) {
  const bool is_signed = type.kind == Type::kSigned;
  Handler run = nullptr;
  switch (type.bits) {
    case 8:
      run = is_signed ? with_register<int8_t>(access, register_bits) : with_register<uint8_t>(access, register_bits);
      break;
    case 16:
      run = is_signed ? with_register<int16_t>(access, register_bits) : with_register<uint16_t>(access, register_bits);
      break;
    case 32:
      run = is_signed ? with_register<int32_t>(access, register_bits) : with_register<uint32_t>(access, register_bits);
      break;
    case 64: run = with_register<uint64_t>(access, register_bits); break;
    default: break;
  }
  if (!run) d.refuse("moves a number into a register that is too small");
  return run;
}

/// Adds the window of a state space to an address within it; generic addresses and those of parameters have theirs.
void add_window(const Decoder& d, Instruction& i) {
  if (d.has("shared") || d.has("shared::cta")) i.immediate += static_cast<int64_t>(kSharedWindow);
  if (d.has("local")) i.immediate += static_cast<int64_t>(kLocalWindow);
  if (d.has("shared::cluster") || d.has("tex")) d.refuse();
}

bool synchronises(const Decoder& d) {
  return d.has("volatile") || d.has("relaxed") || d.has("acquire") || d.has("release") || d.has("mmio");
}

void decode_access(Decoder& d, bool is_load) {
  const Type type = d.type();
  const Operand& place = d.operand(is_load ? 1 : 0);
  const Operand& value = d.operand(is_load ? 0 : 1);
  const std::vector<Operand> values = value.form == Operand::kVector ? value.elements : std::vector<Operand>{value};
  // Registers may be wider than the numbers; all of a vector have one width.
  unsigned register_bits = type.register_bits();
  for (const Operand& o : values) {
    if (o.word != "_" && !o.word.empty() && o.word[0] == '%') register_bits = d.register_bits(o, type);
  }
  const auto parameter = d.parameter(place);
  if (parameter && !is_load) d.refuse("writes a parameter of the kernel");
  Instruction i = d.instruction(handler_of(d,
                                           parameter ? Access::kParameter
                                           : is_load ? Access::kLoad
                                                     : Access::kStore,
                                           type, register_bits));
  d.list(values, {type.kind == Type::kSigned ? Type::kSigned : Type::kBits, register_bits}, is_load, i);
  i.synchronises = synchronises(d);
  if (parameter) {
    i.immediate = static_cast<int64_t>(*parameter);
    if (*parameter + values.size() * type.bits / 8 > d.parameter_bytes()) d.refuse("reads beyond the parameters");
  } else {
    d.address(place, i);
    add_window(d, i);
  }
  d.emit(i);
}

// Atomic operations return what was in memory.

template <class T>
T added(T memory, T b, T) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(uint64_t{memory} + uint64_t{b});
  else
    return memory + b;
}
template <class T>
T exchanged(T, T b, T) {
  return b;
}
template <class T>
T exchanged_if(T memory, T b, T c) {
  return memory == b ? c : memory;
}
template <class T>
T smaller(T memory, T b, T) {
  return std::min(memory, b);
}
template <class T>
T larger(T memory, T b, T) {
  return std::max(memory, b);
}
template <class T>
T both(T memory, T b, T) {
  return memory & b;
}
template <class T>
T either(T memory, T b, T) {
  return memory | b;
}
template <class T>
T one_of(T memory, T b, T) {
  return memory ^ b;
}
/// Counts up to b and begins again at 0.
uint32_t incremented(uint32_t memory, uint32_t b, uint32_t) { return memory >= b ? 0 : memory + 1; }
/// Counts down from b.
uint32_t decremented(uint32_t memory, uint32_t b, uint32_t) { return memory == 0 || memory > b ? b : memory - 1; }
Bf16 added_bf16(Bf16 memory, Bf16 b, Bf16) { return rounded(double{widened(memory)} + widened(b)); }
Bf16x2 added_bf16x2(Bf16x2 memory, Bf16x2 b, Bf16x2) {
  return {added_bf16(memory.low, b.low, {}), added_bf16(memory.high, b.high, {})};
}

/// Held while an atomic operation is done: blocks run on several threads.
std::mutex atomic_mutex;

template <class T, T (*kFunction)(T, T, T)>
void change(Warp& w, const Instruction& i, Mask lanes) {
  for_each_lane(lanes, [&](unsigned lane) {
    char* at = w.block.memory(w, i, lane, address_of(w, i, lane), sizeof(T), Use::kAtomic);
    const std::lock_guard lock(atomic_mutex);
    T memory;
    std::memcpy(&memory, at, sizeof memory);
    const T changed = kFunction(memory, w.lanes_of<T>(i.b)[lane], w.lanes_of<T>(i.c)[lane]);
    std::memcpy(at, &changed, sizeof changed);
    w.lanes_of<T>(i.to)[lane] = memory;
  });
}

template <class T>
Handler integer_change(const Decoder& d) {
  using Bits = std::make_unsigned_t<T>;
  if (d.has("add")) return &change<Bits, added>;
  if (d.has("exch")) return &change<Bits, exchanged>;
  if (d.has("cas")) return &change<Bits, exchanged_if>;
  if (d.has("min")) return &change<T, smaller>;
  if (d.has("max")) return &change<T, larger>;
  if (d.has("and")) return &change<Bits, both>;
  if (d.has("or")) return &change<Bits, either>;
  if (d.has("xor")) return &change<Bits, one_of>;
  if constexpr (sizeof(T) == 4) {
    if (d.has("inc")) return &change<uint32_t, incremented>;
    if (d.has("dec")) return &change<uint32_t, decremented>;
  }
  d.refuse();
}

Handler atomic_change(const Decoder& d, Type type) {
  if (type.is_integer() && (type.bits >= 32 || d.has("cas") || d.has("exch"))) {
    return with_integer(d, type, [&]<class T>() { return integer_change<T>(d); });
  }
  if (!d.has("add")) d.refuse();
  if (type.kind == Type::kFloat && type.bits == 32) return &change<float, added>;
  if (type.kind == Type::kFloat && type.bits == 64) return &change<double, added>;
  if (type.kind == Type::kBfloat) return type.packed ? &change<Bf16x2, added_bf16x2> : &change<Bf16, added_bf16>;
  d.refuse();
}

}  // namespace

void decode_load(Decoder& d) { decode_access(d, true); }

void decode_store(Decoder& d) { decode_access(d, false); }

void decode_atomic(Decoder& d) {
  const Type type = d.type();
  const bool returns = d.opcode() == "atom";
  const size_t place = returns ? 1 : 0;
  if (d.operand(place + 1).form != Operand::kWord) d.refuse();
  Instruction i = d.instruction(atomic_change(d, type));
  i.to = returns ? d.target(0, type) : d.new_register(type.bits);
  i.b = d.source(place + 1, type);
  i.c = d.operands() > place + 2 ? d.source(place + 2, type) : i.b;
  d.address(d.operand(place), i);
  add_window(d, i);
  d.emit(i);
}

}  // namespace standin::ptx
