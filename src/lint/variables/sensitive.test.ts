import { expect, it } from 'vitest';
import { deployedPackage, told } from '../../../test/support/deployed.ts';
import { sensitive } from './sensitive.ts';

async function judge(variables: string, actions: string): Promise<readonly string[]> {
  const zarf = `kind: ZarfPackageConfig
metadata: { name: app }
${variables}
components: [{ name: a, actions: { onDeploy: { ${actions} } } }]
`;
  const results = told(sensitive, await deployedPackage({ 'zarf.yaml': zarf }));
  return results.map((line) => line.replace(/ zarf\.yaml:\d+:\d+/, ''));
}

const secret = 'variables: [{ name: A, sensitive: true }]';
const prints = 'fail the action prints the sensitive variable A and is not muted';

it.each([
  ['an action that prints it', secret, 'before: [{ cmd: "echo ${ZARF_VAR_A}" }]', [prints, 'pass']],
  ['a muted action', secret, 'before: [{ mute: true, cmd: "echo ${ZARF_VAR_A}" }]', ['pass']],
  [
    'actions muted together',
    secret,
    'defaults: { mute: true }, before: [{ cmd: "echo ${ZARF_VAR_A}" }]',
    ['pass'],
  ],
  [
    'a command that takes it',
    secret,
    'before: [{ cmd: "login --password ${ZARF_VAR_A}" }]',
    ['pass'],
  ],
  ['a pipe', secret, 'before: [{ cmd: "echo ${ZARF_VAR_A} | login --password-stdin" }]', ['pass']],
  ['a file', secret, 'before: [{ cmd: "printf %s ${ZARF_VAR_A} > file" }]', ['pass']],
  ['a traced shell', secret, 'before: [{ cmd: "set -x; login ${ZARF_VAR_A}" }]', [prints, 'pass']],
  ['a name that only begins like it', secret, 'before: [{ cmd: "echo ${ZARF_VAR_AB}" }]', ['pass']],
  [
    'a default',
    'variables: [{ name: A, sensitive: true, default: hunter2 }]',
    'before: []',
    [
      'fail the sensitive variable A has a default, which everyone with the package can read',
      'pass',
    ],
  ],
  [
    'an empty default',
    'variables: [{ name: A, sensitive: true, default: "" }]',
    'before: []',
    ['pass'],
  ],
  [
    'an action whose output it is',
    '',
    'before: [{ cmd: make-token, setVariables: [{ name: A, sensitive: true }] }]',
    [
      'fail the action sets the sensitive variable A from its output, which is logged: it is not muted',
      'pass',
    ],
  ],
  [
    'none that is sensitive',
    'variables: [{ name: A }]',
    'before: [{ cmd: "echo ${ZARF_VAR_A}" }]',
    ['not-applicable'],
  ],
])('%s', async (_name, variables, actions, expected) => {
  const lines = await judge(variables, actions);
  expect(lines).toEqual(expected);
  expect(lines.join()).not.toContain('hunter2');
});
