/**
 * The environment's variables of settings of the stand-in, which test/cuda/standin/README.md lists.
 * @param {Record<string, string>} settings by the names without LAYER_ROTATION_STANDIN_
 */
export const variables = (settings) =>
  Object.fromEntries(Object.entries(settings).map(([name, value]) => [`LAYER_ROTATION_STANDIN_${name}`, value]))
