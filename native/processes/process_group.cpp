#include "process_group.h"

#include <arpa/inet.h>
#include <c10/util/Logging.h>
#include <sys/socket.h>
#include <unistd.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "../error.h"
#include "../runtime/process_end.h"
#include "patient_call.h"
#include "process_lost.h"
#include "process_store.h"

namespace layer_rotation {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// Batch systems start the processes of a training within minutes of each other.
constexpr auto kMeeting = std::chrono::minutes(5);
/// The time within which the processes that are left report a failure, and read who has.
constexpr auto kReporting = std::chrono::seconds(3);
/// The longest wait, then, for a store that may be the one that hangs.
constexpr auto kReportingAnswer = milliseconds(10'000);
/// The longest time between two looks at a key, and the time between two looks at signs of life.
constexpr auto kLongestPause = milliseconds(20);
constexpr auto kLifeCheck = milliseconds(500);

auto numbered(const char* what) {
  return [what](int rank) { return std::string(what) + "/" + std::to_string(rank); };
}
const auto kMember = numbered("member");  // host and process number of each rank
const auto kPlace = numbered("place");    // how many processes took it
const auto kLife = numbered("life");      // how many signs of life it gave
const auto kFailed = numbered("failed");  // there once a sum failed on it
const auto kTold = numbered("told");      // there once it knows which others it failed on, too
const auto kError = numbered("error");    // the error that ended it

std::string text(const std::vector<uint8_t>& bytes) { return {bytes.begin(), bytes.end()}; }
std::vector<uint8_t> bytes(const std::string& text) { return {text.begin(), text.end()}; }

std::string own_name() {
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  return std::string(host) + ", process " + std::to_string(getpid());
}

/// Returns a socket that listens on a port of the loopback interface, so that other hosts do not reach it.
int listen_on_loopback(uint16_t port) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (listener >= 0 && setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) == 0 &&
      bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
      listen(listener, SOMAXCONN) == 0) {
    return listener;
  }
  const std::string reason = std::strerror(errno);
  if (listener >= 0) close(listener);
  throw Error(kProcessLost, "rank 0 cannot listen on 127.0.0.1:" + std::to_string(port) + ": " + reason);
}

c10::intrusive_ptr<c10d::Store> connect(const ProcessGroupSpec& spec) {
  c10d::TCPStoreOptions options;
  options.port = spec.port;
  options.isServer = spec.rank == 0 && !spec.store_of_agent;
  // By itself TCPStore listens on all interfaces.
  if (options.isServer && spec.address == "127.0.0.1") options.masterListenFd = listen_on_loopback(options.port);
  options.waitWorkers = false;
  options.numWorkers = static_cast<std::size_t>(spec.size);
  options.timeout = std::max<milliseconds>(kMeeting, spec.timeout);
  return c10::make_intrusive<c10d::PrefixStore>(spec.prefix,
                                                c10::make_intrusive<c10d::TCPStore>(spec.address, options));
}

}  // namespace

ProcessGroup::ProcessGroup(ProcessGroupSpec spec) : spec_(std::move(spec)), answer_time_(spec_.timeout) {
  // c10d logs each failure with a stack trace; the errors of this class say what it means. PyTorch's variable decides.
  if (std::getenv("TORCH_CPP_LOG_LEVEL") != nullptr) {
    c10::initLogging();
  } else {
    FLAGS_caffe2_log_level = c10::GLOG_FATAL;
  }
}

ProcessGroup::~ProcessGroup() = default;

template <class Use>
auto ProcessGroup::with_store(Use use) {
  if (!store_) throw Error("DISPOSED", "join() has not been called");
  const bool is_of_other = !spec_.store_of_agent && spec_.rank != 0;
  const auto lose_store = [&](const char* how, const std::string& why) {
    if (is_of_other) lose({0}, how);
    throw Error(kProcessLost, "the store at " + where() + " does not answer" + why);
  };
  const auto end = Clock::now() + answer_time_.load();
  try {
    return patient_call([use, keys = store_->keys()] { return use(*keys); },
                        [&] {
                          require_here();
                          if (Clock::now() > end) hangs_ = true;
                          if (hangs_) lose_store("does not answer", "");
                        });
  } catch (const c10::Error& error) {
    lose_store("has ended", std::string(": ") + first_line(error.what_without_backtrace()));
    throw;
  }
}

void ProcessGroup::join() {
  const auto end = Clock::now() + std::max<milliseconds>(kMeeting, spec_.timeout);
  const auto cannot_meet = [&](const std::string& why) {
    return Error(kProcessLost, "rank " + name(spec_.rank) + " cannot meet the others at " + where() + ": " + why);
  };
  try {
    store_ = std::make_unique<ProcessStore>(patient_call([spec = spec_] { return connect(spec); },
                                                         [&] {
                                                           require_here();
                                                           if (Clock::now() > end) throw cannot_meet("no answer");
                                                         }));
  } catch (const c10::Error& error) {
    throw cannot_meet(first_line(error.what_without_backtrace()));
  }
  take_place();
  for (std::vector<int> missing = without(kMember); !missing.empty(); missing = without(kMember)) {
    if (Clock::now() > end) lose(missing, "did not come to " + where());
    pause(kLongestPause);
  }
  for (int rank = 0; rank < spec_.size; ++rank) {
    members_.push_back(text(with_store([key = kMember(rank)](c10d::Store& keys) { return keys.get(key); })));
  }
  store_->begin_life(kLife(spec_.rank), spec_.timeout / 4);
}

