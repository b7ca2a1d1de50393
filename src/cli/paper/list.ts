import { styleText } from 'node:util'
import { count, duration } from '../../numbers.js'
import { paperExperiments } from '../../paper/experiments/experiments.js'
import { configOf, type PaperPoint } from '../../paper/experiments/point.js'
import { paperTasks } from '../../paper/tasks.js'
import { interruptible } from '../interruption.js'
import { print } from '../output.js'
import { table } from '../terminal/table.js'
import { TimeEstimates } from './time-estimates.js'

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
      experiment.laptop === undefined ? '–' : count(experiment.laptop({ seeds: [1] }).length),
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

// The length of a training that follows another one does not depend on the folder of that one.
const epochsOf = (points: readonly PaperPoint[]): number =>
  points.reduce((sum, point) => sum + configOf(point).epochs, 0)

/** Measures the speed of this machine, and prints how long each experiment takes here. @throws the errors of `train` */
export async function printTimes(): Promise<void> {
  const estimates = await interruptible((signal) => TimeEstimates.measure(signal), {
    note: (line) => print(line),
    stopping: () => 'Stopping',
  })
  const rows = paperExperiments.map((experiment) => {
    const { full, laptop } = estimates.of(experiment)
    return [experiment.name, duration(full), laptop === undefined ? '–' : duration(laptop)]
  })
  const columns = [
    { title: 'estimated time here' },
    { title: 'full, 1 seed', align: 'right' },
    { title: 'laptop, 3 seeds', align: 'right' },
  ] as const
  print('', ...table(columns, rows))
}
