#include "../arguments/argument.h"
#include "../checkpoint/comparison.h"
#include "../runtime/threads.h"
#include "environment.h"
#include "exports.h"
#include "failure.h"
#include "results.h"

namespace layer_rotation {
namespace {

using checkpoint::Comparison;
using checkpoint::ElementType;
using checkpoint::LayerChange;
using checkpoint::NeuronChanges;
using checkpoint::SourceFile;
using checkpoint::Spectrum;
using checkpoint::StoredLayer;
using checkpoint::StoredTensor;

/// The columns of the result, by their names in JavaScript.
constexpr std::pair<const char*, double LayerChange::*> kColumns[] = {
    {"norm", &LayerChange::norm},
    {"rotation", &LayerChange::rotation},
    {"rotationFromPrevious", &LayerChange::rotation_from_previous},
    {"angle", &LayerChange::angle},
    {"radial", &LayerChange::radial},
    {"tangential", &LayerChange::tangential},
    {"relativeUpdate", &LayerChange::relative_update},
    {"notFinite", &LayerChange::not_finite},
};

/// Those over the neurons of a layer, [layers][5].
constexpr std::pair<const char*, rotation::Quartiles NeuronChanges::*> kNeuronColumns[] = {
    {"rotation", &NeuronChanges::rotation},
    {"angle", &NeuronChanges::angle},
    {"norm", &NeuronChanges::norm},
    {"relativeUpdate", &NeuronChanges::relative_update},
};

/// Those of a layer's singular values.
constexpr std::pair<const char*, double Spectrum::*> kSpectralColumns[] = {
    {"spectralNorm", &Spectrum::weight},
    {"spectralChange", &Spectrum::change},
    {"spectralNormOfPrevious", &Spectrum::previous},
};

StoredTensor read_tensor(const Argument& given, int64_t elements, const std::vector<SourceFile>& files) {
  StoredTensor tensor;
  tensor.file = static_cast<size_t>(given["file"].integer(0, static_cast<int64_t>(files.size()) - 1));
  tensor.type = given["type"].one_of<ElementType>({{"F64", ElementType::kF64},
                                                   {"F32", ElementType::kF32},
                                                   {"F16", ElementType::kF16},
                                                   {"BF16", ElementType::kBF16},
                                                   {"F8_E4M3", ElementType::kF8E4M3},
                                                   {"F8_E5M2", ElementType::kF8E5M2}});
  // A tensor must lie within its file: what is behind the end of a mapping may be anything.
  const int64_t room = files[tensor.file].size - elements * size_of(tensor.type);
  if (room < 0) given.fail("a tensor that ends within its file");
  tensor.offset = given["offset"].integer(0, room);
  return tensor;
}

}  // namespace

Napi::Value compare_checkpoints(const Napi::CallbackInfo& info) {
  return reject_on_throw(info.Env(), [&] {
    const Argument request(info[0], "request");
    std::vector<SourceFile> files;
    for (const Argument& file : request["files"].elements()) {
      files.push_back({file["path"].string(), file["size"].integer(0)});
    }
    const auto units = static_cast<size_t>(request["units"].integer(0, kLargestInteger / 8));
    std::vector<StoredLayer> layers;
    for (const Argument& given : request["layers"].elements()) {
      StoredLayer layer;
      // So many elements that their bytes can be counted.
      layer.elements = given["elements"].integer(0, kLargestInteger / 8);
      layer.weight = read_tensor(given["weight"], layer.elements, files);
      layer.first = read_tensor(given["first"], layer.elements, files);
      layer.previous = read_tensor(given["previous"], layer.elements, files);
      layer.unit = static_cast<size_t>(given["unit"].integer(0, static_cast<int64_t>(units) - 1));
      layer.neurons = given["neurons"].integer(0, layer.elements);
      if (layer.neurons > 0 && layer.elements % layer.neurons != 0) given.fail("neurons of as many elements each");
      layer.rows = given["rows"].integer(0, layer.elements);
      if (layer.rows > 0 && layer.elements % layer.rows != 0) given.fail("rows of as many elements each");
      layers.push_back(layer);
    }
    const int threads = static_cast<int>(request["threads"].integer(0, 4096));
    return Environment::of(info.Env())
        ->run(
            info.Env(),
            [=] {
              use_threads(threads);
              return checkpoint::compare(files, layers, units);
            },
            [](Napi::Env env, const Comparison& comparison) {
              auto object = Napi::Object::New(env);
              for (const auto& [name, member] : kColumns) {
                std::vector<double> values;
                for (const LayerChange& change : comparison.units) values.push_back(change.*member);
                object[name] = to_float64_array(env, values);
              }
              auto neurons = Napi::Object::New(env);
              for (const auto& [name, member] : kNeuronColumns) {
                std::vector<double> values;
                for (const NeuronChanges& changes : comparison.neurons) {
                  values.insert(values.end(), (changes.*member).begin(), (changes.*member).end());
                }
                neurons[name] = to_float64_array(env, values);
              }
              object["neurons"] = neurons;
              for (const auto& [name, member] : kSpectralColumns) {
                std::vector<double> values;
                for (const Spectrum& spectrum : comparison.spectra) values.push_back(spectrum.*member);
                object[name] = to_float64_array(env, values);
              }
              return object;
            });
  });
}

}  // namespace layer_rotation
