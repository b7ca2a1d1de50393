import type { RunEntry } from '../protocol.js'
import { Charts } from './charts.js'
import { list, overlaid, overlay } from './state.js'
import { tables } from './tables.js'
import { percent, rotation } from './text.js'

/** The run that is shown: its state and numbers, and its charts. */
export function RunView({ run }: { run: RunEntry }) {
  const own = tables.value.get(run.id)
  const over = overlaid.value
  const problems = [own, own?.rotation, own?.metrics, own?.layers].flatMap((part) => part?.problem ?? [])
  return (
    <>
      <header class="run-head">
        <div>
          <h2>
            {run.name} <span class={`state ${run.state}`}>{run.state}</span>
          </h2>
          <p class="quiet">{run.study === null ? run.place : `${run.label} · ${run.place}`}</p>
          {run.about.length > 0 && <p class="quiet about">{run.about.join(' · ')}</p>}
        </div>
        <dl>
          {run.epoch !== null && (
            <Fact
              title="epoch"
              value={`${Number(run.epoch.toFixed(2))}${run.epochs === null ? '' : ` / ${run.epochs}`}`}
            />
          )}
          {run.testAccuracy !== null && <Fact title="test accuracy" value={percent(run.testAccuracy)} />}
          {run.rotation !== null && <Fact title="mean rotation" value={rotation(run.rotation)} />}
        </dl>
      </header>
      {run.reason !== null && <p class="notice">{run.reason}</p>}
      {run.warnings.map((warning) => (
        <p class="notice" key={warning}>
          {warning}
        </p>
      ))}
      {[...new Set(problems)].map((problem) => (
        <p class="notice" key={problem}>
          {problem}
        </p>
      ))}
      <Over run={run} />
      {own?.rotation === undefined ? (
        run.state !== 'unreadable' && <p class="quiet nothing">Reading its tables …</p>
      ) : (
        <Charts run={run} own={own} over={over && tables.value.get(over.id)} />
      )}
    </>
  )
}

const Fact = ({ title, value }: { title: string; value: string }) => (
  <div>
    <dt>{title}</dt>
    <dd>{value}</dd>
  </div>
)

/** Chooses the run that is laid over, dashed. */
function Over({ run }: { run: RunEntry }) {
  const others = (list.value?.runs ?? []).filter(({ id, state }) => id !== run.id && state !== 'unreadable')
  if (others.length === 0) return null
  return (
    <p class="over-choice">
      <label>
        Overlay, dashed:{' '}
        <select
          value={overlaid.value?.id ?? ''}
          onChange={({ currentTarget: { value } }) => {
            if (value !== (overlaid.value?.id ?? '')) overlay(value === '' ? overlaid.value?.id : value)
          }}
        >
          <option value="">no other run</option>
          {others.map(({ id, name, label }) => (
            <option key={id} value={id}>
              {name}, {label}
            </option>
          ))}
        </select>
      </label>
    </p>
  )
}
