import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { foldersPositional } from '../options.js'
import { print } from '../output.js'

export const table = defineCommand({
  command: 'table <runs..>',
  describe: 'Print a LaTeX table of results',
  positionals: {
    runs: {
      ...foldersPositional,
      describe: 'Run folders, or the folder of a study',
    },
  },
  options: {},
  examples: [
    ['table runs/rates > results.tex', 'The groups of a study: mean ± standard deviation over the seeds'],
    ['table runs/mnist/*', 'A row for each run'],
  ],
  notes: [
    'The table has test accuracy, mean rotation of the layers and epochs, those after the last epoch. It needs \\usepackage{booktabs}.',
  ],
  handler: async ({ runs: folders }) => {
    const { isEarlierReport } = await import('../../report/earlier-report.js')
    const { latexTable } = await import('../../report/latex-table.js')
    const { openRun } = await import('../../run/open-run.js')
    const { isStudyFolder } = await import('../../study/ledger.js')
    const { openStudy } = await import('../../study/open-study.js')
    const [first] = folders
    if (folders.length === 1 && (await isStudyFolder(first!))) {
      return print(latexTable(await openStudy(first!)).trimEnd())
    }
    const earlier = await Promise.all(folders.map(isEarlierReport))
    const runFolders = folders.filter((_, i) => !earlier[i])
    if (runFolders.length === 0) {
      throw new LayerRotationError('INVALID_CONFIG', 'these are earlier reports; name at least one run folder')
    }
    print(latexTable(await Promise.all(runFolders.map((folder) => openRun(folder)))).trimEnd())
  },
})
