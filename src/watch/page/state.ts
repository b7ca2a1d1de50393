import { computed, effect, signal } from '@preact/signals'
import type { RunEntry, RunList } from '../protocol.js'

/** All runs and studies; undefined before the first message. */
export const list = signal<RunList | undefined>(undefined)

/** The connection to the server. */
export const connection = signal<'connecting' | 'live' | 'lost'>('connecting')

/** The words that the list is filtered by. */
export const filter = signal('')

const chosen = new URLSearchParams(location.hash.slice(1))

/** Ids of the run that is shown and of the one that is laid over it. */
export const shownId = signal(chosen.get('run') ?? undefined)
export const overlaidId = signal(chosen.get('with') ?? undefined)

/** The run that is shown: by default the newest one that is running, or the newest. */
export const shown = computed(() => {
  const runs = list.value?.runs ?? []
  return (
    entryOf(shownId.value) ??
    runs.find(({ state }) => state === 'running') ??
    runs.find(({ state }) => state !== 'unreadable') ??
    runs[0]
  )
})
export const overlaid = computed(() => (overlaidId.value === shown.value?.id ? undefined : entryOf(overlaidId.value)))

function entryOf(id: string | undefined): RunEntry | undefined {
  return id === undefined ? undefined : list.value?.runs.find((run) => run.id === id)
}

/** Shows a run, alone unless another one stays laid over it. */
export function show(id: string): void {
  if (overlaidId.value === id) overlaidId.value = undefined
  shownId.value = id
}

/** Lays a run over the one that is shown, or takes it away. */
export function overlay(id: string | undefined): void {
  overlaidId.value = overlaidId.value === id ? undefined : id
}

/** The place of the layer that is picked, and whether it stays when the pointer leaves. */
export const picked = signal<{ layer: number; isKept: boolean } | undefined>(undefined)

/** The position (epochs or steps) under the pointer. */
export const position = signal<number | undefined>(undefined)

/** True while the page is dark. */
const darkness = matchMedia('(prefers-color-scheme: dark)')
export const isDark = signal(darkness.matches)
darkness.addEventListener('change', () => (isDark.value = darkness.matches))

// The address names the runs, so that a page that is loaded again shows them again.
effect(() => {
  const parts = Object.entries({ run: shownId.value, with: overlaidId.value }).flatMap(([key, id]) =>
    id === undefined ? [] : [`${key}=${id}`],
  )
  history.replaceState(null, '', parts.length === 0 ? location.pathname : `#${parts.join('&')}`)
})
