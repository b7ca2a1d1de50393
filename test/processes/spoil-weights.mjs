// One of two processes that train an epoch together, the second with another weight than the first.
//
//   node spoil-weights.mjs <rank> <port> <experiment as JSON>

import { localPlace } from '../../dist/processes/place.js'
import { ProcessGroup } from '../../dist/processes/process-group.js'
import { epochRequests } from '../../dist/train/epoch-request.js'
import { prepare } from '../../dist/train/prepare.js'

const [rank, port, config = ''] = process.argv.slice(2)
const local = { size: 2, port: Number(port), name: 'spoilt', timeout: 30_000 }
const group = await ProcessGroup.join(localPlace(Number(rank), local))
if (group.rank !== 0) await group.hear()
const setup = await prepare(JSON.parse(config), {}, undefined, {}, group)
const { trainer, orders } = setup
try {
  if (group.rank === 0) {
    const rates = new Float64Array(orders.stepsPerEpoch * trainer.layerNames.length).fill(0.01)
    const request = epochRequests(setup, 0, rates, new Int32Array())
    await trainer.trainEpoch(request(0, orders.stepsPerEpoch, { loss: 0, hits: 0, examples: 0 }))
  } else {
    const message = await group.hear()
    const weights = await trainer.weights()
    weights[0]?.data.fill(0.5)
    await trainer.setWeights(weights)
    if (message.type === 'trainEpoch') await trainer.trainEpoch(message.request)
  }
  console.log('trained')
} catch (error) {
  console.log(String(error))
} finally {
  if (group.rank === 0) await group.end(0)
  else await group.farewell()
  trainer.dispose()
}
