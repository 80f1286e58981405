import { fail, notApplicable, pass } from '../../checks/results.ts';
import { textOf } from '../../zarf/deployed-object.ts';
import { definitionSubject } from '../deployed-package.ts';
import { definePackageCheck } from '../lint-check.ts';
import { packageSubject } from '../lint-results.ts';
import { actionsOf, actionVariables, mentions } from '../package-variables.ts';

export const sensitive = definePackageCheck({
  id: 'variables/sensitive',
  title: 'No sensitive variable stands in the definition or is logged by an action',
  severity: 'warning',
  help: {
    why: 'What an action prints goes to the screen and into the log of the deployment, and a default travels in clear text in every copy of the package.',
    fix: 'Set mute: true on the action, take the value out of what it prints, and leave the default of a secret empty.',
    source: 'Zarf, variables.sensitive and actions.mute; requirement R54',
  },
  examples: {
    good: `variables: [{ name: TOKEN, sensitive: true }]
actions: { onDeploy: { before: [{ cmd: 'login --password "\${ZARF_VAR_TOKEN}"', mute: true }] } }`,
    bad: `variables: [{ name: TOKEN, sensitive: true }]
actions: { onDeploy: { before: [{ cmd: 'echo "\${ZARF_VAR_TOKEN}"' }] } }`,
  },
  *evaluate(facts) {
    const { definition } = facts;
    const made = actionVariables(definition).filter((each) => each.sensitive);
    const declared = (definition.variables ?? []).filter((each) => each.sensitive === true);
    for (const [index, { name, sensitive: secret, default: value = '' }] of (
      definition.variables ?? []
    ).entries()) {
      if (secret !== true || value === '' || value.includes('###')) continue;
      yield fail(
        definitionSubject(facts, `/variables/${index}/default`),
        `the sensitive variable ${name} has a default, which everyone with the package can read`,
      );
    }
    for (const { name, by } of made)
      if (!by.mute && by.action.cmd !== undefined)
        yield fail(
          definitionSubject(facts, by.pointer),
          `the action sets the sensitive variable ${name} from its output, which is logged: it is not muted`,
        );
    const names = new Set([...declared, ...made].map(({ name }) => name));
    for (const { action, mute, pointer } of actionsOf(definition)) {
      if (mute) continue;
      for (const name of names)
        if (printed(textOf(action.cmd), name))
          yield fail(
            definitionSubject(facts, pointer),
            `the action prints the sensitive variable ${name} and is not muted`,
          );
    }
    const subject = packageSubject(facts);
    if (names.size === 0) yield notApplicable(subject, 'no variable is sensitive');
    else yield pass(subject, `${names.size} sensitive variables were looked for`);
  },
});

/** A command that writes the value to its output, as far as one line of shell tells. */
function printed(command: string, name: string): boolean {
  if (!mentions(command, name) && !command.includes(`###ZARF_VAR_${name}###`)) return false;
  if (/(?:^|[\s;&(])set\s+-[a-z]*x|\b(?:ba|da|z)?sh\s+-[a-z]*x/.test(command)) return true;
  return command
    .split(/\|\||&&|[;\n]/)
    .some(
      (part) =>
        /^\s*(?:echo|printf|printenv)\b/.test(part) &&
        (mentions(part, name) || part.includes(`###ZARF_VAR_${name}###`)) &&
        !/[|>]/.test(part.replaceAll(/>\s*(?:\/dev\/stdout|&1)/g, '')),
    );
}
