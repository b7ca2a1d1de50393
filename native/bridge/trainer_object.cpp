#include "exports.h"

#include <memory>
#include <optional>

#include "../error.h"
#include "../runtime/cpu_memory.h"
#include "../runtime/device.h"
#include "../runtime/process_end.h"
#include "data_arguments.h"
#include "environment.h"
#include "failure.h"
#include "process_group_object.h"
#include "request_arguments.h"
#include "results.h"
#include "spec_arguments.h"

namespace layer_rotation {
namespace {

/// The state that the JavaScript object and the tasks on the engine's thread share. Only the engine uses the trainer.
struct SharedTrainer {
  std::unique_ptr<Trainer> trainer;
  std::shared_ptr<StopToken::Counter> stops = std::make_shared<StopToken::Counter>(0);
  std::string device;
  std::vector<std::string> layer_names;
  int64_t parameter_count = 0;
  int64_t memory = 0;       ///< bytes that the new trainer held
  int64_t told_memory = 0;  ///< bytes that V8 knows of; only the JavaScript thread uses it
  bool released = false;    ///< only the JavaScript thread uses it
  int64_t train_examples = 0;
  Shape example_shape;
  int64_t test_examples = 0;
  bool has_own_thread = false;
};

/// A callback into JavaScript from the engine's thread; created and destroyed on the JavaScript thread.
struct ProgressCallback {
  explicit ProgressCallback(Napi::FunctionReference given) : function(std::move(given)) {}

  Napi::FunctionReference function;
  std::optional<Napi::Error> thrown;
};

/// The result of a call that returns nothing.
struct Nothing {};
Napi::Value to_javascript(Napi::Env env, Nothing) { return env.Undefined(); }
Napi::Value to_javascript(Napi::Env env, const std::vector<double>& values) { return to_float64_array(env, values); }

class TrainerObject : public Napi::ObjectWrap<TrainerObject> {
 public:
  static Napi::Value create(Napi::Env env, std::shared_ptr<SharedTrainer> shared) {
    const Napi::Function constructor =
        Environment::class_of(env, Environment::Class::kTrainer, [env] { return define(env); });
    return constructor.New({Napi::External<std::shared_ptr<SharedTrainer>>::New(env, &shared)});
  }

  static Napi::Function define(Napi::Env env) {
    return DefineClass(env, "Trainer",
                       {InstanceAccessor<&TrainerObject::device>("device"),
                        InstanceAccessor<&TrainerObject::layer_names>("layerNames"),
                        InstanceAccessor<&TrainerObject::parameter_count>("parameterCount"),
                        InstanceMethod<&TrainerObject::train_epoch>("trainEpoch"),
                        InstanceMethod<&TrainerObject::evaluate>("evaluate"),
                        InstanceMethod<&TrainerObject::predict>("predict"),
                        InstanceMethod<&TrainerObject::weights>("weights"),
                        InstanceMethod<&TrainerObject::set_weights>("setWeights"),
                        InstanceMethod<&TrainerObject::swap_average>("swapAverage"),
                        InstanceMethod<&TrainerObject::training_state>("trainingState"),
                        InstanceMethod<&TrainerObject::set_training_state>("setTrainingState"),
                        InstanceMethod<&TrainerObject::share_state>("shareState"),
                        InstanceMethod<&TrainerObject::set_reference>("setReference"),
                        InstanceMethod<&TrainerObject::reference>("reference"),
                        InstanceMethod<&TrainerObject::rotation>("rotation"),
                        InstanceMethod<&TrainerObject::probe>("probe"),
                        InstanceMethod<&TrainerObject::time_input>("timeInput"),
                        InstanceMethod<&TrainerObject::not_finite>("notFinite"),
                        InstanceMethod<&TrainerObject::stop>("stop"),
                        InstanceMethod<&TrainerObject::dispose>("dispose")});
  }

