// A process that `--processes` starts: it trains as another rank than 0, at the place that its argument says.
import { guardSignals } from '../interruption.js'

guardSignals()
const { showFollowing } = await import('./following.js')
await showFollowing(JSON.parse(process.argv[2]!) as Parameters<typeof showFollowing>[0])
