#!/usr/bin/env node
import { guardSignals } from './interruption.js'
import { reportError } from './report-error.js'
import { outliveTerminal } from './terminal/lost-terminal.js'

guardSignals()
outliveTerminal()
try {
  // Everything else loads afterwards: until then a signal finds this process unprepared.
  const { runProgram } = await import('./program.js')
  await runProgram()
} catch (error) {
  reportError(error)
  process.exitCode = 1
}
