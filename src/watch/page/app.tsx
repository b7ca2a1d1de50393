import { useEffect } from 'preact/hooks'
import { RunListView } from './run-list.js'
import { RunView } from './run-view.js'
import { connection, list, shown } from './state.js'

export function App() {
  const run = shown.value
  useEffect(() => {
    document.title = run === undefined ? 'layer-rotation' : `${progress(run)}${run.name} – layer-rotation`
  }, [run])
  return (
    <>
      <header class="top">
        <h1>
          layer-rotation <span>watch</span>
        </h1>
        <p role="status" class={`connection ${connection.value}`}>
          {connectionText[connection.value]}
        </p>
      </header>
      <div class="columns">
        <nav aria-label="Runs">
          <RunListView />
        </nav>
        <main>{run === undefined ? <Nothing /> : <RunView key={run.id} run={run} />}</main>
      </div>
    </>
  )
}

const progress = ({ state, epoch, epochs }: { state: string; epoch: number | null; epochs: number | null }): string =>
  state === 'running' && epoch !== null && epochs !== null ? `${Math.floor((100 * epoch) / epochs)} % ` : ''

const connectionText = {
  connecting: 'connecting …',
  live: 'live',
  lost: 'no connection: layer-rotation watch has ended, or cannot be reached',
}

function Nothing() {
  if (list.value?.isIncomplete ?? true) return <p class="quiet nothing">Reading the runs …</p>
  return <p class="quiet nothing">There are no runs yet. They appear here as soon as a training begins.</p>
}
