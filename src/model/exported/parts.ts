import type { ExportedPart } from '../layers/exported.js'

/** A tensor of an exported module, and where its graph first takes it. */
export interface UsedTensor {
  name: string
  kind: 'parameter' | 'buffer'
  shape: readonly number[]
  /** The operator that takes it; '' if none does. */
  operator: string
  /** The shape of an example after that operator; empty if it has another first dimension than the batch. */
  output: readonly number[]
}

/**
 * Gathers the tensors of an exported module into its layers: each parameter of two and more dimensions is a layer, to which the other
 * tensors of its module belong; the tensors of a module without one, such as a normalisation, stand together.
 *
 * @param tensors in forward order
 * @returns in the same order, by the first tensor of each
 */
export function partsOf(tensors: readonly UsedTensor[]): ExportedPart[] {
  const parts: ExportedPart[] = []
  const byModule = new Map<string, ExportedPart>()
  const weights = tensors.filter(isWeight)
  const ownerOf = new Map([...weights].reverse().map((weight) => [moduleOf(weight.name), weight]))
  for (const tensor of tensors) {
    const module = moduleOf(tensor.name)
    const owner = isWeight(tensor) ? tensor : ownerOf.get(module)
    const key = owner?.name ?? module
    const part = byModule.get(key) ?? emptyPart(owner ?? tensor, owner)
    if (!byModule.has(key)) parts.push(part)
    byModule.set(key, part)
    part.tensors.push({ name: tensor.name, kind: tensor.kind, shape: [...tensor.shape] })
  }
  return parts
}

const isWeight = ({ kind, shape }: UsedTensor): boolean => kind === 'parameter' && shape.length > 1

/** The name of the module that has a tensor; '' for the outermost. */
const moduleOf = (name: string): string => name.slice(0, Math.max(0, name.lastIndexOf('.')))

function emptyPart({ name, operator, output }: UsedTensor, owner: UsedTensor | undefined): ExportedPart {
  const own = owner === undefined ? moduleOf(name) || name : name.replace(/\.weight$/, '')
  return { name: own, operator, output: [...output], weight: owner?.name ?? null, tensors: [] }
}
