import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FsRunHistory } from './run-history.ts';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cowa-history-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const id = (number: number) => `20261121T120000Z-${number.toString(16).padStart(6, '0')}`;

describe('FsRunHistory', () => {
  it('keeps records by time; what is no record is left alone', async () => {
    const history = new FsRunHistory(join(folder, 'history'));
    expect(await history.list()).toEqual([]);
    await history.keep(id(2), 'two', false);
    await history.keep(id(1), 'one', false);
    await writeFile(join(folder, 'history/notes.txt'), 'mine');
    expect(await history.list()).toEqual([
      { id: id(1), text: 'one', gone: false },
      { id: id(2), text: 'two', gone: false },
    ]);
  });

  it('replaces the record of a run that began by that of its end', async () => {
    const history = new FsRunHistory(folder);
    await history.keep(id(1), 'began', true);
    expect(await history.list()).toEqual([{ id: id(1), text: 'began', gone: false }]);
    await history.keep(id(1), 'ended', false);
    expect(await history.list()).toEqual([{ id: id(1), text: 'ended', gone: false }]);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('tells of a run whose process is gone', async () => {
    const history = new FsRunHistory(folder);
    await history.keep(id(1), 'began', true);
    const [file = ''] = await readdir(folder);
    const { pid } = spawnSync('true');
    await rename(join(folder, file), join(folder, file.replace(`.${process.pid}.`, `.${pid}.`)));
    expect(await history.list()).toEqual([{ id: id(1), text: 'began', gone: true }]);
    // Of another machine nobody here knows which processes run.
    const [own = ''] = await readdir(folder);
    await rename(join(folder, own), join(folder, `${id(1)}.${pid}.elsewhere.running.json`));
    expect(await history.list()).toEqual([{ id: id(1), text: 'began', gone: false }]);
  });

  it('forgets the oldest of more than a thousand, and halves of processes that are gone', async () => {
    const history = new FsRunHistory(folder);
    await mkdir(folder, { recursive: true });
    for (let each = 0; each < 1003; each++) await writeFile(join(folder, `${id(each)}.json`), '');
    const { pid } = spawnSync('true');
    await writeFile(join(folder, `${id(1)}.${pid}.00000000.partial`), '');
    await history.keep(id(2000), 'new', false);
    const names = await readdir(folder);
    expect(names).toHaveLength(1000);
    expect(names).not.toContain(`${id(3)}.json`);
    expect(names).toContain(`${id(4)}.json`);
  });

  it('fails nothing where it cannot be written', async () => {
    await writeFile(join(folder, 'file'), '');
    const history = new FsRunHistory(join(folder, 'file/history'));
    await history.keep(id(1), 'one', false);
    expect(await history.list()).toEqual([]);
  });
});
