#include "type.h"

#include <array>
#include <utility>

namespace standin::ptx {

Type type_named(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, Type>, 18> kTypes{{
      {"u8", {Type::kUnsigned, 8}},
      {"u16", {Type::kUnsigned, 16}},
      {"u32", {Type::kUnsigned, 32}},
      {"u64", {Type::kUnsigned, 64}},
      {"s8", {Type::kSigned, 8}},
      {"s16", {Type::kSigned, 16}},
      {"s32", {Type::kSigned, 32}},
      {"s64", {Type::kSigned, 64}},
      {"b8", {Type::kBits, 8}},
      {"b16", {Type::kBits, 16}},
      {"b32", {Type::kBits, 32}},
      {"b64", {Type::kBits, 64}},
      {"f16", {Type::kFloat, 16}},
      {"f32", {Type::kFloat, 32}},
      {"f64", {Type::kFloat, 64}},
      {"bf16", {Type::kBfloat, 16}},
      {"bf16x2", {Type::kBfloat, 32, true}},
      {"pred", {Type::kPredicate, 1}},
  }};
  for (const auto& [known, type] : kTypes) {
    if (known == name) return type;
  }
  return {};
}

}  // namespace standin::ptx
