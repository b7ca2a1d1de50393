import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { targetOf, type RotateToConfig } from '../../schedule/rotate-to.js'
import { mean } from '../../rotation/mean.js'
import { strictObject } from '../../validation/strict-object.js'
import { validate } from '../../validation/validate.js'
import type { RateSource } from './rate-source.js'
import { controllerStateSchema, RotationController } from './rotation-controller.js'
import { stretches } from './stretches.js'

/**
 * Rates that drive each layer along its target, chosen from the rotation before each stretch of steps.
 *
 * @param layers names in forward order
 * @throws {LayerRotationError} INVALID_CONFIG if no sequence of steps can follow a target
 */
export function drivenRates(
  config: RotateToConfig,
  layers: readonly string[],
  epochs: number,
  stepsPerEpoch: number,
): RateSource {
  const targets = layers.map((layer) => targetOf(config, layer))
  for (const [i, target] of targets.entries()) {
    requireReachable(layers[i]!, target, epochs, stepsPerEpoch, config.largestRate)
  }
  const controllers = layers.map(() => new RotationController(config.largestRate))
  let last = new Float64Array(layers.length)
  return {
    stretches: (epoch) => stretches(epoch, stepsPerEpoch),
    async rates(epoch, first, steps, measure) {
      const rotation = await measure()
      const end = epoch + (first + steps) / stepsPerEpoch
      last = Float64Array.from(controllers, (controller, i) => controller.rate(rotation[i]!, targets[i]!(end), steps))
      return Float64Array.from({ length: steps * layers.length }, (_, i) => last[i % layers.length]!)
    },
    nominalRate: () => mean(last),
    state: () => ({ controllers: controllers.map((controller) => controller.state()), last: [...last] }),
    restore: (state) => {
      const valid = validate(stateSchema(layers.length), state, 'the rates in the checkpoint', 'INVALID_FILE')
      controllers.forEach((controller, i) => controller.restore(valid.controllers[i]!))
      last = Float64Array.from(valid.last)
    },
  }
}

/** The state of each layer's controller and the rates of the last stretch. */
const stateSchema = (layers: number) =>
  strictObject({
    controllers: z.array(controllerStateSchema).length(layers),
    last: z.array(z.number().min(0)).length(layers),
  })

/** A layer is at most as far from its beginning as all its steps, each of the largest angle, in one direction. */
function requireReachable(
  layer: string,
  target: (epoch: number) => number,
  epochs: number,
  stepsPerEpoch: number,
  largestRate: number,
): void {
  for (let step = 1, angle = 0; step <= epochs * stepsPerEpoch; step++) {
    const next = Math.acos(1 - target(step / stepsPerEpoch))
    // Unused angle cannot be saved for later steps: the layer must not overtake its target.
    if (next - angle > Math.atan(largestRate)) {
      const turn = `${((next - angle) * 180) / Math.PI}`.slice(0, 5)
      const most = `${(Math.atan(largestRate) * 180) / Math.PI}`.slice(0, 5)
      const message = `learningRate: the target of ${layer} turns it by ${turn}° in step ${step} of the run; expected at most ${most}°, the angle of largestRate ${largestRate}`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    angle = next
  }
}
