import { expect, it } from 'vitest';
import { deployedRelease, type Files, faults, told } from '../../../test/support/deployed.ts';
import { workflows } from './workflows.ts';

const here = '.github/workflows/release.yml';

async function judge(text: string, more: Files = {}): Promise<readonly string[]> {
  return faults(
    workflows,
    await deployedRelease({
      [here]: text,
      '.github/workflows/build.yml': 'name: Build\n',
      ...more,
    }),
  );
}

it.each([
  ['a workflow that is there', 'jobs: { a: { uses: ./.github/workflows/build.yml } }', []],
  [
    'a workflow that is switched off',
    'jobs: { a: { uses: ./.github/workflows/scan.yml } }',
    [
      `fail ${here}:1:20 ./.github/workflows/scan.yml is called and not there; .github/workflows/scan.yml.disabled is switched off`,
    ],
    { '.github/workflows/scan.yml.disabled': '' },
  ],
  ['a workflow of somebody else', 'jobs: { a: { uses: org/repo/.github/workflows/x.yml@v1 } }', []],
  [
    'an action that is there',
    'jobs: { a: { steps: [{ uses: ./.github/actions/setup }] } }',
    [],
    { '.github/actions/setup/action.yml': '' },
  ],
  [
    'an action that is not',
    'jobs: { a: { steps: [{ uses: ./.github/actions/setup }] } }',
    [`fail ${here}:1:22 ./.github/actions/setup is called and not there`],
    { '.github/actions/other/action.yml': '' },
  ],
  ['an action that is fetched first', 'jobs: { a: { steps: [{ uses: ./fetched/setup }] } }', []],
  [
    'a workflow by hand',
    'jobs: { a: { steps: [{ run: "gh workflow run gone.yml" }] } }',
    [`fail ${here}:1:22 ./.github/workflows/gone.yml is called and not there`],
  ],
  [
    'a job that is not there',
    'jobs: { build: {}, a: { needs: [biuld] } }',
    [`fail ${here}:1:32 job 'a' needs job 'biuld', which is not there; 'build' was meant?`],
  ],
  [
    'a workflow it follows',
    'on: { workflow_run: { workflows: [Build, Bild] } }',
    [
      `fail ${here}:1:42 no workflow is called 'Bild'; there are ${here}, Build; 'Build' was meant?`,
    ],
  ],
])('%s', async (_name, text, expected, more: Files = {}) => {
  expect(await judge(text, more)).toEqual(expected);
});

it('speaks of nothing without workflows', async () => {
  expect(told(workflows, await deployedRelease({}))).toEqual(['not-applicable']);
});
