/** The name of a weight from its path in a file, and the names of its layers there. */
export interface NamedPath {
  path: string
  dimensions: number
}

/**
 * Names the weights of a file as Keras's users know them, and leaves out those of an optimizer: `layers/dense/vars/0` of Keras 3 is
 * `fc.weight` if the layer's name is fc, with another number `fc.1`; `model_weights/fc/sequential/fc/kernel:0` of a whole model in
 * HDF5 is `fc.kernel`. Files of others keep their paths.
 *
 * @param layerName the name that Keras 3 gives to the layer of a group, if it does
 * @returns a name for each path; undefined for one that is no weight
 */
export function kerasNames(
  paths: readonly NamedPath[],
  layerName: (group: string) => string | undefined,
): (string | undefined)[] {
  const isKeras3 = paths.some(({ path }) => /(^|\/)vars\/\d+$/.test(path))
  const isModel = paths.some(({ path }) => path.startsWith('model_weights/'))
  const names = paths.map(({ path, dimensions }) => {
    if (isKeras3) return /^optimizer\//.test(path) ? undefined : keras3Name(path, dimensions, layerName)
    if (isModel) return path.startsWith('model_weights/') ? modelName(path) : undefined
    return path.replace(/:0$/, '')
  })
  const counts = new Map<string | undefined, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  // Layers of a model that is a class may have the same name; their paths differ.
  return names.map((name, i) => (name !== undefined && counts.get(name)! > 1 ? paths[i]!.path : name))
}

function keras3Name(path: string, dimensions: number, layerName: (group: string) => string | undefined): string {
  const parts = path.split('/')
  const names: string[] = []
  parts.slice(0, -2).forEach((part, i) => {
    if (part === 'layers') return
    names.push(layerName(parts.slice(0, i + 1).join('/')) ?? part)
  })
  const number = parts.at(-1)!
  return [...names, number === '0' && dimensions > 1 ? 'weight' : number].join('.')
}

/** The name behind that of the layer, which is the group's. */
function modelName(path: string): string {
  const [, layer, ...rest] = path.split('/')
  const inner = rest.slice(rest.lastIndexOf(layer!) + 1)
  return [layer, ...inner].join('.').replace(/:0$/, '')
}
