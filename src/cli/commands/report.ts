import path from 'node:path'
import { LayerRotationError } from '../../errors.js'
import { defineCommand } from '../command.js'
import { foldersPositional } from '../options.js'
import { commonFolder } from '../common-folder.js'
import { print } from '../output.js'
import { clickablePath } from '../terminal/path.js'

export const report = defineCommand({
  command: 'report <runs..>',
  describe: 'Write a report on runs, with figures',
  positionals: {
    runs: {
      ...foldersPositional,
      describe: 'Run folders; they may still be running',
    },
  },
  options: {
    output: {
      type: 'string',
      requiresArg: true,
      describe: 'Folder for report.html and figures/',
      defaultDescription: 'the run folder; for several runs, the folder that holds them',
    },
  },
  examples: [
    ['report runs/mnist/20261123-052233-7f3a90', 'The report of one run, into its folder'],
    ['report runs/mnist/* --output comparison', 'Several runs in the same figures'],
  ],
  notes: [
    'The report is one HTML file that needs no other; figures/ holds every figure as SVG and PNG. ' +
      'Everything is drawn from the files of the run folders: rotation of each layer, loss, accuracy, features. ' +
      'Earlier reports among the arguments are passed over.',
  ],
  handler: async ({ runs: folders, output }) => {
    const { openRun } = await import('../../run/open-run.js')
    const { isEarlierReport } = await import('../../report/earlier-report.js')
    const { isStudyFolder } = await import('../../study/ledger.js')
    const earlier = await Promise.all(folders.map(isEarlierReport))
    const runFolders = folders.filter((_, i) => !earlier[i])
    if (runFolders.length === 0) {
      const message = 'these are earlier reports; name at least one run folder'
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    const runs = await Promise.all(runFolders.map((folder) => openRun(folder)))
    const into = output ?? commonFolder(runFolders)
    if (output === undefined && runFolders.length > 1 && (await isStudyFolder(into))) {
      const message = `${into} is a study, which has a report of its own: sweep report ${into}; for one on these runs choose a folder with --output`
      throw new LayerRotationError('INVALID_CONFIG', message)
    }
    const { writeReport } = await import('../../report/write-report.js')
    const file = await writeReport(runs, into)
    print(`report    ${clickablePath(file)}`, `figures   ${clickablePath(path.join(path.dirname(file), 'figures'))}`)
  },
})
