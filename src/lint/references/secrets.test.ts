import { describe, expect, it } from 'vitest';
import {
  aDeployedPackage,
  aDeployedRelease,
  aloneRelease,
  type DeployedParts,
  saidBy,
} from '../../../test/support/a-deployment.ts';
import { secrets } from './secrets.ts';

const pod = (spec: string): string => `apiVersion: v1
kind: Pod
metadata: { name: api }
spec:
  ${spec}
`;
const reading = (reference: string): string =>
  pod(
    `containers: [{ name: api, env: [{ name: TOKEN, valueFrom: { secretKeyRef: ${reference} } }] }]`,
  );
const token = reading('{ name: auth, key: token }');
const secret = (rest: string): string => `---
apiVersion: v1
kind: Secret
metadata: { name: auth }
${rest}
`;
const said = (yaml: string, parts?: DeployedParts): readonly string[] =>
  saidBy(secrets, aDeployedRelease(aDeployedPackage(yaml, parts)));
const nobody =
  "variable TOKEN of container 'api' is read from secret 'auth', which nothing makes, the target uds-core does not promise and nobody lists as provided";

describe('references/secrets', () => {
  it.each([
    ['a key that is made', token + secret('stringData: { token: a }')],
    ['data in base64', token + secret('data: { token: YQ== }')],
    ['a secret that something fills later', token + secret('type: Opaque')],
    [
      'a token of a service account',
      token + secret('type: kubernetes.io/service-account-token\ndata: { a: YQ== }'),
    ],
    ['an optional one', reading('{ name: auth, key: token, optional: true }')],
    ['a name that is settled at deployment', reading('{ name: "###ZARF_VAR_X###", key: token }')],
    [
      'a key that is settled at deployment',
      reading('{ name: auth, key: "###ZARF_VAR_X###" }') + secret('data: { a: YQ== }'),
    ],
    ["Zarf's own", pod('imagePullSecrets: [{ name: private-registry }]\n  containers: []')],
    [
      'a client of single sign-on',
      `${reading('{ name: sso-client-ai, key: secret }')}---
apiVersion: uds.dev/v1alpha1
kind: Package
metadata: { name: ui }
spec: { sso: [{ name: AI, clientId: ai }] }
`,
    ],
    [
      'a template of a client',
      `${token}---
apiVersion: uds.dev/v1alpha1
kind: Package
metadata: { name: ui }
spec: { sso: [{ clientId: ai, secretName: auth, secretTemplate: { token: "clientField(secret)" } }] }
`,
    ],
    [
      'an external secret',
      `${token}---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: { name: e }\nspec: { target: { name: auth } }\n`,
    ],
    [
      'a certificate',
      `${token}---\napiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: { name: c }\nspec: { secretName: auth }\n`,
    ],
    [
      'a name an operator derives',
      `${reading('{ name: pg-superuser, key: password }')}---\napiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: pg }\n`,
    ],
    [
      'a job that is told the name',
      `${token}---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: j }\nspec: { template: { spec: { containers: [{ name: c, args: [create, "--secret-name=auth"] }] } } }\n`,
    ],
    [
      'an ingress whose certificate is made',
      `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i, annotations: { cert-manager.io/issuer: a } }\nspec: { tls: [{ secretName: t }] }\n---\n${token}${secret('data: { token: a }')}`,
    ],
  ])('is silent about %s', (_, yaml) => {
    expect(said(yaml).filter((each) => !each.startsWith('not-applicable'))).toEqual([]);
  });

  it('is silent about what another package of the bundle makes', () => {
    const maker = aDeployedPackage(secret('stringData: { token: a }'), { name: 'turso' });
    expect(saidBy(secrets, aDeployedRelease(maker, aDeployedPackage(token)))).toEqual([]);
  });

  it('is silent about what is listed as provided', () => {
    const target = { secrets: [{ name: 'auth', keys: ['token'], reason: 'by hand' }] };
    expect(said(token, { target })).toEqual([]);
  });

  it.each([
    ['a secret nobody makes', token, [`error 5: ${nobody}`]],
    [
      'another key',
      token + secret('stringData: { tokens: a, id: b }'),
      [
        "error 5: variable TOKEN of container 'api' is read from key 'token' of secret 'auth', which has id, tokens; 'tokens' was meant?",
      ],
    ],
    [
      'another namespace',
      token + secret('data: { token: a }').replace('name: auth', 'name: auth, namespace: other'),
      [
        "error 5: variable TOKEN of container 'api' is read from secret 'auth', which is in namespace 'other', not in 'ns'",
      ],
    ],
    [
      'a key a client does not have',
      `${token}---\napiVersion: uds.dev/v1alpha1\nkind: Package\nmetadata: { name: ui }\nspec: { sso: [{ clientId: ai, secretName: auth }] }\n`,
      [expect.stringContaining("key 'token' of secret 'auth', which has access, ")],
    ],
    [
      'a volume',
      pod('volumes: [{ name: a, secret: { secretName: tls } }]\n  containers: []'),
      [expect.stringContaining("error 5: volume 'a' holds secret 'tls', which nothing makes")],
    ],
    [
      'a key of a projected volume',
      `${pod('volumes: [{ name: a, projected: { sources: [{ secret: { name: auth, items: [{ key: b, path: b }] } }] } }]\n  containers: []')}${secret('data: { a: a }')}`,
      ["error 5: volume 'a' holds key 'b' of secret 'auth', which has a; 'a' was meant?"],
    ],
    [
      'all variables of an init container',
      pod('initContainers: [{ name: i, envFrom: [{ secretRef: { name: x } }] }]\n  containers: []'),
      [
        expect.stringContaining(
          "variables of init container 'i' are read from secret 'x', which nothing makes",
        ),
      ],
    ],
    [
      'a pull secret',
      pod('imagePullSecrets: [{ name: mine }]\n  containers: []'),
      [expect.stringContaining("images are pulled with secret 'mine'")],
    ],
    [
      'a certificate nobody makes',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: { name: i }\nspec: { tls: [{ secretName: t }] }\n',
      [expect.stringContaining("it is served with secret 't'")],
    ],
    [
      'a job that is told a longer name',
      `${token}---\napiVersion: batch/v1\nkind: Job\nmetadata: { name: j }\nspec: { template: { spec: { containers: [{ name: c, args: [auth-other] }] } } }\n`,
      [`error 5: ${nobody}`],
    ],
  ])('finds %s', (_, yaml, messages) => {
    expect(said(yaml)).toEqual(messages);
  });

  it('only warns of a package that is in no bundle', () => {
    expect(saidBy(secrets, aloneRelease(aDeployedPackage(token)))).toEqual([
      `warning 5: ${nobody}; the package is in no bundle here that might bring it`,
    ]);
  });

  it('judges another flavor in the place of the one that is in the bundle', () => {
    const maker = aDeployedPackage(secret('stringData: { token: a }'), { name: 'turso' });
    const release = aDeployedRelease(maker, aDeployedPackage(token));
    const other = aDeployedPackage(token, { flavor: 'registry1' });
    expect(saidBy(secrets, { ...release, packages: [...release.packages, other] })).toEqual([]);
  });

  it('names the bundle where it is so in one of several', () => {
    const maker = aDeployedPackage(secret('stringData: { token: a }'), { name: 'turso' });
    const user = aDeployedPackage(token);
    const whole = aDeployedRelease(maker, user);
    const [bundle] = aDeployedRelease(user).bundles;
    expect(bundle).toBeDefined();
    const lacking = bundle && {
      ...bundle,
      definition: { ...bundle.definition, metadata: { name: 'lacking' } },
    };
    const bundles = [...whole.bundles, ...(lacking ? [lacking] : [])];
    expect(saidBy(secrets, { ...whole, bundles })).toEqual([
      `error 5: ${nobody}; so it is in bundle lacking`,
    ]);
  });

  it('does not decide where a package of the bundle was not found', () => {
    const release = aDeployedRelease(
      aDeployedPackage(token),
      aDeployedPackage('', { name: 'gone' }),
    );
    const bundles = release.bundles.map((bundle) => ({
      ...bundle,
      packages: bundle.packages.map((each) =>
        each.entry.name === 'gone' ? { ...each, package: undefined } : each,
      ),
    }));
    expect(
      saidBy(secrets, { ...release, bundles, packages: release.packages.slice(0, 1) }),
    ).toEqual([`undecided 5: ${nobody}; what package 'gone' of the bundle deploys is not known`]);
  });
});
