#pragma once

#include <string_view>

namespace standin::ptx {

/// The type of an operand: `u32`, `bf16x2`, `pred`.
struct Type {
  enum Kind { kNone, kUnsigned, kSigned, kBits, kFloat, kBfloat, kPredicate };
  Kind kind = kNone;
  /// Bits of the whole operand; 32 for bf16x2.
  unsigned bits = 0;
  bool packed = false;

  bool is_integer() const { return kind == kUnsigned || kind == kSigned || kind == kBits; }
  /// Bits of the register that holds it: at least 16. A predicate has a bit a lane.
  unsigned register_bits() const { return bits < 16 ? 16 : bits; }
  bool operator==(const Type&) const = default;
};

/// The type of that name without its dot; kNone for another word.
Type type_named(std::string_view name);

}  // namespace standin::ptx