  explicit TrainerObject(const Napi::CallbackInfo& info)
      : Napi::ObjectWrap<TrainerObject>(info),
        shared_(*info[0].As<Napi::External<std::shared_ptr<SharedTrainer>>>().Data()),
        environment_(Environment::of(info.Env())) {
    tell_memory(info.Env(), *shared_, shared_->memory);
    if (shared_->has_own_thread) {
      thread_ = EngineThread::start();
      environment_->adopt_thread(thread_);
    }
    environment_->on_end(shared_, [stops = std::weak_ptr(shared_->stops)] {
      if (const auto alive = stops.lock()) ++*alive;
    });
  }

  void Finalize(Napi::Env env) override { release(env); }

 private:
  template <class Work, class Convert, class Settled = void (*)()>
  Napi::Promise run(
      const Napi::CallbackInfo& info, Work work, Convert convert, Settled settled = [] {}) {
    return environment_->run(info.Env(), std::move(work), std::move(convert), std::move(settled), thread_);
  }

  /// Runs a call: `begin(shared)` reads its arguments on this thread and returns the function that does the work on the
  /// engine's thread, whose result to_javascript() converts.
  template <class Begin>
  Napi::Value call(const Napi::CallbackInfo& info, Begin begin) {
    return call(info, std::move(begin),
                [](Napi::Env env, auto result) { return to_javascript(env, std::move(result)); });
  }
  template <class Begin, class Convert>
  Napi::Value call(const Napi::CallbackInfo& info, Begin begin, Convert convert) {
    return reject_on_throw(info.Env(), [&] { return run(info, begin(alive()), std::move(convert)); });
  }

  Napi::Value device(const Napi::CallbackInfo& info) { return Napi::String::New(info.Env(), alive().device); }

  Napi::Value layer_names(const Napi::CallbackInfo& info) {
    const auto& names = alive().layer_names;
    auto array = Napi::Array::New(info.Env(), names.size());
    for (uint32_t i = 0; i < names.size(); ++i) array[i] = names[i];
    return array;
  }

  Napi::Value parameter_count(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), static_cast<double>(alive().parameter_count));
  }

  Napi::Value train_epoch(const Napi::CallbackInfo& info) {
    return reject_on_throw(info.Env(), [&] {
      auto request = std::make_shared<EpochRequest>(
          read_epoch_request({info[0], ""}, alive().layer_names.size(), alive().train_examples, alive().example_shape));
      return run_reporting<EpochProgress>(
          info, info[1],
          [shared = shared_, request](const StopToken& stop, const OnProgress& on_progress) {
            return shared->trainer->train_epoch(*request, stop, on_progress);
          },
          [request](Napi::Env env, const EpochResult& result) { return to_javascript(env, result, request->record); });
    });
  }

  /// Runs work that reports its progress: `work(stop, on_progress)`, whose second argument is empty unless `listener`
  /// is a function.
  template <class Progress, class Work, class Convert>
  Napi::Promise run_reporting(const Napi::CallbackInfo& info, const Napi::Value& listener, Work work, Convert convert) {
    std::unique_ptr<ProgressCallback> owned;
    if (listener.IsFunction()) {
      owned = std::make_unique<ProgressCallback>(Napi::Persistent(listener.As<Napi::Function>()));
    }
    ProgressCallback* callback = owned.get();
    const Napi::Promise promise = run(
        info,
        [stops = shared_->stops, work = std::move(work), callback, environment = environment_,
         stop = StopToken(shared_->stops)] {
          std::function<void(const Progress&)> on_progress;
          if (callback != nullptr) {
            on_progress = [&](const Progress& progress) {
              environment->to_javascript(
                  [callback, progress, stops](Napi::Env env) { report(env, *callback, progress, *stops); });
            };
          }
          return work(stop, on_progress);
        },
        [callback, convert = std::move(convert)](Napi::Env env, auto&& result) {
          if (callback != nullptr && callback->thrown) throw *callback->thrown;
          return convert(env, std::move(result));
        },
        [callback] { delete callback; });
    owned.release();  // the function that run() calls after the work deletes it
    return promise;
  }

  /// Reports progress to the callback. If that throws, the work ends and its promise rejects with the same error.
  template <class Progress>
  static void report(Napi::Env env, ProgressCallback& callback, const Progress& progress, StopToken::Counter& stops) {
    if (callback.thrown) return;
    try {
      callback.function.Call({progress_object(env, progress)});
    } catch (const Napi::Error& error) {
      callback.thrown = error;
      ++stops;
    }
  }

