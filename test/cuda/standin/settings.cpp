#include "settings.h"

#include <cstdio>
#include <cstdlib>
#include <string>

namespace standin {
namespace {

std::optional<long long> number(const char* name) {
  const std::string variable = std::string("LAYER_ROTATION_STANDIN_") + name;
  const char* text = std::getenv(variable.c_str());
  if (text == nullptr || *text == '\0') return std::nullopt;
  char* end = nullptr;
  const long long value = std::strtoll(text, &end, 10);
  if (*end != '\0' || value < 0) {
    std::fprintf(stderr, "%s is \"%s\"; expected a whole number\n", variable.c_str(), text);
    std::exit(2);
  }
  return value;
}

Settings read() {
  Settings read;
  if (const auto devices = number("DEVICES")) read.devices = static_cast<int>(*devices);
  if (const auto processors = number("PROCESSORS")) read.processors = static_cast<int>(*processors);
  if (const auto mebibytes = number("MEMORY_MIB")) read.memory = static_cast<size_t>(*mebibytes) << 20;
  read.computes = number("COUNT_ONLY").value_or(0) == 0;
  read.poisons = number("POISON").value_or(1) != 0;
  if (const auto delay = number("ASYNCHRONOUS")) read.most_delay = static_cast<int>(*delay);
  if (const auto node = number("REFUSE_NODE")) read.refused_node = static_cast<size_t>(*node);
  if (const auto launch = number("LOSE_AT")) read.lost_at = static_cast<size_t>(*launch);
  read.refuses_memory_while_capturing = number("REFUSE_CAPTURE_MEMORY").value_or(0) != 0;
  return read;
}

}  // namespace

const Settings& settings() {
  static const Settings settings = read();
  return settings;
}

}  // namespace standin