void ProcessGroup::take_place() {
  const int64_t takers = with_store([key = kPlace(spec_.rank)](c10d::Store& keys) { return keys.add(key, 1); });
  if (takers > 1) {
    throw Error("INVALID_CONFIG", "rank " + name(spec_.rank) + " is at " + where() +
                                      " already; expected another rank for each process, and another port for each "
                                      "training");
  }
  set(kMember(spec_.rank), bytes(own_name()));
}

void ProcessGroup::leave() { left_ = true; }

void ProcessGroup::set(const std::string& key, const std::vector<uint8_t>& value) {
  with_store([=](c10d::Store& keys) { keys.set(key, value); });
}

bool ProcessGroup::has(const std::string& key) {
  return with_store([=](c10d::Store& keys) { return keys.check({key}); });
}

void ProcessGroup::forget(const std::string& key) {
  with_store([=](c10d::Store& keys) { keys.deleteKey(key); });
}

std::vector<uint8_t> ProcessGroup::wait(const std::string& key, int rank) {
  const auto life = [&] { return with_store([=](c10d::Store& keys) { return keys.add(kLife(rank), 0); }); };
  int64_t seen = life();
  auto seen_at = Clock::now(), checked_at = seen_at;
  for (milliseconds time(1); !has(key); time = std::min(2 * time, kLongestPause)) {
    const auto now = Clock::now();
    if (now - checked_at > kLifeCheck) {
      checked_at = now;
      if (const int64_t signs = life(); signs != seen) {
        seen = signs;
        seen_at = now;
      } else if (now - seen_at > spec_.timeout) {
        lose({rank}, "gives no sign of life");
      }
    }
    pause(time);
  }
  return with_store([=](c10d::Store& keys) { return keys.get(key); });
}

ProcessCollectives& ProcessGroup::collectives(at::Device device) {
  if (!collectives_) {
    const CollectivesSpec spec{spec_.rank, spec_.size, spec_.address, spec_.timeout};
    const auto end = Clock::now() + spec_.timeout + kReporting;  // they have the timeout, too, but not for the store
    try {
      collectives_ = patient_call(
          [spec, device, keys = store_->keys()] { return std::make_unique<ProcessCollectives>(spec, device, keys); },
          [&] {
            require_here();
            if (Clock::now() > end) throw std::runtime_error("they were not connected in time");
          });
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      report_failure(error.what());
    }
  }
  return *collectives_;
}

void ProcessGroup::report_failure(const std::string& failure) {
  // This closes the connections, so that the failure reaches the processes that are not neighbours of the lost one.
  collectives_.reset();
  answer_time_ = std::min<milliseconds>(spec_.timeout, kReportingAnswer);
  set(kFailed(spec_.rank), {1});
  const auto wait_for = [&](auto key_of, Clock::time_point end) {
    std::vector<int> missing = without(key_of);
    for (; !missing.empty() && Clock::now() < end; missing = without(key_of)) pause(kLongestPause);
    return missing;
  };
  const std::vector<int> missing = wait_for(kFailed, Clock::now() + kReporting);
  set(kTold(spec_.rank), {1});
  // The store ends with rank 0: the others must have read the reports.
  if (spec_.rank == 0) {
    const auto told_or_lost = [&](int rank) {
      return std::find(missing.begin(), missing.end(), rank) == missing.end() ? kTold(rank) : kTold(0);
    };
    wait_for(told_or_lost, Clock::now() + kReporting);
  }
  if (missing.empty()) {
    throw Error(kProcessLost, "the processes have lost a connection between them: " + first_line(failure));
  }
  lose(missing, "has ended or does not answer");
}

std::string ProcessGroup::name(int rank) const {
  const std::string place = std::to_string(rank) + " of " + std::to_string(spec_.size);
  return members_.empty() ? place : place + " (" + members_[rank] + ")";
}

std::string ProcessGroup::where() const { return spec_.address + ":" + std::to_string(spec_.port); }

void ProcessGroup::lose(const std::vector<int>& ranks, const std::string& how) {
  std::string message;
  for (const int rank : ranks) {
    if (!message.empty()) message += "; ";
    message += "rank " + name(rank) + " " + how;
    if (!hangs_) message += reason(rank);
  }
  throw Error(kProcessLost, message);
}

std::string ProcessGroup::reason(int rank) const {
  const auto end = Clock::now() + kReporting;
  try {
    return patient_call(
        [key = kError(rank), keys = store_->keys()] {
          return keys->check({key}) ? ": " + text(keys->get(key)) : std::string();
        },
        [&] {
          if (Clock::now() > end) throw std::runtime_error("no answer");
        });
  } catch (const std::exception&) {
    return "";  // the store has ended with the process, or hangs
  }
}

void ProcessGroup::require_here() const {
  if (left_ || process_is_ending) throw Error("INTERRUPTED", "this process no longer waits for the others");
}

void ProcessGroup::pause(milliseconds time) const {
  require_here();
  std::this_thread::sleep_for(time);
}

template <class KeyOf>
std::vector<int> ProcessGroup::without(KeyOf key_of) {
  std::vector<std::string> all;
  for (int rank = 0; rank < spec_.size; ++rank) all.push_back(key_of(rank));
  return with_store([all](c10d::Store& keys) {
    std::vector<int> missing;
    if (keys.check(all)) return missing;
    for (size_t rank = 0; rank < all.size(); ++rank) {
      if (!keys.check({all[rank]})) missing.push_back(static_cast<int>(rank));
    }
    return missing;
  });
}

}  // namespace layer_rotation
