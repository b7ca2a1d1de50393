import { styleText } from 'node:util'
import { count } from '../../numbers.js'
import { paperExperiments } from '../../paper/experiments/experiments.js'
import type { PaperPoint } from '../../paper/experiments/point.js'
import { paperTasks } from '../../paper/tasks.js'
import { table } from '../terminal/table.js'

/** The experiments of the paper in lines: what each asks, and how much it trains with one seed. */
export function experimentList(): string[] {
  const repeats = Object.entries(paperTasks).map(([name, task]) => {
    const { length } = task.trainings({})
    return { cells: [name, ...amount(length, length * task.epochs), '', ''], shows: `${task.subject}, with a report` }
  })
  const studies = paperExperiments.map((experiment) => {
    const points = experiment.points()
    const cells = [
      experiment.name,
      ...amount(points.length, epochsOf(points)),
      experiment.laptop === undefined ? '–' : count(experiment.laptop([1]).length),
      experiment.tasks.join(', '),
    ]
    return { cells, shows: experiment.shows }
  })
  const all = [...studies, ...repeats]
  const [headings, ...lines] = table(
    [
      { title: 'experiment' },
      { title: 'runs', align: 'right' },
      { title: 'epochs', align: 'right' },
      { title: 'laptop', align: 'right' },
      { title: 'tasks' },
    ],
    all.map(({ cells }) => cells),
  )
  return [
    headings!,
    ...lines.flatMap((line, i) => [line, `  ${styleText('dim', all[i]!.shows)}`]),
    '',
    'runs: trainings with one seed, all tasks; epochs: the most that these take together;',
    'laptop: trainings of the version for a laptop with one seed. More: layer-rotation paper --help',
  ]
}

const amount = (runs: number, epochs: number): string[] => [count(runs), count(epochs)]

const epochsOf = (points: readonly PaperPoint[]): number =>
  points.reduce((sum, { experiment }) => {
    // The length of a training that follows another one does not depend on the folder of that one.
    const { epochs } = typeof experiment === 'function' ? experiment('runs') : experiment
    return sum + epochs
  }, 0)
