import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtProgram, notBuilt } from '../support/built-program.ts';
import { missingPrograms } from '../support/local-registry.ts';

const root = join(import.meta.dirname, '../..');
const missing = await missingPrograms('script');
const skipped = notBuilt ?? (missing.length > 0 ? `no ${missing.join(', ')}` : undefined);
const question = 'Password of the key: ';

describe.skipIf(skipped !== undefined)(
  `a person at a terminal${skipped === undefined ? '' : ` (skipped: ${skipped})`}`,
  () => {
    let folder = '';
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'cowa-terminal-'));
      const made = await builtProgram(['keys', 'generate', '--out', join(folder, 'signer')], {
        env: { COWA_KEY_PASSWORD: 'a password' },
      });
      expect(made).toMatchObject({ code: 0 });
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));

    it.each([
      { command: 'assemble', answer: 'a password', code: 0, said: 'DONE  cowabungaai-demo' },
      { command: 'assemble', answer: 'another', code: 4, said: 'KEY_PASSWORD_WRONG' },
    ])(
      'sees the question of $command before anything else, and answers $answer: exit $code',
      async ({ answer, code, said }) => {
        const ended = await atTerminal(
          [
            ...['assemble', '-f', join(root, 'fixtures/demo/cowa-release.yaml'), '--flavor', 'cpu'],
            ...['--key', join(folder, 'signer.key'), '--out', join(folder, 'dist')],
            ...['--cache-dir', join(folder, 'cache')],
          ],
          answer,
        );
        expect(ended.before.trimEnd()).toBe(question.trimEnd());
        expect(ended.after).toContain(said);
        expect(ended.after).not.toContain(answer);
        expect(ended.code).toBe(code);
      },
    );
  },
);

/** Runs the program at a pseudo terminal, and answers its question once that can be read. */
function atTerminal(
  args: readonly string[],
  answer: string,
): Promise<{ before: string; after: string; code: number | null }> {
  const words = [process.execPath, join(root, 'bin/run.js'), ...args];
  const line = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const { COWA_KEY_PASSWORD: _1, COSIGN_PASSWORD: _2, ...env } = process.env;
  return new Promise((resolve, reject) => {
    const child = spawn('script', ['-qefc', line, '/dev/null'], {
      env: { ...env, NO_COLOR: '1', TERM: 'xterm' },
    });
    const text = { before: '', after: '' };
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      if (text.before.includes(question)) text.after += part;
      else {
        text.before += part;
        if (text.before.includes(question)) child.stdin.write(`${answer}\n`);
      }
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...text, code }));
  });
}
