import { useEffect } from 'preact/hooks'
import { layerGradient } from './colours.js'
import { isDark, picked } from './state.js'

/** The legend of the layers' colours, from the first to the last; its handle picks a layer. */
export function LayerPicker({ layers }: { layers: string[] }) {
  const layer = picked.value?.layer
  useEffect(() => {
    const clear = ({ key }: KeyboardEvent) => {
      if (key === 'Escape') picked.value = undefined
    }
    document.addEventListener('keydown', clear)
    return () => document.removeEventListener('keydown', clear)
  }, [])
  if (layers.length === 0) return null
  return (
    <div class="picker">
      <span aria-hidden="true">Layer</span>
      <span class="ends quiet">{layers[0]}</span>
      <input
        type="range"
        aria-label="Layer"
        min={-1}
        max={layers.length - 1}
        step={1}
        value={layer ?? -1}
        aria-valuetext={layer === undefined ? 'all layers' : layers[layer]}
        style={{ background: layerGradient(isDark.value) }}
        onInput={({ currentTarget: { valueAsNumber } }) => {
          picked.value = valueAsNumber < 0 ? undefined : { layer: valueAsNumber, isKept: true }
        }}
      />
      <span class="ends quiet">{layers.at(-1)}</span>
      <button disabled={layer === undefined} onClick={() => (picked.value = undefined)}>
        all layers
      </button>
    </div>
  )
}
