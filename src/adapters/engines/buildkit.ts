import { type BuildRequest, EngineError, type ImageBuilder } from '../../ports/image-builder.ts';
import type { Run } from '../../support/run.ts';
import { askEngine } from './ask-engine.ts';
import { cacheOptions, type EngineCache } from './build-cache.ts';
import { requireVersion } from './engine-version.ts';
import {
  type BuildkitClient,
  buildArguments,
  buildkitBuilder,
  labelsOf,
  platformOf,
} from './one-build.ts';
import type { StagedBuild } from './stage-build.ts';

/** How a BuildKit is reached. */
export interface BuildkitOptions {
  /** Name or path of `buildctl`. */
  readonly program: string;
  /** `tcp://host:port` or `unix:///path`. */
  readonly address: string;
  /** Folder that builds are staged in; each removes its own. */
  readonly folder: string;
  readonly cache?: EngineCache;
  readonly tls?: BuildkitTls;
}

/** Files of a secured connection, by absolute paths. */
export interface BuildkitTls {
  readonly ca: string;
  readonly cert?: string;
  readonly key?: string;
  readonly serverName?: string;
}

/** The one that is part of BuildKit: none is fetched. */
const frontend = 'dockerfile.v0';
/** The first that writes the times it is told into layers. */
const firstVersion = [0, 13] as const;

/**
 * Builds with a BuildKit that listens somewhere, through `buildctl`. Bases are handed over as layouts: it pulls
 * nothing, and pushes nothing.
 * @throws EngineError all codes
 */
export async function openBuildkit(options: BuildkitOptions, run: Run): Promise<ImageBuilder> {
  const { program, address, folder } = options;
  const title = `the BuildKit at ${address}`;
  const said = await askEngine({ program, args: [...reach(options), 'debug', 'info'], title }, run);
  const version = /^BuildKit:\s+\S+\s+(\S+)/m.exec(said.stdout)?.[1];
  if (said.code !== 0 || version === undefined)
    throw new EngineError('ENGINE_UNUSABLE', `no BuildKit answers at ${address}: ${said.tail}`, {
      suggestions: [nextStep(options, said.tail)],
    });
  requireVersion('BuildKit', version, firstVersion);
  const identity = { engine: 'buildkit', version, frontend };
  const argumentsOf: BuildkitClient['argumentsOf'] = (staged, request) =>
    buildctlArguments(staged, request, options);
  return buildkitBuilder({ program, title, folder, argumentsOf }, identity);
}

/** What to do about one that does not answer: about its address, its certificate, or itself. */
function nextStep({ address, tls }: BuildkitOptions, said: string): string {
  const start =
    'Start it (buildkitd --addr …), or correct the address under builders or of --builder';
  if (!/^(?:tcp|unix):\/\/./.test(address))
    return 'Write its address as tcp://host:port or unix:///path, under builders or for --builder';
  if (/connection refused|no such (?:file|host)|i\/o timeout|no route to host/.test(said))
    return start;
  if (/x509: certificate is (?:valid for|not valid for any names)|contain any IP SANs/.test(said))
    return 'Name what its certificate names as serverName under tls of the builder';
  if (/x509: certificate signed by unknown authority|certificate is not trusted/.test(said))
    return 'Name the authority that signed its certificate as ca under tls of the builder';
  // What its refusal looks like hangs on who is faster: it may just hang up.
  const hangsUp = /EOF|broken pipe|connection reset|error reading server preface/.test(said);
  const isNobody = tls !== undefined && tls.cert === undefined;
  if (/certificate required|(?:bad|unknown) certificate/.test(said) || (hangsUp && isNobody))
    return 'It wants to know who asks: name cert and key under tls of the builder, signed by the authority it knows';
  if (hangsUp || /x509:|tls:|authentication handshake/.test(said))
    return 'Correct tls of the builder in cowa-release.yaml: either side expects it, and the other does not, or not so';
  return start;
}

/** The command line of one build. */
export function buildctlArguments(
  { context, recipe, output, bases }: Pick<StagedBuild, 'context' | 'recipe' | 'output' | 'bases'>,
  request: BuildRequest,
  options: Pick<BuildkitOptions, 'address' | 'tls' | 'cache'>,
): readonly string[] {
  const { target, secrets, ssh = [], network } = request;
  const places = options.cache === undefined ? undefined : cacheOptions(options.cache);
  const told: readonly string[] = [
    'filename=Containerfile',
    `platform=${platformOf(request)}`,
    `force-network-mode=${network}`,
    ...(target === undefined ? [] : [`target=${target}`]),
    ...buildArguments(request).map((each) => `build-arg:${each}`),
    ...labelsOf(request).map((each) => `label:${each}`),
    // A base is what was resolved and compared here, by whatever name the Containerfile calls it.
    ...bases.map(
      ({ reference, image }, index) =>
        `context:${reference}=oci-layout://base${index}@${image.root.digest}`,
    ),
  ];
  return [
    ...reach(options),
    'build',
    '--progress=plain',
    '--frontend',
    frontend,
    '--local',
    `context=${context}`,
    '--local',
    `dockerfile=${recipe}`,
    ...bases.flatMap(({ layout }, index) => ['--oci-layout', `base${index}=${layout}`]),
    ...told.flatMap((option) => ['--opt', option]),
    ...secrets.flatMap(({ id, file }) => ['--secret', `id=${id},src=${file}`]),
    ...ssh.flatMap(({ id, file }) => ['--ssh', `${id}=${file}`]),
    ...(places?.from ?? []).flatMap((place) => ['--import-cache', place]),
    ...(places?.to ?? []).flatMap((place) => ['--export-cache', place]),
    ...(network === 'host' ? ['--allow', 'network.host'] : []),
    '--output',
    `type=oci,tar=false,dest=${output},rewrite-timestamp=true,compression=uncompressed`,
  ];
}

/** How `buildctl` is told where to go, and whom to believe. */
function reach({ address, tls }: Pick<BuildkitOptions, 'address' | 'tls'>): readonly string[] {
  const { ca, cert, key, serverName } = tls ?? {};
  return [
    '--addr',
    address,
    ...(ca === undefined ? [] : ['--tlscacert', ca]),
    ...(cert === undefined ? [] : ['--tlscert', cert]),
    ...(key === undefined ? [] : ['--tlskey', key]),
    ...(serverName === undefined ? [] : ['--tlsservername', serverName]),
  ];
}
