import { type DeployedObject, inside, isBox, textOf } from '../zarf/deployed-object.ts';
import { type Company, objectsOf } from './company.ts';
import { isBuiltIn } from './kubernetes-kinds.ts';
import { boxesAt, podsOf } from './pods.ts';
import type { PromisedObject } from './target-profile.ts';

/** A secret or config map that will be there. */
export interface MadeKeys {
  /** Who makes it, for messages. */
  readonly by: string;
  /** Undefined: not known, so any. */
  readonly keys: readonly string[] | undefined;
}

/**
 * Who makes a secret or config map: an object of the company, the operator of UDS for a single sign-on client, another
 * operator that is told its name, or the target.
 */
export function madeKeys(
  company: Company,
  kind: 'Secret' | 'ConfigMap',
  namespace: string,
  name: string,
): MadeKeys | undefined {
  const own = objectsOf(company, kind, namespace).find((object) => object.name === name);
  if (own !== undefined) return { by: `${kind}/${name}`, keys: keysOf(own) };
  const promised = kind === 'Secret' ? company.target.secrets : company.target.configMaps;
  const given = promised.find((each) => isPromised(each, namespace, name));
  if (given !== undefined) return { by: `target ${company.target.name}`, keys: given.keys };
  return kind === 'Secret'
    ? (madeByOperator(company, namespace, name) ?? mentionedTo(company, name))
    : mentionedTo(company, name);
}

export function isPromised(each: PromisedObject, namespace: string, name: string): boolean {
  return each.name === name && (each.namespace ?? namespace) === namespace;
}

/** Keys of a secret or config map; undefined where a controller or a job fills it. */
function keysOf({ kind, value }: DeployedObject): readonly string[] | undefined {
  const keys = ['data', 'stringData', 'binaryData'].flatMap((member) =>
    Object.keys(inside(value, member) ?? {}),
  );
  const filled = kind === 'Secret' && value['type'] === 'kubernetes.io/service-account-token';
  return filled || keys.length === 0 ? undefined : keys;
}

/** Members of a client of Keycloak, each of which becomes a key. */
const clientKeys =
  'access adminUrl alwaysDisplayInConsole attributes authenticationFlowBindingOverrides authorizationServicesEnabled baseUrl bearerOnly clientAuthenticatorType clientId consentRequired defaultClientScopes description directAccessGrantsEnabled enabled frontchannelLogout fullScopeAllowed id implicitFlowEnabled name nodeReRegistrationTimeout notBefore optionalClientScopes origin protocol protocolMappers publicClient redirectUris registrationAccessToken rootUrl samlIdpCertificate secret serviceAccountsEnabled standardFlowEnabled surrogateAuthRequired webOrigins'.split(
    ' ',
  );

/** @see UDS Package, sso[].secretConfig, secretName, secretTemplate; External Secrets; Sealed Secrets; cert-manager */
function madeByOperator(company: Company, namespace: string, name: string): MadeKeys | undefined {
  const made = (kind: string, test: (object: DeployedObject) => boolean) =>
    objectsOf(company, kind, namespace).find(test);
  for (const object of objectsOf(company, 'Package', namespace))
    for (const { value } of boxesAt(object.value, ['spec', 'sso'])) {
      const config = inside(value, 'secretConfig');
      const own = textOf(inside(config, 'name')) || textOf(value['secretName']);
      if (name !== (own || `sso-client-${textOf(value['clientId'])}`)) continue;
      const template = inside(config, 'template') ?? value['secretTemplate'];
      const keys = isBox(template) ? Object.keys(template) : clientKeys;
      return { by: `the operator, for Package/${object.name}`, keys };
    }
  const external = made(
    'ExternalSecret',
    ({ value, name: own }) => (textOf(inside(value, 'spec', 'target', 'name')) || own) === name,
  );
  if (external !== undefined) return { by: `ExternalSecret/${external.name}`, keys: undefined };
  const sealed = made('SealedSecret', (object) => object.name === name);
  if (sealed === undefined) return undefined;
  const keys = Object.keys(inside(sealed.value, 'spec', 'encryptedData') ?? {});
  return { by: `SealedSecret/${sealed.name}`, keys: keys.length === 0 ? undefined : keys };
}

/** Kinds that make neither, though names of both may stand in them. */
const makesNone = /(?:^|\.)(?:uds\.dev|istio\.io|monitoring\.coreos\.com)\//;

/**
 * Who may make it: an operator that is given its name, or the name it begins with, or a job that is told it. What an
 * operator does cannot be read, so whatever it is told is taken as made.
 */
function mentionedTo({ packages }: Company, name: string): MadeKeys | undefined {
  for (const { objects } of packages)
    for (const object of objects) {
      if (!isBuiltIn(object)) {
        if (makesNone.test(object.apiVersion)) continue;
        const isNamed = object.name !== '' && name.includes(object.name);
        if (!(isNamed || hasText(object.value, (text) => text === name))) continue;
        return { by: `the operator of ${object.kind}/${object.name}`, keys: undefined };
      }
      if (object.kind !== 'Job' && object.kind !== 'CronJob') continue;
      const told = podsOf(object).flatMap(({ containers }) =>
        containers.flatMap(({ value }) => [value['command'], value['args'], value['env']]),
      );
      if (!hasText(told, (text) => wordOf(text, name))) continue;
      return { by: `${object.kind}/${object.name}`, keys: undefined };
    }
  return undefined;
}

function hasText(value: unknown, test: (text: string) => boolean): boolean {
  if (typeof value === 'string') return test(value);
  if (Array.isArray(value)) return value.some((each) => hasText(each, test));
  if (!isBox(value)) return false;
  // What is only read by it is not made by it.
  return Object.entries(value).some(([key, each]) => key !== 'valueFrom' && hasText(each, test));
}

/** Whether a name stands in a text by itself. */
function wordOf(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = `${text[at - 1] ?? ' '}${text[at + name.length] ?? ' '}`;
    if (!/[A-Za-z0-9-]/.test(around)) return true;
  }
  return false;
}
