import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { vi } from 'vitest'
import { installPackages } from '../../support/debian.js'

/** The programs of a cluster, and the packages of Debian that have them. */
const programs = ['slurmctld', 'slurmd', 'sbatch']
const packages = ['slurmctld', 'slurmd', 'slurm-client', 'slurm-wlm-basic-plugins']

/** A cluster of Slurm on this machine with two nodes, n1 and n2, of three CPUs each. */
export interface Cluster {
  folder: string
  /** Ends its jobs, and then its daemons. */
  stop: () => Promise<void>
}

/**
 * Starts a cluster on the loopback, for which the commands of Slurm are set up until the environment is restored by
 * `vi.unstubAllEnvs`. Where root and apt are there, it first installs Slurm if that is missing.
 *
 * @param settings lines of slurm.conf
 * @returns the cluster, or the reason why there can be none here
 */
export async function startCluster(settings: readonly string[] = []): Promise<Cluster | string> {
  if (process.getuid?.() !== 0) return 'Slurm starts jobs only as root'
  if (!isInstalled() && !(installPackages(packages) && isInstalled()))
    return 'Slurm is not installed, and apt-get cannot install it'
  const folder = mkdtempSync(join(tmpdir(), 'layer-rotation-slurm-'))
  for (const name of ['state', 'n1', 'n2']) mkdirSync(join(folder, name))
  const conf = join(folder, 'slurm.conf')
  writeFileSync(conf, [...(await configuration(folder)), ...settings, ''].join('\n'))
  vi.stubEnv('SLURM_CONF', conf)
  const daemons = [daemon(folder, 'slurmctld', ['-c'])]
  if (await isSoon(() => spawnSync('scontrol', ['ping']).stdout.includes('UP'))) {
    daemons.push(daemon(folder, 'slurmd', ['-N', 'n1']), daemon(folder, 'slurmd', ['-N', 'n2']))
    if (await isSoon(() => slurm('sinfo', '-h', '-t', 'idle', '-o', '%D').trim() === '2')) {
      return { folder, stop: () => stop(folder, daemons) }
    }
  }
  const log = readFileSync(join(folder, 'daemons.log'), 'utf8')
  await stop(folder, daemons)
  return `Slurm does not start here: ${log.trim().split('\n').slice(-3).join('; ')}`
}

/** Runs a command of Slurm. @returns its output */
export const slurm = (program: string, ...words: readonly string[]): string =>
  execFileSync(program, words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })

/** Waits until something holds, for at most `seconds`. @returns false if it does not */
export async function isSoon(holds: () => boolean, seconds = 20): Promise<boolean> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await setTimeout(100)) if (holds()) return true
  return holds()
}

const isInstalled = (): boolean =>
  programs.every((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0)

async function configuration(folder: string): Promise<string[]> {
  const [host] = hostname().split('.')
  const [controller, first, second] = await freePorts(3)
  return [
    'ClusterName=test',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controller}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    // Nobody else is on this cluster; munge would be one more daemon.
    'AuthType=auth/none',
    'CredType=cred/none',
    'CommunicationParameters=NoInAddrAny,NoCtldInAddrAny',
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SwitchType=switch/none',
    'MpiDefault=none',
    'MailProg=/bin/true',
    'AccountingStorageType=accounting_storage/none',
    'JobAcctGatherType=jobacct_gather/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_Core',
    'SchedulerType=sched/backfill',
    'SchedulerParameters=batch_sched_delay=0,sched_min_interval=0,sched_interval=1,bf_interval=1',
    'SlurmdParameters=config_overrides',
    'KillWait=20',
    'ReturnToService=0',
    `StateSaveLocation=${join(folder, 'state')}`,
    `SlurmdSpoolDir=${join(folder, '%n')}`,
    `SlurmctldPidFile=${join(folder, 'slurmctld.pid')}`,
    `SlurmdPidFile=${join(folder, 'slurmd-%n.pid')}`,
    `NodeName=n1 NodeHostname=${host} NodeAddr=127.0.0.1 Port=${first} CPUs=3`,
    `NodeName=n2 NodeHostname=${host} NodeAddr=127.0.0.1 Port=${second} CPUs=3`,
    'PartitionName=main Nodes=n1,n2 Default=YES MaxTime=INFINITE State=UP',
  ]
}

async function freePorts(number: number): Promise<number[]> {
  const servers = Array.from({ length: number }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

function daemon(folder: string, program: string, words: readonly string[]): ChildProcess {
  const log = openSync(join(folder, 'daemons.log'), 'a')
  return spawn(program, ['-D', ...words], { stdio: ['ignore', log, log] })
}

async function stop(folder: string, daemons: readonly ChildProcess[]): Promise<void> {
  // The processes of jobs outlive the daemons of their nodes.
  spawnSync('scancel', ['--user=root', '--full', '--signal=KILL'])
  spawnSync('scancel', ['--user=root'])
  await isSoon(() => spawnSync('squeue', ['-h']).stdout.length === 0)
  for (const child of daemons.toReversed()) {
    if (child.exitCode !== null || child.signalCode !== null) continue
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
}
