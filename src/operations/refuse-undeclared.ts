import type { PayloadConfig, RemoteInputsConfig } from '../config/release-definition.ts';
import { remoteInputs } from '../zarf/remote-inputs.ts';
import { InputUsageError } from './input-error.ts';
import { payloadName, payloadOrigin } from './payload-place.ts';
import type { ResolvedPackage } from './resolved-package.ts';

/**
 * Whether the release lets an address be fetched. Charts of OCI registries come from image sources, which know
 * their own hosts.
 */
function isDeclared(address: string, config: RemoteInputsConfig | undefined): boolean {
  if (address.startsWith('oci://')) return true;
  const { hosts = [], overrides = {} } = config ?? {};
  if (hosts.includes('*')) return true;
  const host = URL.canParse(address) ? new URL(address).host : '';
  const target = Object.hasOwn(overrides, host) ? overrides[host] : host;
  return hosts.includes((target ?? host).replace(/^https?:\/\//, ''));
}

/**
 * What nobody declared is refused before anything is done, all of it at once.
 * @throws InputUsageError INPUT_UNDECLARED
 */
export function refuseUndeclared({
  packages,
  release,
}: {
  readonly packages: readonly {
    readonly resolved: ResolvedPackage;
    readonly payloads: readonly PayloadConfig[];
  }[];
  readonly release: { readonly remoteInputs?: RemoteInputsConfig };
}): void {
  const inputs = packages.flatMap(({ resolved }) =>
    resolved.definition.components.flatMap((component, index) =>
      remoteInputs(component)
        .filter(({ address }) => !isDeclared(address, release.remoteInputs))
        .map(({ address, pointer }) => {
          const { file, line, column } = resolved.at(`/components/${index}${pointer}`);
          return `${file}:${line}:${column} component '${component.name}' names ${address}`;
        }),
    ),
  );
  const fetched = packages.flatMap(({ payloads }) =>
    payloads.flatMap((payload) => {
      const uri = payload.from === undefined ? undefined : payloadOrigin(payload.from).uri;
      return uri === undefined || isDeclared(uri, release.remoteInputs)
        ? []
        : [`the payload ${payloadName(payload)} is to come from ${uri}`];
    }),
  );
  const found = [...inputs, ...fetched];
  if (found.length === 0) return;
  throw new InputUsageError(
    'INPUT_UNDECLARED',
    `the release does not declare where this comes from:\n${[...new Set(found)].join('\n')}`,
    {
      suggestions: [
        'List the hosts under remoteInputs.hosts in cowa-release.yaml: nothing else is contacted',
        'Or keep the file beside the definition and name its path',
      ],
    },
  );
}
