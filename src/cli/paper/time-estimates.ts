import { dataSetOf, dataShape } from '../../data/data.js'
import { synthetic } from '../../data/synthetic/synthetic.js'
import type { ExperimentConfig } from '../../experiment/config.js'
import { experiment } from '../../experiment/experiment.js'
import { describeModel, type LayerDescription } from '../../model/describe-model.js'
import type { ModelConfig } from '../../model/model.js'
import { resnet32 } from '../../model/zoo/keras-resnet.js'
import { vgg25 } from '../../model/zoo/paper-vgg.js'
import { sgd } from '../../optimizer/rules/sgd.js'
import type { PaperExperiment } from '../../paper/experiments/experiment.js'
import { configOf } from '../../paper/experiments/point.js'
import { constant } from '../../schedule/curves/constant.js'
import { elements, type Shape } from '../../shape.js'
import { measureEpoch } from '../../sweep/measure-epoch.js'

/** The seconds that an experiment takes on this machine, one training at a time. */
export interface TimeEstimate {
  /** At full size, with one seed. */
  full: number
  /** The version for a laptop with its three seeds; undefined if there is none. */
  laptop: number | undefined
}

/** An evaluated image costs its forward pass, a third of the multiplications of a training step. */
const evaluation = 1 / 3

/** Networks whose speed is measured: narrow convolutions reach a smaller part of a processor's speed than wide ones. */
const yardsticks = { narrow: resnet32({ depth: 8, classes: 10 }), wide: vgg25({ convolutionsPerStage: 2 }) }

const yardstickShape = [3, 32, 32] as const

/** The mean number of filters, weighted by multiplications, from which on a network is wide. */
const wideFrom = 64

/** The images of a batch of the measurement, and of its training set. */
const [batchSize, images] = [32, 128]

/**
 * Estimates the seconds of experiments from the multiplications of their networks and the speed at which two small networks are
 * trained here, on the device 'auto'. It counts training and evaluation, and leaves out that trainings may end early.
 */
export class TimeEstimates {
  private constructor(private readonly perMultiplication: Readonly<Record<keyof typeof yardsticks, number>>) {}

  /** Measures the speed of this machine. @throws the errors of `train` */
  static async measure(signal: AbortSignal): Promise<TimeEstimates> {
    const narrow = await secondsPerMultiplication(yardsticks.narrow, signal)
    const wide = await secondsPerMultiplication(yardsticks.wide, signal)
    return new TimeEstimates({ narrow, wide })
  }

  of(paperExperiment: PaperExperiment): TimeEstimate {
    const total = (configs: readonly ExperimentConfig[]) =>
      configs.reduce((sum, config) => sum + config.epochs * imagesAnEpoch(config) * this.secondsPerImage(config), 0)
    const laptop = paperExperiment.laptop?.()
    return { full: total(paperExperiment.points().map(configOf)), laptop: laptop && total(laptop.map(configOf)) }
  }

  private secondsPerImage({ model, data }: ExperimentConfig): number {
    const { multiplications, filters } = workOf(model, dataShape(data).inputShape)
    return multiplications * this.perMultiplication[filters < wideFrom ? 'narrow' : 'wide']
  }
}

async function secondsPerMultiplication(model: ModelConfig, signal: AbortSignal): Promise<number> {
  const config = experiment({
    name: 'estimate',
    data: synthetic({ shape: [...yardstickShape], classes: 10, train: images, test: 2 }),
    model,
    optimizer: sgd(),
    batchSize,
    epochs: 100,
    learningRate: constant(1e-6),
  })
  return (await measureEpoch(config, null, signal)) / images / workOf(model, yardstickShape).multiplications
}

/** The multiplications of an image's forward pass, and the mean number of filters, weighted by them. */
function workOf({ layers }: ModelConfig, inputShape: Shape): { multiplications: number; filters: number } {
  let [multiplications, weighted] = [0, 0]
  for (const layer of describeModel(layers, inputShape).layers) {
    const own = multiplicationsOf(layer)
    multiplications += own
    weighted += own * layer.output[0]!
  }
  return { multiplications, filters: weighted / multiplications }
}

/** Every weight of a convolution is used at each place of its output, [filters, height, width]; that of a dense layer once. */
function multiplicationsOf({ monitored, tensors, output }: LayerDescription): number {
  const weight = monitored ? tensors.find(({ name }) => name.endsWith('.weight')) : undefined
  return weight === undefined ? 0 : elements(weight.shape) * elements(output.slice(1))
}

/** The images of an epoch, those of evaluation as the part of a training image that they cost. */
function imagesAnEpoch({ data, validation }: ExperimentConfig): number {
  const { train: all, test } = dataSetOf(data).images(data) ?? { train: Number.NaN, test: Number.NaN }
  const perClass = 'perClass' in data ? data.perClass : null
  const train = perClass === null ? all : perClass * dataShape(data).classes
  const validated = train * (validation?.share ?? 0)
  return train - validated + (validated + test) * evaluation
}
