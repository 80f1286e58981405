import type { CheckId } from '../checks/check.ts';
import type { Machine, MachineFacts } from '../ports/machine.ts';
import { type Examined, sound, unseen, wrong } from '../report/doctor-report.ts';
import { formatSize } from '../support/format-size.ts';
import type { Run } from '../support/run.ts';

/** What the program needs of a machine. Bytes. */
const needs = {
  node: [24, 15],
  memory: { least: 512 * 2 ** 20, comfortable: 2 ** 30 },
  disk: { least: 10 ** 9, comfortable: 10 ** 10 },
  clockMs: 5 * 60_000,
} as const;

/** Node, memory and processors. */
export function examineMachine(machine: Machine): readonly Examined[] {
  const facts = machine.facts();
  return [nodeOf(facts), memoryOf(facts), processorsOf(facts)];
}

function nodeOf({ nodeVersion, platform }: MachineFacts): Examined {
  const [major = 0, minor = 0] = nodeVersion.split('.').map(Number);
  const [least, leastMinor] = needs.node;
  if (major > least || (major === least && minor >= leastMinor))
    return sound('machine/node', `Node ${nodeVersion} on ${platform}`);
  return wrong(
    'machine/node',
    'error',
    `Node ${nodeVersion}, and ${least}.${leastMinor} or later is needed`,
    'Run it with a newer Node, or the offline package, which brings its own',
  );
}

function memoryOf({ memoryBytes, availableMemoryBytes }: MachineFacts): Examined {
  const said = `${formatSize(availableMemoryBytes)} of ${formatSize(memoryBytes)} memory are free`;
  if (availableMemoryBytes >= needs.memory.comfortable) return sound('machine/memory', said);
  const tight = availableMemoryBytes < needs.memory.least;
  return wrong(
    'machine/memory',
    tight ? 'error' : 'warning',
    `${said}; ${formatSize(needs.memory.least)} are the least, ${formatSize(needs.memory.comfortable)} let steps run side by side`,
    'End what else runs, raise the limit of the container, or run one step at a time: --jobs 1',
  );
}

function processorsOf({ processors }: MachineFacts): Examined {
  return sound(
    'machine/processors',
    `${processors} processor${processors === 1 ? '' : 's'}; at most as many steps compute at once`,
  );
}

/** Room on the disk of a folder that is written to. */
export async function examineDisk(
  id: CheckId,
  what: string,
  path: string,
  machine: Machine,
): Promise<Examined> {
  try {
    const { folder, freeBytes, writable } = await machine.disk(path);
    if (!writable)
      return wrong(
        id,
        'error',
        `${what} ${path}: ${folder} cannot be written to`,
        `Change its permissions, or name another folder`,
      );
    const said = `${what} ${path}: ${formatSize(freeBytes)} are free`;
    if (freeBytes >= needs.disk.comfortable) return sound(id, said);
    return wrong(
      id,
      freeBytes < needs.disk.least ? 'error' : 'warning',
      `${said}; a release with model weights takes ten and more`,
      'Free space (cowa-release cache prune --dry-run shows what could go), or name a folder on another disk',
    );
  } catch (error) {
    return unseen(
      id,
      'error',
      `${what} ${path}: the system does not say how much is free (${wordsOf(error)})`,
      `df ${path}`,
    );
  }
}

/** What a clock can be compared with here. */
export interface ClockWitness {
  readonly who: string;
  readonly at: Date;
  /** A file cannot be older than it says, but the clock may well be ahead of it. */
  readonly onlyBehind: boolean;
}

/** The clock: certificates, tokens and waivers are judged by it. */
export function examineClock(machine: Machine, witnesses: readonly ClockWitness[]): Examined {
  const { now } = machine.facts();
  const id = 'machine/clock';
  const text = now.toISOString().replace(/\.\d+Z$/, 'Z');
  for (const { who, at, onlyBehind } of witnesses) {
    const ahead = now.getTime() - at.getTime();
    if (Math.abs(ahead) <= needs.clockMs || (onlyBehind && ahead > 0)) continue;
    const minutes = Math.round(Math.abs(ahead) / 60_000);
    return wrong(
      id,
      'error',
      `it is ${text} here, ${minutes} minutes ${ahead > 0 ? 'after' : 'before'} the time of ${who}`,
      'Set the clock: tokens, certificates and waivers are judged by it',
    );
  }
  const sure = witnesses.filter(({ onlyBehind }) => !onlyBehind);
  if (sure.length > 0) return sound(id, `${text}, as ${sure.map(({ who }) => who).join(', ')} say`);
  return unseen(
    id,
    'note',
    `it is ${text} here, and nothing that was asked says whether that is right`,
    'date -u, and compare with a clock you trust',
  );
}

/** Ports of this machine that a registry is expected on, or that one is to be started on. */
export async function examinePort(port: number, machine: Machine, run: Run): Promise<Examined> {
  const id = `port/${port}` as const;
  const facts = await machine.port(port, run);
  switch (facts.kind) {
    case 'free':
      return sound(id, `127.0.0.1:${port} is free`);
    case 'registry':
      return sound(id, `127.0.0.1:${port} is a registry (answers ${facts.status})`);
    case 'other':
      return wrong(
        id,
        'warning',
        `127.0.0.1:${port} is taken by something that is no registry; it answers ${facts.answer}`,
        `ss -ltnp 'sport = :${port}' names it; use another port for the registry: --registry-override <host>=localhost:5001`,
      );
    case 'unknown':
      return unseen(
        id,
        'note',
        `127.0.0.1:${port} does not say who listens (${facts.reason})`,
        `ss -ltnp 'sport = :${port}'`,
      );
  }
}

/** What went wrong, in words. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
