#include "registry.h"

#include <string>

#include "../../arguments/argument.h"
#include "../exported/exported_network.h"
#include "activation.h"
#include "batch_norm.h"
#include "conv.h"
#include "dense.h"
#include "dropout.h"
#include "flatten.h"
#include "group_norm.h"
#include "layer_norm.h"
#include "pooling.h"
#include "residual.h"

namespace layer_rotation {

/// All types of layers, under the names that src/model/layers.ts gives them. A new type adds its line here.
ReadLayer layer_type(const Argument& type) {
  return type.one_of<ReadLayer>({
      {"conv", read_conv},
      {"dense", read_dense},
      {"batchNorm", read_batch_norm},
      {"layerNorm", read_layer_norm},
      {"groupNorm", read_group_norm},
      {"relu", read_relu},
      {"leakyRelu", read_leaky_relu},
      {"gelu", read_gelu},
      {"maxPool", read_max_pool},
      {"averagePool", read_average_pool},
      {"globalAveragePool", read_global_average_pool},
      {"dropout", read_dropout},
      {"flatten", read_flatten},
      {"residual", read_residual},
      {"exported", read_exported},
  });
}

}  // namespace layer_rotation
