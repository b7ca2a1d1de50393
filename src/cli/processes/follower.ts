// A process that `--processes` starts: it trains as another rank than 0, at the place that its argument says.
import { guardSignals } from '../interruption.js'
import { watchOutput } from '../output.js'
import { outliveTerminal } from '../terminal/lost-terminal.js'

guardSignals()
outliveTerminal()
watchOutput()
const rank0 = new AbortController()
const { LayerRotationError } = await import('../../errors.js')
const lost = () => rank0.abort(new LayerRotationError('PROCESS_LOST', 'rank 0 has ended'))
process.once('disconnect', lost)
// The channel to rank 0 must not keep this process alive.
process.channel?.unref()
if (!process.connected) lost()
const { showFollowing } = await import('./following.js')
await showFollowing(JSON.parse(process.argv[2]!) as Parameters<typeof showFollowing>[0], rank0.signal)