  static Napi::Object progress_object(Napi::Env env, const EpochProgress& progress) {
    auto object = Napi::Object::New(env);
    object["step"] = static_cast<double>(progress.step);
    object["steps"] = static_cast<double>(progress.steps);
    object["loss"] = progress.loss;
    object["accuracy"] = progress.accuracy;
    object["losses"] = to_float64_array(env, progress.losses);
    return object;
  }

  static Napi::Object progress_object(Napi::Env env, const EvaluationProgress& progress) {
    auto object = Napi::Object::New(env);
    object["done"] = static_cast<double>(progress.done);
    object["total"] = static_cast<double>(progress.total);
    return object;
  }

  Napi::Value evaluate(const Napi::CallbackInfo& info) {
    return evaluation(info, [](Trainer& trainer, const auto&... request) { return trainer.evaluate(request...); });
  }

  Napi::Value predict(const Napi::CallbackInfo& info) {
    return evaluation(info, [](Trainer& trainer, const auto&... request) { return trainer.predict(request...); });
  }

  /// Calls `work(trainer, request, stop token, progress)` on the engine's thread; it returns nothing if it was stopped.
  template <class Work>
  Napi::Value evaluation(const Napi::CallbackInfo& info, Work work) {
    return reject_on_throw(info.Env(), [&] {
      const SharedTrainer& trainer = alive();
      EvaluationRequest request;
      request.split =
          Argument(info[0], "split")
              .one_of<Split>({{"train", Split::kTrain}, {"validation", Split::kValidation}, {"test", Split::kTest}});
      request.batch_size = Argument(info[1], "batchSize").integer(1);
      if (const Argument chosen(info[2], "chosen"); !chosen.is_nullish()) {
        const bool is_test = request.split == Split::kTest;
        request.chosen = read_indices(chosen, is_test ? trainer.test_examples : trainer.train_examples);
      }
      return run_reporting<EvaluationProgress>(
          info, info[3],
          [shared = shared_, request = std::move(request), work](const StopToken& stop,
                                                                 const OnEvaluationProgress& listener) {
            return work(*shared->trainer, request, stop, listener);
          },
          [](Napi::Env env, auto&& result) {
            if (!result) throw Error("INTERRUPTED", "the evaluation was stopped");
            return to_javascript(env, *std::move(result));
          });
    });
  }

