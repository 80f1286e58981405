import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadProgram } from '../../src/cli/load-program.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const config = await loadProgram({ root, source: true });
const commands = (config.plugins.get(config.name)?.commands ?? []).filter(
  (command) => command.hidden !== true,
);
const tree: Record<string, { arguments: string[]; flags: string[] }> = JSON.parse(
  readFileSync(join(root, 'test/commands/command-tree.json'), 'utf8'),
);

describe('the tree of commands', () => {
  it('is the committed one: a name that is gone breaks scripts of others', () => {
    expect(commands.map(({ id }) => id.replaceAll(':', ' ')).sort()).toEqual(
      Object.keys(tree).sort(),
    );
  });

  it.each(commands.map((command) => ({ name: command.id.replaceAll(':', ' '), command })))(
    '$name says what it and its flags do',
    ({ name, command }) => {
      expect(command.summary).toMatch(/^[A-Z].*[^.]$/s);
      expect(command.examples?.length ?? 0).toBeGreaterThan(0);
      for (const flag of Object.values(command.flags))
        expect(flag.summary ?? flag.description, `--${flag.name}`).toBeTruthy();
      const shown = Object.values(command.flags).filter((flag) => flag.hidden !== true);
      expect(tree[name]?.flags.map((flag) => /--([\w-]+)/.exec(flag)?.[1]).sort()).toEqual(
        shown.map((flag) => flag.name).sort(),
      );
      expect(tree[name]?.arguments).toEqual(Object.keys(command.args));
      expect(existsSync(join(root, 'docs/commands', `${command.id.replaceAll(':', '-')}.md`))).toBe(
        true,
      );
    },
  );

  it.each(commands.map((command) => ({ name: command.id, command })))(
    '$name takes --json, --output and --quiet',
    ({ command }) => {
      expect(Object.keys(command.flags)).toEqual(
        expect.arrayContaining(['json', 'output', 'quiet']),
      );
    },
  );

  it('the manifest of the built program knows the same commands', () => {
    const manifest: { commands: Record<string, { relativePath: string[] }> } = JSON.parse(
      readFileSync(join(root, 'oclif.manifest.json'), 'utf8'),
    );
    expect(Object.keys(manifest.commands).sort()).toEqual(commands.map(({ id }) => id).sort());
    for (const [id, { relativePath }] of Object.entries(manifest.commands))
      expect(relativePath.join('/')).toBe(`dist/commands/${id.replaceAll(':', '/')}.js`);
  });
});
