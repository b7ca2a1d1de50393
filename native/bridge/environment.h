#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "engine_thread.h"
#include "failure.h"

namespace layer_rotation {

/// One JavaScript thread (the main one or a worker), with its way to the engine and back.
class Environment : public std::enable_shared_from_this<Environment> {
 public:
  /// Makes the environment of `env` and arranges that it ends with `env`, however that happens: at the end of the
  /// program, by process.exit, an uncaught throw, or the termination of a worker.
  static void create(Napi::Env env);
  static std::shared_ptr<Environment> of(Napi::Env env);

  /// The JavaScript class of a kind of object. `define()` makes it once, at its first use, since V8 never frees a
  /// class.
  enum class Class { kTrainer, kLayers, kProcessGroup };
  template <class Define>
  static Napi::Function class_of(Napi::Env env, Class kind, Define define) {
    Napi::FunctionReference& made = class_slot(env, kind);
    if (made.IsEmpty()) made = Napi::Persistent(define());
    return made.Value();
  }

  /// Runs `work()` on `thread`, or on the process's thread if that is null, and resolves with `convert(env, result)`,
  /// called on the JavaScript thread; an exception of either rejects. `settled()` is called on the JavaScript thread in
  /// any case, to release what only that thread may release. Node stays alive until the promise is settled.
  template <class Work, class Convert, class Settled = void (*)()>
  Napi::Promise run(
      Napi::Env env, Work work, Convert convert, Settled settled = [] {},
      const std::shared_ptr<EngineThread>& thread = nullptr);

  /// Ends a thread with the environment, or earlier, from the engine's thread.
  void adopt_thread(const std::shared_ptr<EngineThread>& thread);
  void release_thread(std::shared_ptr<EngineThread> thread);

  /// Runs `task` on the engine's thread, without a promise; drops it once the environment has ended.
  void post_if_running(std::function<void()> task);

  /// Runs `task` on the JavaScript thread, in the order of the calls; drops it once the environment has ended. May be
  /// called from any thread.
  void to_javascript(std::function<void(Napi::Env)> task);

  /// Registers `stop`, which makes running work end early; it is called when the environment ends, if `owner` still
  /// lives.
  void on_end(std::weak_ptr<void> owner, std::function<void()> stop);

 private:
  static Napi::FunctionReference& class_slot(Napi::Env env, Class kind);
  void end();
  bool ended();
  /// Throws Error DISPOSED once the environment has ended.
  EngineThread& running_engine() const;
  void begin_pending(Napi::Env env);
  void end_pending(Napi::Env env);

  std::shared_ptr<EngineThread> engine_;                ///< null once the environment has ended
  std::vector<std::shared_ptr<EngineThread>> threads_;  ///< those of single trainers
  Napi::ThreadSafeFunction queue_;
  size_t pending_ = 0;  ///< promises not yet settled; touched on the JavaScript thread only
  std::vector<std::pair<std::weak_ptr<void>, std::function<void()>>> stops_;

  std::mutex mutex_;  ///< guards ended_ against calls of queue_
  bool ended_ = false;
};

template <class Work, class Convert, class Settled>
Napi::Promise Environment::run(Napi::Env env, Work work, Convert convert, Settled settled,
                               const std::shared_ptr<EngineThread>& thread) {
  using Result = std::invoke_result_t<Work>;
  struct Call {
    Work work;
    Convert convert;
    Settled settled;
    Napi::Promise::Deferred deferred;
    std::optional<Result> result;
    Failure failure;
  };
  auto call = std::make_shared<Call>(
      Call{std::move(work), std::move(convert), std::move(settled), Napi::Promise::Deferred::New(env), {}, {}});
  const Napi::Promise promise = call->deferred.Promise();
  EngineThread& shared_engine = running_engine();
  EngineThread& engine = thread ? *thread : shared_engine;
  begin_pending(env);
  engine.post([self = shared_from_this(), call] {
    if (self->ended()) return;
    try {
      call->result.emplace(call->work());
    } catch (...) {
      call->failure = Failure::current();
    }
    self->to_javascript([self, call](Napi::Env env) {
      try {
        if (!call->result) throw call->failure.to_javascript(env);
        call->deferred.Resolve(call->convert(env, std::move(*call->result)));
      } catch (const Napi::Error& error) {
        call->deferred.Reject(error.Value());
      } catch (...) {
        call->deferred.Reject(Failure::current().to_javascript(env).Value());
      }
      call->settled();
      self->end_pending(env);
    });
  });
  return promise;
}

}  // namespace layer_rotation
