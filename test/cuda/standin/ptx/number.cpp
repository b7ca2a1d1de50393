#include "number.h"

#include <bit>
#include <cctype>
#include <string>

namespace standin::ptx {

bool is_number(std::string_view word) {
  if (word.starts_with('-')) word.remove_prefix(1);
  return !word.empty() && std::isdigit(static_cast<unsigned char>(word.front()));
}

uint64_t bits_of_number(std::string_view word, Type type) {
  const bool negative = word.starts_with('-');
  if (negative) word.remove_prefix(1);
  const char prefix = word.size() > 1 && word[0] == '0' ? word[1] : '\0';
  if (prefix == 'f' || prefix == 'F' || prefix == 'd' || prefix == 'D') {
    const uint64_t bits = std::stoull(std::string(word.substr(2)), nullptr, 16);
    const bool single = prefix == 'f' || prefix == 'F';
    double value = single ? double{std::bit_cast<float>(static_cast<uint32_t>(bits))} : std::bit_cast<double>(bits);
    if (negative) value = -value;
    if (type.kind != Type::kFloat) return negative ? -bits : bits;
    // Literals are given in the type of the operand, whose payload of a NaN a conversion could change.
    if (!negative && single == (type.bits == 32)) return bits;
    return type.bits == 32 ? std::bit_cast<uint32_t>(static_cast<float>(value)) : std::bit_cast<uint64_t>(value);
  }
  if (word.ends_with('U')) word.remove_suffix(1);
  if (prefix == 'b' || prefix == 'B') return std::stoull(std::string(word.substr(2)), nullptr, 2);
  const uint64_t value = std::stoull(std::string(word), nullptr, 0);
  return negative ? -value : value;
}

}  // namespace standin::ptx
