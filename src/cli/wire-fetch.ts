import { resolve } from 'node:path';
import type { RemoteInputsConfig } from '../config/release-definition.ts';
import type { Fetching } from '../operations/fetch-step.ts';
import { FetchedContents } from '../operations/fetched-workspace.ts';
import type { ReleasePlan } from '../operations/plan-release.ts';
import { releasePlatform } from '../operations/resolve-release-images.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { ImageSource } from '../ports/image-source.ts';
import type { Gate } from '../support/gate.ts';
import { registryEnvironment } from './wire-registry.ts';

/** What inputs of a release are fetched with; nothing is contacted yet. */
export async function fetchingOf(
  plan: ReleasePlan,
  wiring: {
    /** Folder of the definition, absolute. */
    readonly root: string;
    readonly blobs: BlobStore;
    readonly images: readonly ImageSource[];
    /** How many requests may be open at once. */
    readonly gate?: Gate;
  },
): Promise<Fetching> {
  const { root, blobs, images, gate } = wiring;
  const hubToken = process.env['COWA_HUB_TOKEN'] ?? '';
  return {
    ...(await sourcesOf(plan.release.remoteInputs ?? { hosts: [] }, root, gate)),
    images,
    platform: releasePlatform(plan),
    blobs,
    contents: new FetchedContents(),
    ...(hubToken === '' ? {} : { hubToken }),
  };
}

/** Files and repositories by their address, by one set of rules, logins, proxies and authorities. */
async function sourcesOf(
  { caFile, certFile, keyFile, ...rules }: RemoteInputsConfig,
  root: string,
  gate: Gate | undefined,
): Promise<Pick<Fetching, 'web' | 'git'>> {
  const { WebFiles } = await import('../adapters/http/web-files.ts');
  const { GitRepositories } = await import('../adapters/git/git-repositories.ts');
  const { readAuthorities } = await import('../adapters/registry/make-client.ts');
  const { pauseAfter, sleepFor } = await import('../adapters/registry/retry.ts');
  const environment = await registryEnvironment();
  const at = (path: string): string => resolve(root, path);
  const web = new WebFiles({
    ...rules,
    ...environment,
    ...(gate === undefined ? {} : { gate }),
    ...(caFile === undefined ? {} : { caFile: at(caFile) }),
    ...(certFile === undefined ? {} : { certFile: at(certFile) }),
    ...(keyFile === undefined ? {} : { keyFile: at(keyFile) }),
  });
  const certified = certFile !== undefined && keyFile !== undefined;
  const git = new GitRepositories({
    program: process.env['COWA_GIT'] || 'git',
    target: (address) => web.target(address),
    login: async (host, run) => {
      const login = await web.login(host, run);
      return login?.kind === 'password' ? login : undefined;
    },
    pause: (failures, run) => pauseAfter(failures, { sleep: sleepFor, random: Math.random }, run),
    ...(environment.proxies === undefined ? {} : { proxies: environment.proxies.env }),
    ...(caFile === undefined ? {} : { authorities: () => readAuthorities(at(caFile)) }),
    ...(certified ? { clientCertificate: { certFile: at(certFile), keyFile: at(keyFile) } } : {}),
  });
  return { web, git };
}
