import { z } from 'zod'
import type { Input } from '../../validation/input.js'

const nameSchema = z
  .string()
  .regex(
    /^(?=.{1,200}$)[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/,
    'a name of letters, digits, - and _, in parts joined by single dots, that begins with a letter, at most 200 characters',
  )

/** The keys that every layer has. */
export function layerKeys<Type extends string>(type: Type) {
  return {
    /** The type of the layer, which decides what its other keys are. */
    type: z.literal(type),
    /**
     * The name of the layer, unique in its model, layers inside residual ones included. It is the whole prefix of the
     * layer's tensors in `state_dict`, such as `layer1.0.conv1`, and a column of rotation.csv.
     */
    name: nameSchema,
  }
}

/** The same keys as an option: the type is the constructor's own. */
export interface NameOption extends Pick<Input<z.ZodObject<ReturnType<typeof layerKeys>>>, 'name'> {}
