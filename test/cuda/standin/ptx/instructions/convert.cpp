#include "convert.h"

#include <limits>
#include <utility>

#include "lanewise.h"

namespace standin::ptx {

namespace {

/// The C++ type in which a register keeps a T.
template <class T>
using Kept = std::conditional_t<sizeof(T) == 1, std::conditional_t<std::is_signed_v<T>, int16_t, uint16_t>, T>;

template <class T>
constexpr bool kIsBf16 = std::is_same_v<T, Bf16>;

enum class IntegerRounding { kNone, kNearest, kZero, kDown, kUp };

template <class T>
T to_integer_value(T x, IntegerRounding rounding) {
  switch (rounding) {
    case IntegerRounding::kNone: return x;
    case IntegerRounding::kNearest: return std::nearbyint(x);
    case IntegerRounding::kZero: return std::trunc(x);
    case IntegerRounding::kDown: return std::floor(x);
    case IntegerRounding::kUp: return std::ceil(x);
  }
  return x;
}

/// A floating-point number, already whole, as an integer: clamped, NaN as 0.
template <class To>
To clamped(double x) {
  using Limits = std::numeric_limits<To>;
  if (std::isnan(x)) return 0;
  // The highest number may round up to one that does not fit.
  if (x >= std::ldexp(1.0, Limits::digits)) return Limits::max();
  if (x < static_cast<double>(Limits::min())) return Limits::min();
  return static_cast<To>(x);
}

template <class To, class From>
To clamped_integer(From x) {
  if (std::cmp_greater(x, std::numeric_limits<To>::max())) return std::numeric_limits<To>::max();
  if (std::cmp_less(x, std::numeric_limits<To>::min())) return std::numeric_limits<To>::min();
  return static_cast<To>(x);
}

template <class To, class From>
To converted(From x, const Instruction& i) {
  const auto whole = static_cast<IntegerRounding>(i.immediate & 7);
  const bool relu = i.immediate & 8;
  if constexpr (kIsBf16<From>) {
    return converted<To, float>(widened(x), i);
  } else if constexpr (kIsBf16<To>) {
    if constexpr (std::is_floating_point_v<From>) {
      const Bf16 r =
          i.rounding == Rounding::kZero ? truncated(static_cast<float>(x)) : rounded(to_integer_value(x, whole));
      return relu && widened(r) < 0 ? Bf16{0} : r;
    } else {
      return rounded(static_cast<double>(x));
    }
  } else if constexpr (std::is_floating_point_v<To>) {
    if constexpr (std::is_floating_point_v<From>) {
      return saturated(flushed(static_cast<To>(to_integer_value(flushed(x, i.flush), whole)), i.flush), i.saturate);
    } else {
      return saturated(static_cast<To>(x), i.saturate);
    }
  } else if constexpr (std::is_floating_point_v<From>) {
    return clamped<To>(double{to_integer_value(flushed(x, i.flush), whole)});
  } else {
    return i.saturate ? clamped_integer<To>(x) : static_cast<To>(x);
  }
}

template <class To, class From>
void convert(Warp& w, const Instruction& i, Mask lanes) {
  const RoundingScope scope(i.rounding);
  for_each_lane(lanes, [&](unsigned lane) {
    w.lanes_of<Kept<To>>(i.to)[lane] = converted<To>(static_cast<From>(w.lanes_of<Kept<From>>(i.a)[lane]), i);
  });
}

template <class To, class From>
To cast(From x) {
  return static_cast<To>(x);
}

template <class To>
Handler from_type(const Decoder& d, Type from) {
  const bool is_signed = from.kind == Type::kSigned;
  if (from.kind == Type::kBfloat && !from.packed) return &convert<To, Bf16>;
  if (from.kind == Type::kFloat && from.bits == 32) return &convert<To, float>;
  if (from.kind == Type::kFloat && from.bits == 64) return &convert<To, double>;
  if (from.is_integer()) {
    switch (from.bits) {
      case 8: return is_signed ? &convert<To, int8_t> : &convert<To, uint8_t>;
      case 16: return is_signed ? &convert<To, int16_t> : &convert<To, uint16_t>;
      case 32: return is_signed ? &convert<To, int32_t> : &convert<To, uint32_t>;
      case 64:
        // An integer of 64 bits would be rounded twice.
        if constexpr (!kIsBf16<To>) return is_signed ? &convert<To, int64_t> : &convert<To, uint64_t>;
        break;
      default: break;
    }
  }
  d.refuse();
}

Handler any_conversion(const Decoder& d, Type to, Type from) {
  const bool is_signed = to.kind == Type::kSigned;
  if (to.kind == Type::kBfloat && !to.packed) return from_type<Bf16>(d, from);
  if (to.kind == Type::kFloat && to.bits == 32) return from_type<float>(d, from);
  if (to.kind == Type::kFloat && to.bits == 64) return from_type<double>(d, from);
  if (to.is_integer()) {
    switch (to.bits) {
      case 8: return is_signed ? from_type<int8_t>(d, from) : from_type<uint8_t>(d, from);
      case 16: return is_signed ? from_type<int16_t>(d, from) : from_type<uint16_t>(d, from);
      case 32: return is_signed ? from_type<int32_t>(d, from) : from_type<uint32_t>(d, from);
      case 64: return is_signed ? from_type<int64_t>(d, from) : from_type<uint64_t>(d, from);
      default: break;
    }
  }
  d.refuse();
}

/// The handler of a conversion without modes that kernels use most, or nullptr.
Handler common_conversion(const Instruction& modes, Type to, Type from) {
  if (modes.flush || modes.saturate || modes.rounding != Rounding::kNearest || modes.immediate != 0) return nullptr;
  const auto is = [&](const char* t, const char* f) { return to == type_named(t) && from == type_named(f); };
  if (is("f64", "f32")) return lanewise<&cast<double, float>>();
  if (is("f32", "f64")) return lanewise<&cast<float, double>>();
  if (is("f32", "bf16")) return lanewise<static_cast<float (*)(Bf16)>(&widened)>();
  if (is("bf16", "f32")) return lanewise<static_cast<Bf16 (*)(float)>(&rounded)>();
  if (is("u64", "u32") || is("s64", "u32")) return lanewise<&cast<uint64_t, uint32_t>>();
  if (is("s64", "s32")) return lanewise<&cast<int64_t, int32_t>>();
  if (is("u32", "u64") || is("s32", "s64")) return lanewise<&cast<uint32_t, uint64_t>>();
  if (is("f32", "s32") || is("f32", "u32")) {
    return from.kind == Type::kSigned ? lanewise<&cast<float, int32_t>>() : lanewise<&cast<float, uint32_t>>();
  }
  return nullptr;
}

IntegerRounding integer_rounding(const Decoder& d, Type to, Type from) {
  if (d.has("rni")) return IntegerRounding::kNearest;
  if (d.has("rzi")) return IntegerRounding::kZero;
  if (d.has("rmi")) return IntegerRounding::kDown;
  if (d.has("rpi")) return IntegerRounding::kUp;
  if (to.is_integer() && !from.is_integer()) d.refuse("lacks a rounding");
  return IntegerRounding::kNone;
}

template <class To, class From>
Handler resizing() {
  return lanewise<&cast<To, From>>();
}

/// Changes the width of a register. Registers are wider than 8-bit types, and may be wider than any other.
Handler resizing(const Decoder& d, unsigned to, unsigned from, bool is_signed) {
  const auto is = [&](unsigned t, unsigned f) { return to == t && from == f; };
  if (is(16, 32)) return resizing<uint16_t, uint32_t>();
  if (is(16, 64)) return resizing<uint16_t, uint64_t>();
  if (is(32, 64)) return resizing<uint32_t, uint64_t>();
  if (is(32, 16)) return is_signed ? resizing<int32_t, int16_t>() : resizing<uint32_t, uint16_t>();
  if (is(64, 16)) return is_signed ? resizing<int64_t, int16_t>() : resizing<uint64_t, uint16_t>();
  if (is(64, 32)) return is_signed ? resizing<int64_t, int32_t>() : resizing<uint64_t, uint32_t>();
  d.refuse();
}

uint32_t source_of_width(Decoder& d, const Operand& o, Type type) {
  const unsigned bits = d.register_bits(o, type);
  if (bits == type.register_bits()) return d.source(o, type);
  Instruction i = d.instruction(resizing(d, type.register_bits(), bits, false));
  i.a = d.source(o, {Type::kBits, bits});
  i.to = d.new_register(type.bits);
  d.emit(i);
  return i.to;
}

void pack_bf16(Warp& w, const Instruction& i, Mask lanes) {
  const bool relu = i.immediate & 8;
  const auto one = [&](float x) {
    const Bf16 r = i.rounding == Rounding::kZero ? truncated(x) : rounded(x);
    return relu && widened(r) < 0 ? Bf16{0} : r;
  };
  for_each_lane(lanes, [&](unsigned lane) {
    // The first operand becomes the high half.
    w.lanes_of<Bf16x2>(i.to)[lane] = {one(w.lanes_of<float>(i.b)[lane]), one(w.lanes_of<float>(i.a)[lane])};
  });
}

}  // namespace

void decode_cvt(Decoder& d) {
  const Type to = d.type(0), from = d.type(1);
  Instruction i = d.instruction(nullptr);
  i.immediate = static_cast<int64_t>(integer_rounding(d, to, from)) | (d.has("relu") ? 8 : 0);
  if (d.has("rna") || d.has("satfinite") || d.has("rs")) d.refuse();
  if (to.packed) {
    if (from != type_named("f32") || d.operands() != 3) d.refuse();
    i.run = &pack_bf16;
    i.a = d.source(1, from);
    i.b = d.source(2, from);
    i.to = d.target(0, to);
    return d.emit(i);
  }
  // The conversion to bf16 rounds by itself.
  if (to.kind == Type::kBfloat && i.rounding != Rounding::kNearest && i.rounding != Rounding::kZero) d.refuse();
  i.a = source_of_width(d, d.operand(1), from);
  i.run = common_conversion(i, to, from);
  if (!i.run) i.run = any_conversion(d, to, from);
  const unsigned bits = d.register_bits(d.operand(0), to);
  if (bits == to.register_bits()) {
    i.to = d.target(0, to);
    return d.emit(i);
  }
  Instruction resize = d.instruction(resizing(d, bits, to.register_bits(), to.kind == Type::kSigned));
  i.to = resize.a = d.new_register(to.bits);
  d.emit(i);
  resize.to = d.target(0, {Type::kBits, bits});
  d.emit(resize);
}

}  // namespace standin::ptx
