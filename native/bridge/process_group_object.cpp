#include "process_group_object.h"

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "../arguments/argument.h"
#include "../error.h"
#include "environment.h"
#include "exports.h"
#include "failure.h"

namespace layer_rotation {
namespace {

/// Marks the objects of this class among all that JavaScript may pass.
constexpr napi_type_tag kTag = {0x6c61796572726f74, 0x70726f6365737365};

ProcessGroupSpec read_spec(const Argument& spec) {
  ProcessGroupSpec result;
  result.size = static_cast<int>(spec["size"].integer(2, 1 << 20));
  result.rank = static_cast<int>(spec["rank"].integer(0, result.size - 1));
  result.address = spec["address"].string();
  result.port = static_cast<uint16_t>(spec["port"].integer(1, std::numeric_limits<uint16_t>::max()));
  result.store_of_agent = spec["storeOfAgent"].boolean();
  result.prefix = spec["prefix"].string();
  result.timeout = std::chrono::milliseconds(spec["timeout"].integer(1, 1000 * 86400 * 7));
  return result;
}

class ProcessGroupObject : public Napi::ObjectWrap<ProcessGroupObject> {
 public:
  static Napi::Function define(Napi::Env env) {
    return DefineClass(
        env, "ProcessGroup",
        {InstanceMethod<&ProcessGroupObject::join>("join"), InstanceMethod<&ProcessGroupObject::leave>("leave"),
         InstanceMethod<&ProcessGroupObject::set>("set"), InstanceMethod<&ProcessGroupObject::has>("has"),
         InstanceMethod<&ProcessGroupObject::forget>("forget"), InstanceMethod<&ProcessGroupObject::wait>("wait")});
  }

  explicit ProcessGroupObject(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<ProcessGroupObject>(info),
        group_(*info[0].As<Napi::External<std::shared_ptr<ProcessGroup>>>().Data()),
        environment_(Environment::of(info.Env())),
        thread_(EngineThread::start()) {
    info.This().As<Napi::Object>().TypeTag(&kTag);
    environment_->adopt_thread(thread_);
    environment_->on_end(group_, [group = std::weak_ptr(group_)] {
      if (const auto alive = group.lock()) alive->leave();
    });
  }

  void Finalize(Napi::Env) override {
    group_->leave();
    environment_->release_thread(std::move(thread_));
  }

  const std::shared_ptr<ProcessGroup>& group() const { return group_; }

 private:
  /// Runs a call on the group's own thread: waiting for others must not keep a trainer from its work. `begin()` reads
  /// the arguments.
  template <class Begin, class Convert>
  Napi::Value call(const Napi::CallbackInfo& info, Begin begin, Convert convert) {
    return reject_on_throw(info.Env(), [&] {
      return environment_->run(
          info.Env(), begin(), std::move(convert), [] {}, thread_);
    });
  }

  static Napi::Value to_undefined(Napi::Env env, bool) { return env.Undefined(); }

  Napi::Value join(const Napi::CallbackInfo& info) {
    return call(
        info,
        [&] {
          return [group = group_] {
            group->join();
            return true;
          };
        },
        to_undefined);
  }

  void leave(const Napi::CallbackInfo&) { group_->leave(); }

  Napi::Value set(const Napi::CallbackInfo& info) {
    return call(
        info,
        [&] {
          return [group = group_, key = Argument(info[0], "key").string(),
                  value = Argument(info[1], "value").uint8_array()] {
            group->set(key, value);
            return true;
          };
        },
        to_undefined);
  }

  Napi::Value has(const Napi::CallbackInfo& info) {
    return call(
        info, [&] { return [group = group_, key = Argument(info[0], "key").string()] { return group->has(key); }; },
        [](Napi::Env env, bool found) { return Napi::Boolean::New(env, found); });
  }

  Napi::Value forget(const Napi::CallbackInfo& info) {
    return call(
        info,
        [&] {
          return [group = group_, key = Argument(info[0], "key").string()] {
            group->forget(key);
            return true;
          };
        },
        to_undefined);
  }

  Napi::Value wait(const Napi::CallbackInfo& info) {
    return call(
        info,
        [&] {
          const auto rank = static_cast<int>(Argument(info[1], "rank").integer(0, group_->size() - 1));
          return [group = group_, key = Argument(info[0], "key").string(), rank] { return group->wait(key, rank); };
        },
        [](Napi::Env env, const std::vector<uint8_t>& value) {
          auto array = Napi::Uint8Array::New(env, value.size());
          std::copy(value.begin(), value.end(), array.Data());
          return array;
        });
  }

  std::shared_ptr<ProcessGroup> group_;
  std::shared_ptr<Environment> environment_;
  std::shared_ptr<EngineThread> thread_;
};

}  // namespace

std::shared_ptr<ProcessGroup> read_process_group(const Napi::Value& value) {
  if (value.IsUndefined()) return nullptr;
  if (value.IsObject() && value.As<Napi::Object>().CheckTypeTag(&kTag)) {
    return ProcessGroupObject::Unwrap(value.As<Napi::Object>())->group();
  }
  throw Error("INVALID_CONFIG", "processGroup: expected what createProcessGroup returned");
}

Napi::Value create_process_group(const Napi::CallbackInfo& info) {
  return reject_on_throw(info.Env(), [&] {
    auto group = std::make_shared<ProcessGroup>(read_spec({info[0], ""}));
    const Napi::Function constructor = Environment::class_of(
        info.Env(), Environment::Class::kProcessGroup, [env = info.Env()] { return ProcessGroupObject::define(env); });
    const auto deferred = Napi::Promise::Deferred::New(info.Env());
    deferred.Resolve(constructor.New({Napi::External<std::shared_ptr<ProcessGroup>>::New(info.Env(), &group)}));
    return deferred.Promise();
  });
}

}  // namespace layer_rotation
