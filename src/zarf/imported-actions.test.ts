import { describe, expect, it } from 'vitest';
import { movePaths } from './component-inputs.ts';
import type { Component } from './definition.ts';
import { mergeImported } from './imports.ts';

const imported: Component = {
  name: 'c',
  actions: {
    onCreate: {
      defaults: { dir: 'd', env: ['A=1'] },
      before: [{ cmd: 'x' }, { cmd: 'y', dir: '..' }, { cmd: 'z', dir: '/abs' }],
      onFailure: [{ cmd: 'f', dir: '' }],
    },
    onDeploy: { defaults: { maxRetries: 3 }, before: [{ cmd: 'later', dir: 'sub' }] },
    onRemove: { defaults: { mute: true } },
  },
};

// As Zarf v0.84 was seen to do with the same definitions.
describe('actions of an imported component', () => {
  it('run at create where they were imported from, at deployment where they say', () => {
    expect(movePaths(imported, 'lib').actions).toMatchObject({
      onCreate: {
        before: [
          { cmd: 'x', dir: 'lib/d' },
          { cmd: 'y', dir: '.' },
          { cmd: 'z', dir: '/abs' },
        ],
        onFailure: [{ cmd: 'f', dir: 'lib' }],
      },
      onDeploy: { before: [{ cmd: 'later', dir: 'sub' }] },
    });
  });

  it('follow the importer through several folders', () => {
    const twice = movePaths(movePaths(imported, 'deep'), 'lib');
    expect(twice.actions?.onCreate?.before?.[0]).toMatchObject({ dir: 'lib/deep/d' });
  });

  it('come before those of the importer, without the defaults of the imported file', () => {
    const own: Component = {
      name: 'c',
      actions: { onCreate: { defaults: { mute: true }, before: [{ cmd: 'own' }] } },
    };
    const { actions } = mergeImported(own, imported);
    expect(actions?.onCreate?.defaults).toEqual({ mute: true });
    expect(actions?.onCreate?.before?.map(({ cmd }) => cmd)).toEqual(['x', 'y', 'z', 'own']);
    expect(actions?.onDeploy).toEqual({ before: [{ cmd: 'later', dir: 'sub' }] });
    expect(actions).not.toHaveProperty('onRemove');
  });

  it('lose the defaults of the imported file also where the importer has no actions', () => {
    expect(mergeImported({ name: 'c' }, imported).actions?.onDeploy).not.toHaveProperty('defaults');
  });
});
