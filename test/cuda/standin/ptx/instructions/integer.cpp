#include "integer.h"

#include <algorithm>
#include <limits>

#include "lanewise.h"

namespace standin::ptx {

namespace {

template <class T>
using Wider =
    std::conditional_t<sizeof(T) == 2, std::conditional_t<std::is_signed_v<T>, int32_t, uint32_t>,
                       std::conditional_t<sizeof(T) == 4, std::conditional_t<std::is_signed_v<T>, int64_t, uint64_t>,
                                          std::conditional_t<std::is_signed_v<T>, __int128, unsigned __int128>>>;
template <class T>
using Bits = std::make_unsigned_t<T>;
template <class T>
constexpr unsigned kBitsOf = sizeof(T) * 8;

// Unsigned arithmetic wraps, where that of signed integers would be undefined. 16 bits would be promoted to int.

template <class T>
T sum(T a, T b) {
  return static_cast<T>(uint64_t{static_cast<Bits<T>>(a)} + static_cast<Bits<T>>(b));
}
template <class T>
T difference(T a, T b) {
  return static_cast<T>(uint64_t{static_cast<Bits<T>>(a)} - static_cast<Bits<T>>(b));
}
template <class T>
T low_product(T a, T b) {
  return static_cast<T>(uint64_t{static_cast<Bits<T>>(a)} * static_cast<Bits<T>>(b));
}
template <class T>
T high_product(T a, T b) {
  return static_cast<T>(Wider<T>{a} * b >> kBitsOf<T>);
}
template <class T>
Wider<T> wide_product(T a, T b) {
  return Wider<T>{a} * b;
}
template <class T>
T low_fused(T a, T b, T c) {
  return sum(low_product(a, b), c);
}
template <class T>
T high_fused(T a, T b, T c) {
  return sum(high_product(a, b), c);
}
template <class T>
Wider<T> wide_fused(T a, T b, Wider<T> c) {
  return sum(wide_product(a, b), c);
}
/// The device's results where C++ has none: all bits for a division by zero, and INT_MIN / -1 wraps.
template <class T>
T quotient(T a, T b) {
  if (b == 0) return static_cast<T>(-1);
  if (std::is_signed_v<T> && b == static_cast<T>(-1)) return difference(T{0}, a);
  return static_cast<T>(a / b);
}
template <class T>
T remainder(T a, T b) {
  if (b == 0) return a;
  if (std::is_signed_v<T> && b == static_cast<T>(-1)) return 0;
  return static_cast<T>(a % b);
}
template <class T>
T smaller(T a, T b) {
  return std::min(a, b);
}
template <class T>
T larger(T a, T b) {
  return std::max(a, b);
}
template <class T>
T negative(T a) {
  return difference(T{0}, a);
}
template <class T>
T absolute(T a) {
  return a < 0 ? negative(a) : a;
}
template <class T>
T sum_of_differences(T a, T b, T c) {
  return sum(c, a < b ? difference(b, a) : difference(a, b));
}
template <class T>
T both(T a, T b) {
  return static_cast<T>(a & b);
}
template <class T>
T either(T a, T b) {
  return static_cast<T>(a | b);
}
template <class T>
T one_of(T a, T b) {
  return static_cast<T>(a ^ b);
}
template <class T>
T complement(T a) {
  return static_cast<T>(~a);
}
template <class T>
T is_zero(T a) {
  return a == 0;
}
template <class T>
T shifted_left(T a, uint32_t by) {
  return by < kBitsOf<T> ? static_cast<T>(static_cast<Bits<T>>(a) << by) : T{0};
}
template <class T>
T shifted_right(T a, uint32_t by) {
  return static_cast<T>(a >> std::min(by, kBitsOf<T> - 1)) & (by < kBitsOf<T> || a < 0 ? static_cast<T>(-1) : T{0});
}
template <class T>
uint32_t set_bits(T a) {
  return static_cast<uint32_t>(std::popcount(a));
}
template <class T>
uint32_t leading_zeros(T a) {
  return static_cast<uint32_t>(std::countl_zero(a));
}
template <class T>
T reversed(T a) {
  T r = 0;
  for (unsigned k = 0; k < kBitsOf<T>; ++k) r = static_cast<T>(r << 1 | (a >> k & 1));
  return r;
}
/// The position of the highest bit that differs from the sign, counted from below; all ones where there is none.
template <class T>
uint32_t highest_bit(T a) {
  const auto bits = static_cast<Bits<T>>(a < 0 ? ~a : a);
  return bits == 0 ? ~uint32_t{0} : kBitsOf<T> - 1 - static_cast<uint32_t>(std::countl_zero(bits));
}
template <class T>
uint32_t shift_to_highest_bit(T a) {
  const uint32_t position = highest_bit(a);
  return position == ~uint32_t{0} ? position : kBitsOf<T> - 1 - position;
}

template <class T>
T extracted(T a, uint32_t position, uint32_t length) {
  position &= 0xff;
  length &= 0xff;
  if (length == 0) return 0;
  // Beyond the highest bit a signed number goes on with its sign.
  const T from = shifted_right(a, position);
  if (length >= kBitsOf<T> || position + length > kBitsOf<T>) return from;
  const unsigned unused = kBitsOf<T> - length;
  return static_cast<T>(static_cast<T>(static_cast<Bits<T>>(from) << unused) >> unused);
}

/// Puts the low bits of i.a into i.b.
template <class T>
void insert_bits(Warp& w, const Instruction& i, Mask lanes) {
  const uint32_t* positions = w.lanes_of<uint32_t>(i.c);
  const uint32_t* lengths = w.lanes_of<uint32_t>(i.second);
  for_each_lane(lanes, [&](unsigned lane) {
    const uint32_t position = positions[lane] & 0xff, length = lengths[lane] & 0xff;
    const T ones = length >= kBitsOf<T> ? static_cast<T>(~T{0}) : static_cast<T>((T{1} << length) - 1);
    const T field = shifted_left(ones, position);
    w.lanes_of<T>(i.to)[lane] = static_cast<T>((shifted_left(w.lanes_of<T>(i.a)[lane], position) & field) |
                                               (w.lanes_of<T>(i.b)[lane] & static_cast<T>(~field)));
  });
}

void any_logic(Warp& w, const Instruction& i, Mask lanes) {
  const auto *a = w.lanes_of<uint32_t>(i.a), *b = w.lanes_of<uint32_t>(i.b), *c = w.lanes_of<uint32_t>(i.c);
  auto* to = w.lanes_of<uint32_t>(i.to);
  const auto table = static_cast<uint32_t>(i.immediate);
  for_each_lane(lanes, [&](unsigned lane) {
    uint32_t r = 0;
    for (uint32_t k = 0; k < 8; ++k) {
      if ((table >> k & 1) == 0) continue;
      r |= (k & 4 ? a[lane] : ~a[lane]) & (k & 2 ? b[lane] : ~b[lane]) & (k & 1 ? c[lane] : ~c[lane]);
    }
    to[lane] = r;
  });
}

uint32_t funnel(uint32_t low, uint32_t high, uint32_t by, bool left) {
  const uint64_t both = uint64_t{high} << 32 | low;
  return static_cast<uint32_t>(left ? both << by >> 32 : both >> by);
}
template <bool kLeft>
uint32_t funnel_wrapped(uint32_t low, uint32_t high, uint32_t by) {
  return funnel(low, high, by & 31, kLeft);
}
template <bool kLeft>
uint32_t funnel_clamped(uint32_t low, uint32_t high, uint32_t by) {
  return funnel(low, high, std::min(by, 32U), kLeft);
}

/// Four bytes of eight, chosen by the nibbles of a selector; its highest bit repeats the byte's sign.
uint32_t permuted(uint32_t a, uint32_t b, uint32_t selector) {
  const uint64_t bytes = uint64_t{b} << 32 | a;
  uint32_t r = 0;
  for (unsigned k = 0; k < 4; ++k) {
    const uint32_t nibble = selector >> 4 * k & 0xf;
    auto byte = static_cast<uint32_t>(bytes >> 8 * (nibble & 7) & 0xff);
    if (nibble & 8) byte = byte & 0x80 ? 0xff : 0;
    r |= byte << 8 * k;
  }
  return r;
}

template <class A, class B>
int32_t products_of_bytes(uint32_t a, uint32_t b, int32_t c) {
  auto r = static_cast<uint32_t>(c);
  for (unsigned k = 0; k < 4; ++k) {
    r += static_cast<uint32_t>(int32_t{static_cast<A>(a >> 8 * k)} * int32_t{static_cast<B>(b >> 8 * k)});
  }
  return static_cast<int32_t>(r);
}

template <class T>
T wrapped_product24(T a, T b) {
  const auto low = [](T x) {
    return std::is_signed_v<T> ? static_cast<T>(static_cast<int32_t>(x << 8) >> 8) : static_cast<T>(x & 0xffffff);
  };
  return low_product(low(a), low(b));
}
template <class T>
T wrapped_fused24(T a, T b, T c) {
  return sum(wrapped_product24(a, b), c);
}

/// Saturating addition and subtraction, which only s32 has.
int32_t clamped(int64_t x) { return static_cast<int32_t>(std::clamp<int64_t>(x, INT32_MIN, INT32_MAX)); }
int32_t saturating_sum(int32_t a, int32_t b) { return clamped(int64_t{a} + b); }
int32_t saturating_difference(int32_t a, int32_t b) { return clamped(int64_t{a} - b); }

template <class T>
Handler arithmetic(const Decoder& d) {
  const std::string& op = d.opcode();
  if (d.has("sat")) {
    if constexpr (std::is_same_v<T, int32_t>) {
      if (op == "add") return lanewise<&saturating_sum>();
      if (op == "sub") return lanewise<&saturating_difference>();
    }
    d.refuse();
  }
  if (op == "add") return lanewise<&sum<T>>();
  if (op == "sub") return lanewise<&difference<T>>();
  if (op == "div") return lanewise<&quotient<T>>();
  if (op == "rem") return lanewise<&remainder<T>>();
  if (op == "min") return lanewise<&smaller<T>>();
  if (op == "max") return lanewise<&larger<T>>();
  if (op == "neg") return lanewise<&negative<T>>();
  if (op == "abs") return lanewise<&absolute<T>>();
  if (op == "sad") return lanewise<&sum_of_differences<T>>();
  if (op == "and") return lanewise<&both<T>>();
  if (op == "or") return lanewise<&either<T>>();
  if (op == "xor") return lanewise<&one_of<T>>();
  if (op == "not") return lanewise<&complement<T>>();
  if (op == "cnot") return lanewise<&is_zero<T>>();
  if (op == "mul") return d.has("hi") ? lanewise<&high_product<T>>() : lanewise<&low_product<T>>();
  if (op == "mad") return d.has("hi") ? lanewise<&high_fused<T>>() : lanewise<&low_fused<T>>();
  if constexpr (sizeof(T) == 4) {
    if (op == "mul24" && d.has("lo")) return lanewise<&wrapped_product24<T>>();
    if (op == "mad24" && d.has("lo")) return lanewise<&wrapped_fused24<T>>();
  }
  if constexpr (std::is_unsigned_v<T>) {
    if (op == "brev") return lanewise<&reversed<T>>();
  }
  d.refuse();
}

constexpr Type kU32{Type::kUnsigned, 32};

/// The carry of each lane between add.cc and addc.
template <class T, bool kSubtract>
void add_with_carry(Warp& w, const Instruction& i, Mask lanes) {
  Mask& carry = w.predicate(i.mask);
  const bool reads = i.immediate & 1, writes = i.immediate & 2;
  for_each_lane(lanes, [&](unsigned lane) {
    const T a = w.lanes_of<T>(i.a)[lane], b = w.lanes_of<T>(i.b)[lane];
    const T in = reads ? static_cast<T>(carry >> lane & 1) : T{0};
    const auto wide =
        kSubtract ? static_cast<unsigned __int128>(a) - b - in : static_cast<unsigned __int128>(a) + b + in;
    w.lanes_of<T>(i.to)[lane] = static_cast<T>(wide);
    const auto out = static_cast<Mask>(wide >> kBitsOf<T> & 1);
    if (writes) carry = (carry & ~(Mask{1} << lane)) | out << lane;
  });
}

template <class T>
Handler carrying(bool subtract) {
  return subtract ? &add_with_carry<T, true> : &add_with_carry<T, false>;
}

/// add.cc, addc, sub.cc, subc, mad.cc and madc.
void decode_carry(Decoder& d) {
  const Type type = d.type();
  if (type.bits < 32) d.refuse();
  const std::string& op = d.opcode();
  const bool subtract = op.starts_with("sub"), multiply = op.starts_with("mad");
  uint32_t a = d.source(1, type), b = d.source(2, type);
  if (multiply) {
    Instruction product = d.instruction(with_integer(d, type, [&]<class T>() -> Handler {
      return d.has("hi") ? lanewise<&high_product<T>>() : lanewise<&low_product<T>>();
    }));
    product.a = a;
    product.b = b;
    product.to = a = d.new_register(type.bits);
    d.emit(product);
    b = d.source(3, type);
  }
  Instruction i = d.instruction(type.bits == 32 ? carrying<uint32_t>(subtract) : carrying<uint64_t>(subtract));
  i.a = a;
  i.b = b;
  i.to = d.target(0, type);
  i.mask = d.carry();
  i.immediate = (op.ends_with('c') ? 1 : 0) | (d.has("cc") ? 2 : 0);
  d.emit(i);
}

/// mul.wide and mad.wide.
void decode_wide(Decoder& d, Type type) {
  const Type wide{type.kind, 2 * type.bits};
  const auto handler = [&]<class T>() -> Handler {
    return d.opcode() == "mul" ? lanewise<&wide_product<T>>() : lanewise<&wide_fused<T>>();
  };
  const bool is_signed = type.kind == Type::kSigned;
  if (type.bits > 32) d.refuse();
  Instruction i =
      d.instruction(type.bits == 16 ? (is_signed ? handler.operator()<int16_t>() : handler.operator()<uint16_t>())
                                    : (is_signed ? handler.operator()<int32_t>() : handler.operator()<uint32_t>()));
  i.to = d.target(0, wide);
  i.a = d.source(1, type);
  i.b = d.source(2, type);
  if (d.opcode() == "mad") i.c = d.source(3, wide);
  d.emit(i);
}

/// Instructions whose operands do not all have the type of the result.
bool decode_mixed(Decoder& d, Type type) {
  const std::string& op = d.opcode();
  const auto emit = [&](Handler run, Type to, std::initializer_list<Type> from) {
    Instruction i = d.instruction(run);
    i.to = d.target(0, to);
    uint32_t* const operands[] = {&i.a, &i.b, &i.c};
    size_t k = 0;
    for (const Type t : from) {
      *operands[k] = d.source(k + 1, t);
      ++k;
    }
    d.emit(i);
    return true;
  };
  const auto by_type = [&](auto f) { return with_integer(d, type, f); };
  if (op == "shl")
    return emit(by_type([]<class T>() -> Handler { return lanewise<&shifted_left<T>>(); }), type, {type, kU32});
  if (op == "shr")
    return emit(by_type([]<class T>() -> Handler { return lanewise<&shifted_right<T>>(); }), type, {type, kU32});
  if (op == "bfe")
    return emit(by_type([]<class T>() -> Handler { return lanewise<&extracted<T>>(); }), type, {type, kU32, kU32});
  if (op == "popc") {
    return emit(type.bits == 64 ? lanewise<&set_bits<uint64_t>>() : lanewise<&set_bits<uint32_t>>(), kU32, {type});
  }
  if (op == "clz") {
    return emit(type.bits == 64 ? lanewise<&leading_zeros<uint64_t>>() : lanewise<&leading_zeros<uint32_t>>(), kU32,
                {type});
  }
  if (op == "bfind") {
    const bool shift = d.has("shiftamt");
    return emit(by_type([&]<class T>() -> Handler {
                  return shift ? lanewise<&shift_to_highest_bit<T>>() : lanewise<&highest_bit<T>>();
                }),
                kU32, {type});
  }
  if (op == "shf") {
    const bool left = d.has("l"), wrap = d.has("wrap");
    const Handler run = left ? (wrap ? lanewise<&funnel_wrapped<true>>() : lanewise<&funnel_clamped<true>>())
                             : (wrap ? lanewise<&funnel_wrapped<false>>() : lanewise<&funnel_clamped<false>>());
    return emit(run, kU32, {kU32, kU32, kU32});
  }
  if (op == "prmt") {
    if (d.statement().parts.size() != 2) d.refuse();
    return emit(lanewise<&permuted>(), kU32, {kU32, kU32, kU32});
  }
  if (op == "dp4a") {
    const bool a = type.kind == Type::kSigned, b = d.type(1).kind == Type::kSigned;
    const Handler run =
        a ? (b ? lanewise<&products_of_bytes<int8_t, int8_t>>() : lanewise<&products_of_bytes<int8_t, uint8_t>>())
          : (b ? lanewise<&products_of_bytes<uint8_t, int8_t>>() : lanewise<&products_of_bytes<uint8_t, uint8_t>>());
    return emit(run, kU32, {kU32, kU32, kU32});
  }
  if (op == "bfi") {
    Instruction i = d.instruction(type.bits == 64 ? &insert_bits<uint64_t> : &insert_bits<uint32_t>);
    i.to = d.target(0, type);
    i.a = d.source(1, type);
    i.b = d.source(2, type);
    i.c = d.source(3, kU32);
    i.second = d.source(4, kU32);
    d.emit(i);
    return true;
  }
  if (op == "lop3") {
    if (d.operands() != 5) d.refuse();
    Instruction i = d.instruction(&any_logic);
    i.to = d.target(0, kU32);
    i.a = d.source(1, kU32);
    i.b = d.source(2, kU32);
    i.c = d.source(3, kU32);
    i.immediate = static_cast<int64_t>(d.literal(4, kU32));
    d.emit(i);
    return true;
  }
  return false;
}

Mask first_complement(Mask a, Mask) { return ~a; }

template <Mask (*kFunction)(Mask, Mask)>
void logic(Warp& w, const Instruction& i, Mask lanes) {
  const Mask result = kFunction(w.predicate(i.a), w.predicate(i.b));
  Mask& to = w.predicate(i.to);
  to = (to & ~lanes) | (result & lanes);
}

}  // namespace

void decode_logic(Decoder& d) {
  const std::string& op = d.opcode();
  const Type type = d.type();
  if (type.kind != Type::kPredicate) return decode_integer(d);
  const Handler run = op == "and"   ? &logic<&both<Mask>>
                      : op == "or"  ? &logic<&either<Mask>>
                      : op == "xor" ? &logic<&one_of<Mask>>
                      : op == "not" ? &logic<&first_complement>
                                    : nullptr;
  if (!run) d.refuse();
  Instruction i = d.instruction(run);
  i.to = d.target(0, type);
  bool negated = false;
  i.a = i.b = d.predicate(d.operand(1), negated);
  if (op != "not") i.b = d.predicate(d.operand(2), negated);
  d.emit(i);
}

void decode_integer(Decoder& d) {
  const std::string& op = d.opcode();
  const Type type = d.type();
  if (d.has("cc") || op == "addc" || op == "subc" || op == "madc") return decode_carry(d);
  if (d.has("wide")) return decode_wide(d, type);
  if (decode_mixed(d, type)) return;
  if (d.operands() > 4) d.refuse();
  emit_uniform(d, with_integer(d, type, [&]<class T>() { return arithmetic<T>(d); }), type);
}

}  // namespace standin::ptx
