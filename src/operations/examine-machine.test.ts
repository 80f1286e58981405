import { describe, expect, it } from 'vitest';
import { EngineError } from '../ports/image-builder.ts';
import type { DiskFacts, Machine, MachineFacts, PortFacts } from '../ports/machine.ts';
import { toDoctorReport, unseen, wrong } from '../report/doctor-report.ts';
import { examineClock, examineDisk, examineMachine, examinePort } from './examine-machine.ts';
import { examineEngine, examineRegistry, examineTool } from './examine-tools.ts';

const run = { signal: new AbortController().signal };
const gib = 2 ** 30;
const usual: MachineFacts = {
  nodeVersion: '26.3.0',
  platform: 'linux/x64',
  processors: 2,
  memoryBytes: 8 * gib,
  availableMemoryBytes: 4 * gib,
  now: new Date('2026-11-21T12:00:00Z'),
};

function aMachine(change: {
  facts?: Partial<MachineFacts>;
  disk?: DiskFacts | Error;
  port?: PortFacts;
  line?: string | Error;
}): Machine {
  const giveOr = <T>(value: T | Error | undefined, other: T): Promise<T> =>
    value instanceof Error ? Promise.reject(value) : Promise.resolve(value ?? other);
  return {
    facts: () => ({ ...usual, ...change.facts }),
    disk: () => giveOr(change.disk, { folder: '/c', freeBytes: 5e10, writable: true }),
    port: () => giveOr<PortFacts>(change.port, { kind: 'free' }),
    firstLine: () => giveOr(change.line, 'v1.2.3'),
    changedAt: () => Promise.resolve(undefined),
  };
}

describe('examineMachine', () => {
  it.each<[string, Partial<MachineFacts>, readonly string[]]>([
    ['what is needed', {}, ['pass', 'pass', 'pass']],
    ['the oldest Node that will do', { nodeVersion: '24.15.0' }, ['pass', 'pass', 'pass']],
    ['a Node that is a little older', { nodeVersion: '24.14.9' }, ['fail error', 'pass', 'pass']],
    ['a Node of long ago', { nodeVersion: '22.99.0' }, ['fail error', 'pass', 'pass']],
    ['little memory', { availableMemoryBytes: gib - 1 }, ['pass', 'fail warning', 'pass']],
    ['hardly any memory', { availableMemoryBytes: gib / 4 }, ['pass', 'fail error', 'pass']],
  ])('%s', (_name, facts, outcomes) => {
    const said = examineMachine(aMachine({ facts }));
    expect(
      said.map(({ outcome, severity }) => (outcome === 'fail' ? `fail ${severity}` : outcome)),
    ).toEqual(outcomes);
    for (const { outcome, fix } of said) expect(fix !== undefined).toBe(outcome !== 'pass');
  });
});

describe('examineDisk', () => {
  it.each<[string, DiskFacts | Error, string, string]>([
    ['with room', { folder: '/c', freeBytes: 2e10, writable: true }, 'pass', 'note'],
    ['that is tight', { folder: '/c', freeBytes: 5e9, writable: true }, 'fail', 'warning'],
    ['that is full', { folder: '/c', freeBytes: 9e8, writable: true }, 'fail', 'error'],
    ['that is closed', { folder: '/c', freeBytes: 2e10, writable: false }, 'fail', 'error'],
    ['that does not tell', new Error('ENOSYS'), 'undecided', 'error'],
  ])('a disk %s', async (_name, disk, outcome, severity) => {
    const machine = aMachine({ disk });
    expect(await examineDisk('disk/cache', 'cache', '/c/x', machine)).toMatchObject({
      outcome,
      severity,
    });
  });
});

