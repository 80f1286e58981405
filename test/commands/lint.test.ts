import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { captureOutput } from '@oclif/test';
import { afterEach, describe, expect, it } from 'vitest';
import Lint from '../../src/commands/lint.ts';
import { schemaFaults } from '../support/closed-schema.ts';

const root = join(import.meta.dirname, '../..');
afterEach(() => {
  process.exitCode = undefined;
});
const lint = (...args: readonly string[]) =>
  captureOutput<Awaited<ReturnType<Lint['run']>>>(() => Lint.run([...args], { root }));

describe('lint', () => {
  it("finds no error in the platform's own definitions", async () => {
    const { result, stdout } = await lint(join(root, 'bundles'));
    expect(result?.findings.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(result?.packages.map(({ name }) => name)).toContain('vllm');
    expect(stdout).toMatch(/^PASS {2}/m);
    expect(process.exitCode).toBe(0);
  });

  it('says where, and prints what the schema describes', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cowa-lint-'));
    try {
      await cp(join(root, 'bundles'), folder, { recursive: true });
      const file = join(folder, 'packages/vllm/values/upstream-values.yaml');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace('cowabungaai/vllm', 'cowabungaai/vlm'));
      const { stdout } = await lint(folder);
      expect(stdout).toMatch(
        /^error {2}deployment\/images-carried$.*packages\/vllm\/chart\/templates\/deployment\.yaml:\d+:\d+:\s+Deployment\/vllm-model:\s+container\s+'backend'\s+needs\s.*vlm/ms,
      );
      expect(process.exitCode).toBe(1);
      const { stdout: json } = await lint(folder, '--output', 'json');
      expect(schemaFaults('lint-report', JSON.parse(json))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
