#include "running_statistics.h"

#include <algorithm>

#include "../../device/upload.h"
#include "running_statistics_kernel.h"

namespace layer_rotation {

RunningStatistics::RunningStatistics(const std::vector<BatchNorm*>& norms, const EpochState& epoch) : epoch_(&epoch) {
  std::vector<NormalizedChannels> table;
  for (const BatchNorm* norm : norms) {
    const int64_t channels = norm->running_mean.numel();
    for (int64_t first = 0; first < channels; first += kernel::kThreads) {
      const auto some = static_cast<int32_t>(std::min<int64_t>(kernel::kThreads, channels - first));
      table.push_back({norm->batch_mean.data_ptr<float>() + first, norm->batch_variance.data_ptr<float>() + first,
                       norm->running_mean.data_ptr<float>() + first, norm->running_var.data_ptr<float>() + first,
                       norm->pixels(), some, static_cast<float>(norm->spec().momentum),
                       norm->spec().unbiased_running_variance});
    }
  }
  rows_ = static_cast<int64_t>(table.size());
  table_ = kernel::uploaded(table, epoch.device());
}

void RunningStatistics::move(int64_t images) const {
  if (rows_ == 0) return;
  kernel::run(MoveRunningStatistics{epoch_->tables(), kernel::pointer<NormalizedChannels>(table_), images}, rows_,
              epoch_->device());
}

}  // namespace layer_rotation
