import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  cpSync,
  existsSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dev = join(root, 'bin', 'dev.js');
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cowa-start-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function cowa(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [dev, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe.runIf(existsSync('/dev/full'))('standard output on a full disk', () => {
  it.each([
    ['a result', ['checks', 'list']],
    ['a document', ['checks', 'list', '--json']],
    ['the document of an error', ['verify', 'nothing-here', '--json']],
  ])('is no bug: %s', (_name, args) => {
    const full = openSync('/dev/full', 'w');
    try {
      const { status, stderr } = spawnSync(process.execPath, [dev, ...args], {
        cwd: folder,
        encoding: 'utf8',
        stdio: ['ignore', full, 'pipe'],
      });
      expect(stderr).toContain('Error [STDOUT_UNWRITABLE]');
      expect(status).toBe(4);
    } finally {
      closeSync(full);
    }
  });
});

describe('a command line', () => {
  it.each([
    { name: '--version', args: ['--version'], says: /^cowa-release\/\d+\.\d+\.\d+ \S+ node-v\d+/ },
    { name: '--help', args: ['--help'], says: /USAGE/ },
    { name: 'nothing', args: [], says: /USAGE/ },
    { name: 'a topic', args: ['keys'], says: /keys generate/ },
    { name: 'a command with --help', args: ['keys', 'generate', '--help'], says: /--out/ },
  ])('$name ends with 0 and speaks on standard output', ({ args, says }) => {
    const { status, stdout, stderr } = cowa(...args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(says);
  });

  it.each([
    {
      name: 'an unknown command',
      args: ['verfy', 'x'],
      code: 'COMMAND_UNKNOWN',
      hint: "Did you mean 'cowa-release verify'?",
    },
    {
      name: 'a misspelt topic',
      args: ['kys', 'generate'],
      code: 'COMMAND_UNKNOWN',
      hint: "Did you mean 'cowa-release keys generate'?",
    },
    {
      name: 'a command that is far from all',
      args: ['frobnicate'],
      code: 'COMMAND_UNKNOWN',
      hint: 'cowa-release --help',
    },
    {
      name: 'a word behind a command that takes none',
      args: ['keys', 'generate', 'x'],
      code: 'ARGUMENT_UNEXPECTED',
      hint: 'cowa-release keys generate --help',
    },
    {
      name: 'an unknown flag',
      args: ['keys', 'generate', '--nope'],
      code: 'USAGE',
      hint: '--help',
    },
    {
      name: 'a flag without its value',
      args: ['keys', 'generate', '--out'],
      code: 'USAGE',
      hint: '--help',
    },
    {
      name: 'a missing required argument',
      args: ['verify'],
      code: 'ARGUMENT_MISSING',
      hint: 'next: cowa-release verify dist/gpu --key release.pub',
    },
    {
      name: 'a format nobody knows',
      args: ['keys', 'show', '--output', 'xml'],
      code: 'USAGE',
      hint: '--help',
    },
  ])('$name ends with 2 and says the next step', ({ args, code, hint }) => {
    const { status, stdout, stderr } = cowa(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(`Error [${code}]`);
    expect(stderr).toContain(hint);
  });

  it.each([['--json'], ['--output', 'json'], ['--output=json']])(
    '%s %s: a failure is one document, nothing else',
    (...format) => {
      const { status, stdout, stderr } = cowa(
        'keys',
        'public',
        '--key',
        join(folder, 'none.key'),
        ...format,
      );
      const { schema, error } = JSON.parse(stdout);
      expect({ status, stderr, schema }).toEqual({
        status: 4,
        stderr: '',
        schema: 'cowa-release/error/v1',
      });
      expect(error).toEqual({
        code: 'KEY_UNREADABLE',
        exitCode: 4,
        message: expect.any(String),
        suggestions: expect.any(Array),
      });
    },
  );

  it.each([['verfy'], ['keys', 'generate', '--nope']])(
    '%s %s: also where no command runs',
    (...args) => {
      const { status, stdout, stderr } = cowa(...args, '--json');
      expect({ status, stderr }).toEqual({ status: 2, stderr: '' });
      expect(JSON.parse(stdout).error).toMatchObject({ exitCode: 2 });
    },
  );

  it('a success in JSON is one document too', () => {
    const { status, stdout } = cowa(
      'keys',
      'generate',
      '--out',
      join(folder, 'json'),
      '--insecure-empty-password',
      '--output',
      'json',
    );
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ type: 'ecdsa-p256' });
  });
});

describe('a signal', () => {
  const pipe = () => join(folder, 'pipe');

  beforeAll(() => {
    // Opening a pipe that nobody writes to hangs in the system itself: the worst an operation can do.
    expect(spawnSync('mkfifo', [pipe()]).status).toBe(0);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    '%s ends a program that hangs within a second, with 130, and says how to go on',
    async (name) => {
      const child = hanging();
      await child.started;
      const sent = performance.now();
      child.process.kill(name);
      const { code, signal, stderr } = await child.ended;
      // Under a second where the machine has nothing else to do.
      expect(performance.now() - sent).toBeLessThan(3000);
      expect({ code, signal }).toEqual({ code: 130, signal: null });
      expect(stderr).toContain(`${name}: stopping and cleaning up`);
      expect(stderr).toContain(
        `Error [INTERRUPTED]: interrupted by ${name}\n  next: Run the same command again`,
      );
    },
  );

  it('a second one ends it too', async () => {
    const child = hanging();
    await child.started;
    child.process.kill('SIGINT');
    await new Promise((resolve) => setTimeout(resolve, 350));
    child.process.kill('SIGINT');
    expect((await child.ended).code).toBe(130);
  });

  it('is one document with --json', async () => {
    const child = hanging('--json');
    await child.started;
    child.process.kill('SIGTERM');
    const { code, stdout, stderr } = await child.ended;
    expect({ code, stderr }).toEqual({ code: 130, stderr: '' });
    expect(JSON.parse(stdout).error).toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
  });

  it('reaches the program through the hand-over to the pinned Node, once', async () => {
    const child = watch(
      spawn(process.execPath, [...pretendOldNode, dev, 'keys', 'public', '--key', pipe()], {
        cwd: folder,
      }),
      pipe(),
    );
    await child.started;
    child.process.kill('SIGINT');
    expect(await child.ended).toMatchObject({ code: 130, signal: null });
  });

  function hanging(...more: readonly string[]) {
    return watch(
      spawn(process.execPath, [dev, 'keys', 'public', '--key', pipe(), ...more], { cwd: folder }),
      pipe(),
    );
  }
});

/** Output of a child, and when it hangs: a writer can open the pipe once a reader has, and never writes. */
function watch(process: ChildProcess, pipe: string) {
  let stdout = '';
  let stderr = '';
  process.stdout?.on('data', (text) => {
    stdout += String(text);
  });
  process.stderr?.on('data', (text) => {
    stderr += String(text);
  });
  let held: number | undefined;
  const ended = new Promise<{
    code: number | null;
    signal: string | null;
    stdout: string;
    stderr: string;
  }>((resolve) => {
    process.on('close', (code, signal) => {
      if (held !== undefined) closeSync(held);
      resolve({ code, signal, stdout, stderr });
    });
  });
  const started = (async () => {
    while (held === undefined && process.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      held = openForWriting(pipe);
    }
  })();
  return { process, ended, started };
}

function openForWriting(pipe: string): number | undefined {
  try {
    return openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    return undefined;
  }
}

const pretendOldNode = [
  '--import',
  `data:text/javascript,${encodeURIComponent("if (process.env.COWA_NODE_FOUND !== '1') Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.1.0' } });")}`,
];

describe('the launcher', () => {
  it('hands over from an old Node to the pinned one, with arguments and exit code', () => {
    const old = (...args: readonly string[]) =>
      spawnSync(process.execPath, [...pretendOldNode, dev, ...args], { encoding: 'utf8' });
    expect(old('--version')).toMatchObject({ status: 0, stderr: '' });
    expect(old('keys', 'generate', '--nope').status).toBe(2);
  });

  it('says in one line what to do where there is none', () => {
    cpSync(join(root, 'bin'), join(folder, 'alone', 'bin'), { recursive: true });
    writeFileSync(join(folder, 'alone', 'package.json'), '{"type":"module"}');
    const { status, stderr } = spawnSync(
      process.execPath,
      [...pretendOldNode, join(folder, 'alone', 'bin', 'run.js'), '--version'],
      { encoding: 'utf8' },
    );
    expect(status).toBe(4);
    expect(stderr).toMatch(/^Error \[NODE_TOO_OLD\]: .* this is 20\.1\.0\. Run 'npm ci' .*\n$/);
  });

  it('says so where the program was never built', () => {
    cpSync(join(root, 'bin'), join(folder, 'unbuilt', 'bin'), { recursive: true });
    writeFileSync(join(folder, 'unbuilt', 'package.json'), '{"type":"module"}');
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(folder, 'unbuilt', 'bin', 'run.js'), '--version'],
      { encoding: 'utf8' },
    );
    expect(status).toBe(4);
    expect(stderr).toMatch(/^Error \[NOT_BUILT\]: .*npm run build.*\n$/);
  });
});
