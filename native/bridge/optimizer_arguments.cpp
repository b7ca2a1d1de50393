#include "optimizer_arguments.h"

#include <cmath>
#include <optional>

namespace layer_rotation {
namespace {

double at_least_zero(const Argument& argument) {
  const double number = argument.number();
  if (!std::isfinite(number) || number < 0) argument.fail("a number of at least 0");
  return number;
}

/// The fields of a rule or a control, as its read() asks for them.
struct Config {
  Argument argument;

  double at_least_zero(const char* field) const { return layer_rotation::at_least_zero(argument[field]); }
  /// The same; `missing` where the field is null.
  double at_least_zero(const char* field, double missing) const {
    return argument[field].is_nullish() ? missing : at_least_zero(field);
  }
  /// 0 ≤ number < 1
  double fraction(const char* field) const {
    const double number = argument[field].number();
    if (!(number >= 0 && number < 1)) argument[field].fail("a number of at least 0 and below 1");
    return number;
  }
  bool boolean(const char* field) const { return argument[field].boolean(); }
  int64_t integer(const char* field, int64_t low, int64_t high) const { return argument[field].integer(low, high); }
  template <class T>
  T one_of(const char* field, std::initializer_list<std::pair<const char*, T>> choices) const {
    return argument[field].one_of<T>(choices);
  }
  /// The fields of a rule within this one.
  Config part(const char* field) const { return {argument[field]}; }
  bool per_neuron(const char* field) const {
    return argument[field].one_of<bool>({{"layer", false}, {"neuron", true}});
  }
};

/// "a, b or c"
std::string listed(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i) text += (i == 0 ? "" : i + 1 < names.size() ? ", " : " or ") + names[i];
  return text;
}

/// The first parameter says which types there are.
template <class... R>
Rule read_rule(const std::variant<R...>*, const Argument& argument) {
  const std::string type = argument["type"].string();
  std::optional<Rule> found;
  std::vector<std::string> names;
  const auto try_one = [&](auto rule) {
    for (const char* name : decltype(rule)::kNames) {
      names.push_back(name);
      if (type != name) continue;
      rule.read(Config{argument});
      found = rule;
    }
  };
  (try_one(R()), ...);
  if (!found) argument["type"].fail(listed(names));
  return *found;
}

/// Returns controls::None if the type does not name a control: it then names a rule.
template <class... C>
Control read_control(const std::variant<controls::None, C...>*, const Argument& argument) {
  const std::string type = argument["type"].string();
  Control found;
  const auto try_one = [&](auto control) {
    if (type != decltype(control)::kName) return;
    control.read(Config{argument});
    found = control;
  };
  (try_one(C()), ...);
  return found;
}

}  // namespace

OptimizerSpec read_optimizer(const Argument& optimizer) {
  const Control control = read_control(static_cast<const Control*>(nullptr), optimizer);
  const bool is_controlled = !std::holds_alternative<controls::None>(control);
  return {read_rule(static_cast<const Rule*>(nullptr), is_controlled ? optimizer["rule"] : optimizer), control};
}

GradientClipping read_gradient_clipping(const Argument& clipping) {
  using Type = GradientClipping::Type;
  if (clipping.is_nullish()) return {};
  const bool by_norm = clipping["type"].one_of<bool>({{"clipNorm", true}, {"clipValue", false}});
  const double max = clipping["max"].number();
  if (!std::isfinite(max) || max <= 0) clipping["max"].fail("a number above 0");
  if (!by_norm) return {Type::kValue, max};
  return {clipping["per"].one_of<Type>({{"network", Type::kNormOfNetwork}, {"parameter", Type::kNormOfParameter}}),
          max};
}

ParameterSettings read_parameter_settings(const Argument& settings) {
  return {settings["trained"].boolean(), settings["controlled"].boolean(), at_least_zero(settings["rateFactor"]),
          at_least_zero(settings["decay"]), at_least_zero(settings["decoupledDecay"])};
}

}  // namespace layer_rotation
