#include "environment.h"

#include <array>

#include "../error.h"

namespace layer_rotation {
namespace {

/// The instance data, created and destroyed on the JavaScript thread. Tasks hold the environment and may outlive the
/// instance data.
struct Holder {
  std::shared_ptr<Environment> environment;
  std::array<Napi::FunctionReference, 3> classes;
};

}  // namespace

void Environment::create(Napi::Env env) {
  auto environment = std::make_shared<Environment>();
  environment->engine_ = EngineThread::acquire();
  // One queue for everything, made before the clean-up hook: hooks run in reverse order, so ours runs while the queue
  // still exists. Unreferenced, it does not keep Node alive by itself.
  environment->queue_ = Napi::ThreadSafeFunction::New(env, Napi::Function(), "layer-rotation", 0, 1);
  environment->queue_.Unref(env);
  env.SetInstanceData(new Holder{environment, {}});
  env.AddCleanupHook([environment] { environment->end(); });
  // process.exit() runs no clean-up hooks on the main thread, but LibTorch's static objects are destroyed all the same:
  // the engine must have stopped by then.
  const auto process = env.Global().Get("process").As<Napi::Object>();
  const auto on_exit = Napi::Function::New(env, [environment](const Napi::CallbackInfo&) { environment->end(); });
  process.Get("on").As<Napi::Function>().Call(process, {Napi::String::New(env, "exit"), on_exit});
}

std::shared_ptr<Environment> Environment::of(Napi::Env env) { return env.GetInstanceData<Holder>()->environment; }

Napi::FunctionReference& Environment::class_slot(Napi::Env env, Class kind) {
  return env.GetInstanceData<Holder>()->classes[static_cast<size_t>(kind)];
}

EngineThread& Environment::running_engine() const {
  if (!engine_) throw Error("DISPOSED", "this thread is exiting");
  return *engine_;
}

void Environment::post_if_running(std::function<void()> task) {
  if (engine_) engine_->post(std::move(task));
}

void Environment::to_javascript(std::function<void(Napi::Env)> task) {
  const std::lock_guard lock(mutex_);
  if (ended_) return;
  auto* data = new std::function<void(Napi::Env)>(std::move(task));
  queue_.BlockingCall(data, [](Napi::Env env, Napi::Function, std::function<void(Napi::Env)>* given) {
    const std::unique_ptr<std::function<void(Napi::Env)>> task(given);
    // Node calls without an environment while it shuts down.
    if (env != nullptr) (*task)(env);
  });
}

void Environment::on_end(std::weak_ptr<void> owner, std::function<void()> stop) {
  std::erase_if(stops_, [](const auto& entry) { return entry.first.expired(); });
  stops_.emplace_back(std::move(owner), std::move(stop));
}

void Environment::end() {
  {
    const std::lock_guard lock(mutex_);
    if (ended_) return;
    ended_ = true;
  }
  for (const auto& [owner, stop] : stops_) {
    if (const auto alive = owner.lock()) stop();
  }
  for (const auto& thread : threads_) thread->end();
  threads_.clear();
  engine_.reset();
}

void Environment::adopt_thread(const std::shared_ptr<EngineThread>& thread) { threads_.push_back(thread); }

void Environment::release_thread(std::shared_ptr<EngineThread> thread) {
  std::erase(threads_, thread);
  post_if_running([thread = std::move(thread)]() mutable { thread.reset(); });
}

bool Environment::ended() {
  const std::lock_guard lock(mutex_);
  return ended_;
}

void Environment::begin_pending(Napi::Env env) {
  if (pending_++ == 0) queue_.Ref(env);
}

void Environment::end_pending(Napi::Env env) {
  if (--pending_ == 0) queue_.Unref(env);
}

}  // namespace layer_rotation
