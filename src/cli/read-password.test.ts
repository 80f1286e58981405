import { EventEmitter } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readPassword, type Terminal, terminalPrompt } from './read-password.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-password-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const answers =
  (...given: readonly (string | undefined)[]) =>
  (): Promise<string | undefined> =>
    Promise.resolve([...given].shift());

describe('readPassword', () => {
  it.each([
    { what: 'plain', content: 'secret', expected: 'secret' },
    { what: 'one newline', content: 'secret\n', expected: 'secret' },
    { what: 'one newline of Windows', content: 'secret\r\n', expected: 'secret' },
    { what: 'two newlines', content: 'secret\n\n', expected: 'secret\n' },
    { what: 'spaces', content: ' secret ', expected: ' secret ' },
    { what: 'nothing', content: '', expected: '' },
    { what: 'a newline alone', content: '\n', expected: '' },
    { what: 'no ASCII', content: 'pässwörd\n', expected: 'pässwörd' },
  ])('reads it from a file: $what', async ({ content, expected }) => {
    const file = join(folder, 'p');
    await writeFile(file, content);
    const env = { COWA_KEY_PASSWORD: 'not this one' };
    expect(text(await readPassword({ file, env }))).toBe(expected);
  });

  it.each([
    { what: 'is missing', content: undefined },
    { what: 'is far too long', content: 'x'.repeat(4097) },
  ])('refuses a file that $what: KEY_PASSWORD_FILE', async ({ content }) => {
    const file = join(folder, 'p');
    if (content !== undefined) await writeFile(file, content);
    await expect(readPassword({ file, env: {} })).rejects.toMatchObject({
      code: 'KEY_PASSWORD_FILE',
    });
  });

  it.each([
    { env: { COWA_KEY_PASSWORD: 'a', COSIGN_PASSWORD: 'b' }, expected: 'a' },
    { env: { COSIGN_PASSWORD: 'b' }, expected: 'b' },
    { env: { COWA_KEY_PASSWORD: '', COSIGN_PASSWORD: 'b' }, expected: '' },
    { env: { COSIGN_PASSWORD: 'b\n' }, expected: 'b\n' },
  ])('takes it from the environment: $env', async ({ env, expected }) => {
    expect(text(await readPassword({ env, prompt: answers('c') }))).toBe(expected);
  });

  it('asks once for a key that exists, twice for a new one', async () => {
    const asked: string[] = [];
    const prompt = async (question: string) => {
      asked.push(question);
      return 'typed';
    };
    expect(text(await readPassword({ env: {}, prompt }))).toBe('typed');
    expect(text(await readPassword({ env: {}, prompt, confirm: true }))).toBe('typed');
    expect(asked).toHaveLength(3);
  });

  it.each([
    { what: 'nobody to ask', sources: {} },
    { what: 'no answer', sources: { prompt: answers(undefined) } },
    {
      what: 'two answers',
      sources: { prompt: async (question: string) => question, confirm: true },
    },
  ])('ends with $what: KEY_PASSWORD_MISSING', async ({ sources }) => {
    await expect(readPassword({ env: {}, ...sources })).rejects.toMatchObject({
      code: 'KEY_PASSWORD_MISSING',
    });
  });
});

/** A terminal somebody types at. */
class FakeTerminal implements Terminal {
  raw = false;
  shown = '';
  readonly stdin: Terminal['stdin'] & EventEmitter;
  readonly stderr = { isTTY: true, write: (part: string) => this.show(part) };

  constructor(isTTY = true) {
    this.stdin = Object.assign(new EventEmitter(), {
      isTTY,
      setRawMode: (mode: boolean) => this.setRaw(mode),
      setEncoding: () => undefined,
      resume: () => undefined,
      pause: () => undefined,
    });
  }

  show(part: string): void {
    // What is typed while the question is being read must not be shown either.
    if (part !== '\n') expect(this.raw).toBe(true);
    this.shown += part;
  }

  setRaw(mode: boolean): void {
    this.raw = mode;
  }

  type(...pieces: readonly string[]): void {
    for (const piece of pieces) this.stdin.emit('data', piece);
  }
}

describe('terminalPrompt', () => {
  it('is not there without a terminal', () => {
    expect(terminalPrompt(new FakeTerminal(false))).toBeUndefined();
  });

  it.each([
    { typed: ['secret\r'], expected: 'secret' },
    { typed: ['s', 'e', 'x', '\u007f', 'c\n'], expected: 'sec' },
    { typed: ['\u007f', 'ä\u{1f600}', '\b', '\r'], expected: 'ä' },
    { typed: ['\r'], expected: '' },
    { typed: ['abc\u0004'], expected: undefined },
  ])('$typed gives $expected', async ({ typed, expected }) => {
    const terminal = new FakeTerminal();
    const answer = terminalPrompt(terminal)?.('Password: ');
    expect(terminal.raw).toBe(true);
    terminal.type(...typed);
    expect(await answer).toBe(expected);
    expect(terminal.raw).toBe(false);
    expect(terminal.shown).toBe('Password: \n');
    expect(terminal.stdin.listenerCount('data') + terminal.stdin.listenerCount('end')).toBe(0);
  });

  it('keeps what was pasted ahead for the next question', async () => {
    const terminal = new FakeTerminal();
    const prompt = terminalPrompt(terminal);
    const first = prompt?.('one ');
    terminal.type('secret\rsecret\r');
    expect([await first, await prompt?.('two ')]).toEqual(['secret', 'secret']);
  });

  it('ends the command at Ctrl-C: exit code 130', async () => {
    const terminal = new FakeTerminal();
    const answer = terminalPrompt(terminal)?.('Password: ');
    terminal.type('sec\u0003');
    await expect(answer).rejects.toMatchObject({ code: 'INTERRUPTED', exitCode: 130 });
    expect(terminal.raw).toBe(false);
  });

  it('gives nothing when the input ends', async () => {
    const terminal = new FakeTerminal();
    const answer = terminalPrompt(terminal)?.('Password: ');
    terminal.stdin.emit('end');
    expect(await answer).toBeUndefined();
  });
});
