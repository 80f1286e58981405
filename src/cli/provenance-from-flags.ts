import { basename } from 'node:path';
import type { ProvenanceResource } from '../attestation/provenance.ts';
import { localBuilderId } from '../attestation/render-provenance.ts';
import { UsageError } from '../errors/families.ts';
import { hexOf } from '../oci/digest.ts';
import type { AssemblePorts } from '../operations/assemble-ports.ts';
import type { RendererIdentity } from '../ports/chart-renderer.ts';
import type { Kustomizer } from '../ports/kustomizer.ts';
import type { SbomGenerator } from '../ports/sbom-generator.ts';
import type { Run } from '../support/run.ts';
import { readCreateActions } from '../zarf/create-actions.ts';
import type { OpenRelease } from './open-release.ts';
import { localFile } from './wire.ts';
import { comparedRevisionIn, programOnPath } from './wire-source.ts';

/** What was said of the builder that nobody could compare. */
class BuilderIdError extends UsageError<'BUILDER_ID_INVALID'> {}

/** @throws BuilderIdError BUILDER_ID_INVALID */
export function requireBuilderId(id: string | undefined): void {
  if (id === undefined || /^[a-z][a-z0-9+.-]*:[^\s]{1,1000}$/.test(id)) return;
  throw new BuilderIdError('BUILDER_ID_INVALID', `the builder '${id.slice(0, 100)}' is no URI`, {
    suggestions: ['Name it as https://<where it is described>/<name>/v1'],
  });
}

/** What the statements say of a run besides what the plan says. */
export async function provenanceOf(
  request: {
    readonly definition: string;
    readonly runActions: boolean;
    readonly builderId?: string;
    /** Path of git; undefined: nobody compares files with their commit. */
    readonly git?: string;
    /** Folders that are written. */
    readonly written: readonly string[];
    readonly programVersion: string;
  },
  { reads, root, plan }: OpenRelease,
  using: {
    readonly sbomGenerator: SbomGenerator | undefined;
    readonly renderer: RendererIdentity;
    readonly kustomizer?: Kustomizer | undefined;
  },
  run: Run,
): Promise<Pick<AssemblePorts, 'provenance'>> {
  if (reads === undefined) return {};
  const { git, written } = request;
  const revision = await comparedRevisionIn(root, git, written, run);
  const { sbomGenerator, renderer, kustomizer } = using;
  const tools = [
    ...toolsOf([
      renderer,
      ...(sbomGenerator === undefined ? [] : [sbomGenerator]),
      ...(kustomizer === undefined ? [] : [kustomizer.identity]),
    ]),
    ...(request.runActions ? await shellsOf(plan, run) : []),
  ];
  return {
    provenance: {
      builder: {
        id: request.builderId ?? plan.release.builder ?? localBuilderId,
        version: { 'cowa-release': request.programVersion, node: process.versions.node },
      },
      reads,
      definition: basename(request.definition),
      ...(revision === undefined ? {} : { revision }),
      runActions: request.runActions,
      renderer,
      ...(sbomGenerator === undefined
        ? {}
        : { sbomEngine: { name: sbomGenerator.name, version: sbomGenerator.version } }),
      ...(sbomGenerator?.given === undefined ? {} : { givenSboms: sbomGenerator.given }),
      tools,
    },
  };
}

/** Programs that were named, as inputs; what is built in has no digest of its own: it is this program. */
export function toolsOf(
  programs: readonly Pick<SbomGenerator, 'name' | 'version' | 'sha256'>[],
): readonly ProvenanceResource[] {
  return programs.flatMap(({ name, sha256, version }) =>
    sha256 === undefined ? [] : [tool(name, sha256, version)],
  );
}

function tool(name: string, sha256: string, version?: string): ProvenanceResource {
  const annotations = { kind: 'tool', ...(version === undefined ? {} : { version }) };
  return { name, digest: { sha256 }, annotations };
}

/** The shells that actions run with, as they are found on this machine. */
async function shellsOf(
  { packages }: OpenRelease['plan'],
  run: Run,
): Promise<readonly ProvenanceResource[]> {
  const system = process.platform === 'darwin' ? 'darwin' : 'linux';
  const names = packages.flatMap(({ resolved }) =>
    resolved.definition.components.flatMap((component) =>
      readCreateActions(component, system).map(({ shell }) => shell),
    ),
  );
  const found: ProvenanceResource[] = [];
  for (const name of [...new Set(names)].sort()) {
    const path = await programOnPath(name);
    if (path === undefined) continue;
    const { digest } = await localFile(path, run);
    found.push(tool(basename(name), hexOf(digest)));
  }
  return found;
}
