import { z } from 'zod'
import { LayerRotationError } from '../../errors.js'
import { curveOf, targetOn, type RotateToConfig, type TargetCurve } from '../../schedule/rotate-to.js'
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
  const curves = layers.map((layer) => curveOf(config, layer))
  for (const curve of new Set(curves)) {
    requireReachable(layers[curves.indexOf(curve)]!, curve, epochs, stepsPerEpoch, config.largestRate)
  }
  const targets = curves.map(targetOn)
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

/**
 * A layer is at most as far from its beginning as all its steps, each of the largest angle, in one direction. On a straight
 * part of the curve the first steps turn the layer most, because the angle, acos(1 - distance), is concave in the distance:
 * only the steps around each point have to be checked.
 */
function requireReachable(
  layer: string,
  curve: TargetCurve,
  epochs: number,
  stepsPerEpoch: number,
  largestRate: number,
): void {
  const target = targetOn(curve)
  const angle = (step: number) => Math.acos(1 - target(step / stepsPerEpoch))
  let checked = 0
  for (const [epoch] of curve) {
    const step = Math.floor(epoch * stepsPerEpoch)
    const last = Math.min(step + 2, epochs * stepsPerEpoch)
    for (checked = Math.max(checked, step - 1); checked < last; checked++) {
      // Unused angle cannot be saved for later steps: the layer must not overtake its target.
      const needed = angle(checked + 1) - angle(checked)
      if (needed <= Math.atan(largestRate)) continue
      const turn = `${(needed * 180) / Math.PI}`.slice(0, 5)
      const most = `${(Math.atan(largestRate) * 180) / Math.PI}`.slice(0, 5)
      const message = `learningRate: the target of ${layer} turns it by ${turn}° in step ${checked + 1} of the run; expected at most ${most}°, the angle of largestRate ${largestRate}`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
  }
}