  Napi::Value probe(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer& alive) {
      auto indices = read_indices(Argument(info[0], "indices"), alive.train_examples);
      const auto mode =
          Argument(info[1], "mode").one_of<Mode>({{"train", Mode::kTrain}, {"evaluate", Mode::kEvaluate}});
      return [shared = shared_, indices = std::move(indices), mode] {
        return shared->trainer->with_parts(
            [&](const StepParts& parts) { return layer_rotation::probe(parts, indices, mode); });
      };
    });
  }

  Napi::Value time_input(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer& alive) {
      return [shared = shared_, batches = read_batch_plan({info[0], ""}, alive.train_examples, alive.example_shape)] {
        return shared->trainer->with_parts(
            [&](const StepParts& parts) { return layer_rotation::time_input(parts, batches); });
      };
    });
  }

  Napi::Value weights(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer&) { return [shared = shared_] { return shared->trainer->weights(); }; });
  }

  Napi::Value set_weights(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer&) {
      return [shared = shared_, tensors = read_tensors(Argument(info[0], "weights"))] {
        shared->trainer->set_weights(tensors);
        return Nothing();
      };
    });
  }

  Napi::Value swap_average(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer&) {
      return [shared = shared_] {
        shared->trainer->swap_average();
        return Nothing();
      };
    });
  }

  Napi::Value set_reference(const Napi::CallbackInfo& info) {
    const auto begin = [&](SharedTrainer&) {
      std::string name = Argument(info[0], "name").string();
      std::vector<NamedTensor> tensors;
      if (const Argument given(info[1], "weights"); !given.is_nullish()) tensors = read_tensors(given);
      return [shared = shared_, name = std::move(name), tensors = std::move(tensors)] {
        shared->trainer->set_reference(name, tensors);
        return shared->trainer->memory();
      };
    };
    return call(info, begin, [shared = shared_](Napi::Env env, int64_t memory) {
      tell_memory(env, *shared, memory);
      return env.Undefined();
    });
  }

  Napi::Value not_finite(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer& alive) {
      return [shared = shared_, batch = read_batch_plan({info[0], ""}, alive.train_examples, alive.example_shape)] {
        return shared->trainer->not_finite(batch);
      };
    });
  }

  Napi::Value reference(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer&) {
      return [shared = shared_, name = Argument(info[0], "name").string()] { return shared->trainer->reference(name); };
    });
  }

  Napi::Value training_state(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer&) { return [shared = shared_] { return shared->trainer->training_state(); }; });
  }

  Napi::Value set_training_state(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer&) {
      return [shared = shared_, state = read_training_state(Argument(info[0], "state"))] {
        shared->trainer->set_training_state(state);
        return Nothing();
      };
    });
  }

  Napi::Value share_state(const Napi::CallbackInfo& info) {
    return call(info, [&](SharedTrainer&) {
      return [shared = shared_] {
        shared->trainer->share_state();
        return Nothing();
      };
    });
  }

  Napi::Value rotation(const Napi::CallbackInfo& info) {
    return call(info,
                [&](SharedTrainer&) { return [shared = shared_] { return shared->trainer->measure_rotation(); }; });
  }

  void stop(const Napi::CallbackInfo&) {
    if (shared_) ++*shared_->stops;
  }

  void dispose(const Napi::CallbackInfo& info) { release(info.Env()); }

  /// Tells V8, which cannot see it, how much memory the object keeps alive.
  static void tell_memory(Napi::Env env, SharedTrainer& shared, int64_t memory) {
    if (shared.released) return;
    Napi::MemoryManagement::AdjustExternalMemory(env, memory - shared.told_memory);
    shared.told_memory = memory;
  }

  void release(Napi::Env env) {
    if (!shared_) return;
    ++*shared_->stops;
    tell_memory(env, *shared_, 0);
    shared_->released = true;
    // The engine's thread, which made the tensors, frees them after the calls that still use them.
    const auto free = [shared = std::move(shared_)] {
      shared->trainer.reset();
      release_cpu_memory();
    };
    if (!thread_) return environment_->post_if_running(free);
    thread_->post(free);
    environment_->release_thread(std::move(thread_));
  }

  SharedTrainer& alive() const {
    if (!shared_) throw Error("DISPOSED", "this trainer was disposed");
    return *shared_;
  }

  std::shared_ptr<SharedTrainer> shared_;  ///< null once disposed
  std::shared_ptr<Environment> environment_;
  std::shared_ptr<EngineThread> thread_;  ///< null if the process's thread does the work
};

}  // namespace

Napi::Value create_trainer(const Napi::CallbackInfo& info) {
  return reject_on_throw(info.Env(), [&] {
    auto spec = std::make_shared<TrainerSpec>(read_trainer_spec({info[0], ""}));
    spec->processes = read_process_group(info[1]);
    return Environment::of(info.Env())
        ->run(
            info.Env(),
            [spec] {
              // The exit() handler registered after this task must find them: what is made later is destroyed earlier.
              make_static_objects();
              auto shared = std::make_shared<SharedTrainer>();
              shared->trainer = Trainer::create(*spec);
              shared->device = device_name(shared->trainer->device());
              shared->layer_names = shared->trainer->layer_names();
              shared->parameter_count = shared->trainer->parameter_count();
              shared->memory = shared->trainer->memory();
              shared->train_examples = spec->train.examples;
              shared->example_shape = spec->examples.shape;
              shared->test_examples = spec->test.examples;
              shared->has_own_thread = shared->trainer->runs_beside_others();
              return shared;
            },
            [](Napi::Env env, std::shared_ptr<SharedTrainer> shared) {
              return TrainerObject::create(env, std::move(shared));
            });
  });
}

}  // namespace layer_rotation
