import { z } from 'zod'

/**
 * Unique in its model, layers inside residual ones included. It is the whole prefix in `state_dict`, such as
 * `layer1.0.conv1`, and a column of rotation.csv.
 */
export const layerName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_-]*(\.[A-Za-z0-9_-]+)*$/,
    'a name of letters, digits, - and _, in parts joined by single dots, that begins with a letter',
  )
