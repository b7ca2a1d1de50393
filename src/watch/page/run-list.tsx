import type { RunEntry, StudyEntry } from '../protocol.js'
import { filter, list, overlaid, overlay, show, shown } from './state.js'
import { percent, rotation } from './text.js'

/** Runs under one heading: those of a study, or those of one folder. */
interface Group {
  title: string
  study?: StudyEntry
  runs: RunEntry[]
}

export function RunListView() {
  const runs = list.value?.runs ?? []
  const found = runs.filter(matches)
  return (
    <>
      <input
        type="search"
        placeholder="Filter runs"
        aria-label="Filter runs by name, folder or state"
        value={filter.value}
        onInput={({ currentTarget }) => (filter.value = currentTarget.value)}
      />
      {list.value?.problems.map((problem) => (
        <p class="notice" key={problem}>
          {problem}
        </p>
      ))}
      {runs.length > 0 && found.length === 0 && <p class="quiet">None of {runs.length} runs matches.</p>}
      {list.value?.isIncomplete && <p class="quiet">Reading the runs …</p>}
      <div class="groups">
        {groupsOf(found).map((group) => (
          <section key={group.title} aria-label={group.title}>
            <h2>
              {group.title} <small>{group.study === undefined ? '' : `study · ${countsText(group)}`}</small>
            </h2>
            <ul onKeyDown={moveFocus}>
              {group.runs.map((run) => (
                <Row key={run.id} run={run} />
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  )
}

function Row({ run }: { run: RunEntry }) {
  const isShown = shown.value?.id === run.id
  const isOver = overlaid.value?.id === run.id
  const share =
    run.state === 'running' && run.epoch !== null && run.epochs !== null ? run.epoch / run.epochs : undefined
  return (
    <li class={isShown ? 'shown' : isOver ? 'over' : ''}>
      <button class="run" aria-current={isShown ? 'true' : undefined} onClick={() => show(run.id)}>
        <span class="title">
          <span class={`state ${run.state}`}>{run.state}</span>
          <span class="name">{run.study === null ? run.name : run.label}</span>
        </span>
        {run.study === null && <span class="label quiet">{run.label}</span>}
        <span class="numbers">{numbersText(run)}</span>
        {share !== undefined && <span class="progress" style={{ width: `${100 * share}%` }} />}
      </button>
      {!isShown && run.state !== 'unreadable' && (
        <button
          class="with"
          aria-pressed={isOver}
          aria-label={`Lay ${run.name}, ${run.label} over the run that is shown`}
          title="Lay over the run that is shown"
          onClick={() => overlay(run.id)}
        >
          {isOver ? '−' : '+'}
        </button>
      )}
    </li>
  )
}

function numbersText({ state, epoch, epochs, testAccuracy, rotation: mean }: RunEntry): string {
  if (state === 'unreadable') return 'cannot be read'
  const done = Number(epoch?.toFixed(1))
  const parts = [
    epoch === null ? undefined : epochs === null ? `epoch ${done}` : `${done}/${epochs} epochs`,
    testAccuracy === null ? undefined : percent(testAccuracy),
    mean === null ? undefined : `rotation ${rotation(mean)}`,
  ]
  return parts.filter((part) => part !== undefined).join(' · ')
}

function matches(run: RunEntry): boolean {
  const study = list.value?.studies.find(({ id }) => id === run.study)?.name ?? ''
  const text = `${run.name} ${run.label} ${run.place} ${run.state} ${study}`.toLowerCase()
  return filter.value
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}

/** Groups the runs; the group of the newest run is first. */
function groupsOf(runs: readonly RunEntry[]): Group[] {
  const studies = new Map(list.value?.studies.map((study) => [study.id, study]))
  const groups = new Map<string, Group>()
  for (const run of runs) {
    const study = run.study === null ? undefined : studies.get(run.study)
    const title = study?.place ?? run.place.split('/').slice(0, -1).join('/')
    const group = groups.get(title) ?? { title: title === '' ? run.place : title, ...(study && { study }), runs: [] }
    group.runs.push(run)
    groups.set(title, group)
  }
  return [...groups.values()]
}

/** The states of a study's runs: `12 finished, 2 running, 4 to come`. */
function countsText({ study, runs }: Group): string {
  const counts = new Map<string, number>()
  for (const { state } of runs) counts.set(state, (counts.get(state) ?? 0) + 1)
  if (filter.value.trim() === '') counts.set('to come', (study?.points ?? 0) - runs.length)
  return [...counts].flatMap(([state, count]) => (count > 0 ? [`${count} ${state}`] : [])).join(', ')
}

/** The arrow keys go from run to run, across groups. */
function moveFocus(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
  if (step === undefined) return
  const buttons = [...document.querySelectorAll<HTMLButtonElement>('nav button.run')]
  const row = (event.target as Element).closest('li')?.querySelector<HTMLButtonElement>('button.run')
  buttons[buttons.indexOf(row!) + step]?.focus()
  event.preventDefault()
}
