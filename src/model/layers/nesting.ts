import type { z } from 'zod'

const deepestNesting = 8

/** The most layers of a network: far more than any has, and few enough that checking and drawing them takes no minutes. */
const mostLayers = 10_000

/**
 * Refuses too many layers, and residual layers that are nested too deep. It runs before zod descends into the layers, because a file may
 * nest them deeper than the stack is high.
 */
export function limitNesting(layers: unknown, context: z.RefinementCtx): void {
  const open: { list: unknown; path: (string | number)[]; depth: number }[] = [{ list: layers, path: [], depth: 0 }]
  let count = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { list, path, depth } = next
    if (!Array.isArray(list)) continue
    if (depth > deepestNesting) {
      const message = `residual layers are nested more than ${deepestNesting} deep; expected at most ${deepestNesting}`
      return context.addIssue({ code: 'custom', path, message })
    }
    count += list.length
    if (count > mostLayers) {
      const message = `found more than ${mostLayers} layers; expected at most ${mostLayers}`
      return context.addIssue({ code: 'custom', path: [], message })
    }
    for (const [index, layer] of (list as unknown[]).entries()) {
      const { layers, shortcut } = (layer ?? {}) as { layers?: unknown; shortcut?: unknown }
      open.push({ list: layers, path: [...path, index, 'layers'], depth: depth + 1 })
      open.push({ list: shortcut, path: [...path, index, 'shortcut'], depth: depth + 1 })
    }
  }
}
