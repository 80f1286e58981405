import { textOf } from '../../zarf/deployed-object.ts';
import { type ContainerFault, judgeContainers } from '../judge-containers.ts';
import { definePackageCheck } from '../lint-check.ts';
import { boxesAt, isOpen, type PlacedContainer } from '../pods.ts';

export const secretLiterals = definePackageCheck({
  id: 'security/secret-literals',
  title: 'No variable holds a secret in plain text',
  severity: 'warning',
  help: {
    why: 'A value in a pod template is in the package, in the cluster for everyone who may read pods, and in every copy of both.',
    fix: 'Put it into a secret and name that: valueFrom.secretKeyRef. Values are never printed; variables are judged by the end of their names, so a secret under another name is not seen.',
    source: 'Requirement R54',
  },
  examples: {
    good: `kind: Pod
spec: { containers: [{ name: api, env: [
  { name: API_TOKEN, valueFrom: { secretKeyRef: { name: auth, key: token } } }] }] }`,
    bad: `kind: Pod
spec: { containers: [{ name: api, env: [{ name: API_TOKEN, value: 3b1f… }] }] }`,
  },
  *evaluate(facts) {
    yield* judgeContainers(facts, judge, 'holds no secret in plain text');
  },
});

/** By the end of the name: TOKEN_URL and PASSWORD_FILE are none. */
const secretName =
  /(?:^|[_.-])(?:api_?key|access_?key|client_?secret|credentials?|passphrase|passwd|password|private_?key|secret|secret_?key|token)$/i;
/** A user and a password before the host. */
const withPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/\s:@]*:[^/\s:@]+@/i;

function* judge({ value }: PlacedContainer): Generator<ContainerFault> {
  for (const env of boxesAt(value, ['env'])) {
    const name = textOf(env.value['name']);
    const text = textOf(env.value['value']);
    const path = [...env.path, 'value'];
    if (isOpen(text) || text.includes('$(')) continue;
    if (secretName.test(name) && isSecret(text))
      yield { message: `has the variable ${name} with its value in plain text`, path };
    else if (withPassword.test(text))
      yield { message: `has the variable ${name} with a password in its address`, path };
  }
}

/** Paths, switches and words that say there is none. */
function isSecret(text: string): boolean {
  return (
    text !== '' && !text.startsWith('/') && !/^(?:true|false|none|null|[0-9]{1,3})$/i.test(text)
  );
}