describe('examineClock', () => {
  const server = (text: string) => ({ who: 'a registry', at: new Date(text), onlyBehind: false });
  const file = (text: string) => ({ who: 'a file', at: new Date(text), onlyBehind: true });
  it.each([
    ['nothing to compare with', [], 'undecided'],
    ['a server of the same time', [server('2026-11-21T12:04:59Z')], 'pass'],
    ['a server that is ahead', [server('2026-11-21T12:05:01Z')], 'fail'],
    ['a server that is behind', [server('2026-11-21T11:54:00Z')], 'fail'],
    ['a file of last year alone', [file('2025-11-21T12:00:00Z')], 'undecided'],
    ['a file of tomorrow', [file('2026-11-22T12:00:00Z')], 'fail'],
  ])('%s: %3$s', (_name, witnesses, outcome) => {
    expect(examineClock(aMachine({}), witnesses).outcome).toBe(outcome);
  });
});

describe('examinePort', () => {
  it.each<[PortFacts, string]>([
    [{ kind: 'free' }, 'pass'],
    [{ kind: 'registry', status: 401 }, 'pass'],
    [{ kind: 'other', answer: "'HTTP/1.1 403 Forbidden', server AirTunes" }, 'fail'],
    [{ kind: 'unknown', reason: 'ETIMEDOUT' }, 'undecided'],
  ])('%o: %s', async (port, outcome) => {
    const said = await examinePort(5000, aMachine({ port }), run);
    expect(said.outcome).toBe(outcome);
    if (port.kind === 'other') expect(said.message).toContain('AirTunes');
  });
});

describe('examineTool', () => {
  const tool = {
    name: 'helm',
    variable: 'COWA_HELM',
    path: '/opt/helm',
    args: ['version'],
    answers: /^v\d/,
    purpose: 'charts are rendered without it',
  };
  it.each<[string, string | undefined, string | Error, string]>([
    ['that nobody named', undefined, '', 'not-applicable'],
    ['that answers', '/opt/helm', 'v3.1', 'pass'],
    ['that is something else', '/opt/helm', 'GNU coreutils', 'fail'],
    ['that is not there', '/opt/helm', new Error('not there'), 'fail'],
  ])('a program %s', async (_name, path, line, outcome) => {
    expect((await examineTool({ ...tool, path }, aMachine({ line }), run)).outcome).toBe(outcome);
  });
});

describe('examineEngine and examineRegistry', () => {
  const missing = new EngineError('ENGINE_MISSING', 'buildah cannot be started');
  const unusable = new EngineError('ENGINE_UNUSABLE', 'no BuildKit answers');
  it.each([
    ['missing and needed', true, missing, 'fail error'],
    ['missing and not needed', false, missing, 'not-applicable note'],
    ['there and broken, not needed', false, unusable, 'fail warning'],
  ])('an engine %s', async (_name, needed, error, said) => {
    const { outcome, severity } = await examineEngine(
      'buildah',
      needed,
      () => Promise.reject(error),
      run,
    );
    expect(`${outcome} ${severity}`).toBe(said);
  });

  it.each(['open', 'accepted', 'anonymous', 'missing', 'refused'] as const)(
    'a registry with the login %s',
    async (login) => {
      const date = new Date(0);
      const said = await examineRegistry('r', () => Promise.resolve({ login, date }), run);
      expect(said.date).toBe(date);
      expect(said.examined.outcome).toBe(
        login === 'missing' || login === 'refused' ? 'fail' : 'pass',
      );
    },
  );
});

describe('toDoctorReport', () => {
  const warning = wrong('port/1', 'warning', '', '');
  const error = wrong('port/1', 'error', '', '');
  const needed = unseen('port/1', 'error', '', '');
  const notNeeded = unseen('port/1', 'note', '', '');
  it.each([
    ['a warning', [warning, notNeeded], 'pass', 0],
    ['an error', [warning, needed, error], 'fail', 1],
    ['something needed that was not looked at', [warning, needed], 'incomplete', 5],
  ])('%s: %3$s', (_name, examined, outcome, exitCode) => {
    expect(toDoctorReport(examined, undefined)).toMatchObject({ outcome, exitCode });
  });
});
