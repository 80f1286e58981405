import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { allChecks } from '../../src/checks/all-checks.ts';
import { guardsIntegrity } from '../../src/policy/integrity.ts';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'threat-model.md'), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .filter((cells) => cells.some((cell) => cell.includes('.test.ts')));
const proofs = [...page.matchAll(/`([^`]+\.test\.ts)` "([^"]+)"/g)].map(
  ([, file = '', title = '']) => ({ file, title }),
);
const links = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => path);

describe('the threat model', () => {
  it('has a proof for every attack', () => {
    expect(rows.length).toBeGreaterThan(20);
    for (const cells of rows) expect(cells[3], cells[1]).toMatch(/`[^`]+\.test\.ts` "[^"]+"/);
  });

  it.each(proofs)('$file has a test called "$title"', ({ file, title }) => {
    const source = readFileSync(join(root, file), 'utf8');
    expect(source).toMatch(
      new RegExp(
        `(describe|it)[^\n]*\\(\\s*['"\`]${title.replaceAll(/[$.()*+?[\]^{|}\\]/g, '\\$&')}`,
      ),
    );
  });

  it('names checks that exist', () => {
    const known = new Set<string>(allChecks().map(({ id }) => id));
    const named = links
      .filter((path) => path.startsWith('checks/'))
      .map((path) => path.slice('checks/'.length, -'.md'.length));
    expect(named.length).toBeGreaterThan(25);
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });

  it('rests on no check that a policy may excuse', () => {
    const named = allChecks().filter(({ id }) => links.includes(`checks/${id}.md`));
    const excusable = named.filter((check) => !guardsIntegrity(check)).map(({ id }) => id);
    // Images nobody needs are in checksums.txt all the same, and so are signed.
    expect(excusable).toEqual(['oci/nothing-unreferenced']);
  });

  it('names every check of the container', () => {
    const container = allChecks()
      .map(({ id }) => id)
      .filter((id) => id.startsWith('container/') && id !== 'container/format');
    expect(container.filter((id) => !links.includes(`checks/${id}.md`))).toEqual([]);
  });

  it('links to pages that are there', () => {
    // Pages of checks are generated from the checks, which are looked up above.
    const pages = links.filter((path) => !path.startsWith('checks/'));
    expect(pages.filter((path) => !existsSync(join(root, 'docs', path)))).toEqual([]);
  });
});
