import { describe, expect, test } from 'vitest'
import { firstHost, placeOfSlurm, placeOfTorchrun } from '../../src/processes/place.js'

const torchrun = { RANK: '3', LOCAL_RANK: '1', WORLD_SIZE: '4', MASTER_ADDR: 'node1', MASTER_PORT: '29500' }

describe("torchrun's variables", () => {
  test('give the place', () => {
    const agent = { TORCHELASTIC_USE_AGENT_STORE: 'True', TORCHELASTIC_RESTART_COUNT: '2', TORCHELASTIC_RUN_ID: 'x' }
    expect(placeOfTorchrun({ ...torchrun, ...agent }, 1000)).toEqual({
      rank: 3,
      size: 4,
      localRank: 1,
      address: 'node1',
      port: 29500,
      storeOfAgent: true,
      prefix: 'layer-rotation/x/2',
      timeout: 1000,
    })
    expect(placeOfTorchrun(torchrun, 1000)).toMatchObject({ storeOfAgent: false, prefix: 'layer-rotation/run/0' })
  })

  test('of one process give none', () => {
    expect(placeOfTorchrun({}, 1000)).toBeUndefined()
    expect(placeOfTorchrun({ ...torchrun, RANK: '0', WORLD_SIZE: '1' }, 1000)).toBeUndefined()
  })

  test.each([
    [{ RANK: '' }, 'the variable RANK is not set; expected the number of this process, as WORLD_SIZE is set'],
    [{ WORLD_SIZE: '' }, 'the variable WORLD_SIZE is not set; expected the number of processes, as RANK is set'],
    [{ RANK: '4' }, 'the variable RANK is "4"; expected a whole number from 0 to 3'],
    [{ WORLD_SIZE: 'two' }, 'the variable WORLD_SIZE is "two"'],
    [{ MASTER_ADDR: '' }, 'the variable MASTER_ADDR is not set; expected the host of rank 0'],
    [{ MASTER_PORT: '' }, 'the variable MASTER_PORT is not set'],
    [{ MASTER_PORT: '70000' }, 'the variable MASTER_PORT is "70000"; expected a whole number from 1 to 65535'],
  ])('that are wrong are refused: %o', (wrong, message) => {
    expect(() => placeOfTorchrun({ ...torchrun, ...wrong }, 1000)).toThrow(message)
  })
})

describe("Slurm's variables", () => {
  const slurm = { SLURM_PROCID: '1', SLURM_NTASKS: '2', SLURM_LOCALID: '0', SLURM_JOB_ID: '17', SLURM_STEP_ID: '0' }

  test('give the place, at the first host of the step', () => {
    const place = placeOfSlurm({ ...slurm, SLURM_STEP_NODELIST: 'gpu[07-09,12]' }, 1000)
    expect(place).toMatchObject({ rank: 1, size: 2, localRank: 0, address: 'gpu07', prefix: 'layer-rotation/17.0' })
    const next = placeOfSlurm({ ...slurm, SLURM_STEP_ID: '1', SLURM_STEP_NODELIST: 'gpu[07-09,12]' }, 1000)
    expect(next!.port).not.toBe(place!.port)
  })

  test('yield to MASTER_ADDR and MASTER_PORT', () => {
    const place = placeOfSlurm({ ...slurm, MASTER_ADDR: '10.0.0.1', MASTER_PORT: '1234' }, 1000)
    expect(place).toMatchObject({ address: '10.0.0.1', port: 1234 })
  })

  test.each([
    ['n1', 'n1'],
    ['n1,n2', 'n1'],
    ['n[1-2]', 'n1'],
    ['rack[01,03]x,n5', 'rack01x'],
  ])('name hosts: the first of %s is %s', (hosts, first) => expect(firstHost(hosts)).toBe(first))
})
