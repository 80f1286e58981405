import { basename } from 'node:path';
import { type AssembledRelease, assembleRelease } from '../operations/assemble-release.ts';
import type { VerifierFile } from '../operations/finish-flavor.ts';
import type { ReleasePlan } from '../operations/plan-release.ts';
import { recordedArchives } from '../operations/recorded-steps.ts';
import { trustedKeyOf } from '../operations/sign-once.ts';
import type { Policy } from '../policy/policy.ts';
import type { SbomGenerator } from '../ports/sbom-generator.ts';
import type { Run } from '../support/run.ts';
import { embeddedRenderer } from '../zarf/embedded-renderer.ts';
import { checkPaperPlaces, type Papers, writePapers } from './assemble-papers.ts';
import { readResults } from './attached-results.ts';
import { type BuildChoice, buildMissing } from './build-from-flags.ts';
import { keepRun, type Recording } from './keep-run.ts';
import { loadPolicy } from './load-policy.ts';
import { type OpenRelease, openRelease, type ReleaseRequest } from './open-release.ts';
import { provenanceOf, requireBuilderId } from './provenance-from-flags.ts';
import type { RunSinks } from './run-flags.ts';
import type { RunLimits } from './run-limit-flags.ts';
import type { SigningChoice } from './signing-choice.ts';
import { assemblePorts, cacheSize, localFile } from './wire.ts';
import { openRenderers, type RendererChoice } from './wire-renderer.ts';
import { releaseOf } from './wire-run.ts';
import { namedGenerator, releaseGenerator } from './wire-sbom.ts';
import { openSigning } from './wire-signer.ts';

/** What `assemble` was asked for. */
export interface AssembleRequest extends ReleaseRequest {
  readonly out: string;
  readonly programVersion: string;
  readonly signer?: SigningChoice;
  readonly policy?: string;
  readonly jobs: number;
  /** What its steps may take together. */
  readonly limits?: RunLimits;
  readonly withVerifier?: string;
  readonly renderer: RendererChoice;
  readonly skipSbom: boolean;
  /** Path of a syft that finds the packages instead of our own catalogers. */
  readonly syft?: string;
  /** Where handover kits go; undefined: none are made. */
  readonly handover?: string;
  /** Where reports go; undefined: none are written. */
  readonly report?: string;
  /** `name=path` of results that travel along. */
  readonly results?: readonly string[];
  /** Build what was not built; undefined: take what was. */
  readonly build?: Pick<BuildChoice, 'engine' | 'builder'>;
  /** Where figures of the run go besides its record. */
  readonly sinks?: RunSinks;
  /** URI of who builds; undefined: this program on some machine. */
  readonly builderId?: string;
  /** Path of git; undefined: nobody compares files with their commit. */
  readonly git?: string;
}

export interface AssembleDone extends AssembledRelease, Papers {
  readonly plan: ReleasePlan;
  readonly out: string;
  readonly cacheDir: string;
  /** Of the signing key; undefined for an unsigned release. */
  readonly fingerprint: string | undefined;
  readonly verifier: VerifierFile | undefined;
  /** Bytes the caches hold now. */
  readonly cacheSize: number;
}

/**
 * Builds what `assemble` works with, and runs it. Progress begins once the password is known: it would
 * move over the question.
 */
export async function assembleFromFlags(
  request: AssembleRequest,
  signal: AbortSignal,
  startRun: () => Run,
): Promise<AssembleDone> {
  requireBuilderId(request.builderId);
  const results = await readResults(request.results ?? []);
  const release = await openRelease(
    { ...request, ...request.limits, recordReads: true },
    { signal },
  );
  const { plan, cacheDir, lock } = release;
  await using _compute = release.compute;
  const { out, handover, report } = request;
  const places = { out, handover, report };
  await checkPaperPlaces(places, plan, request.signer);
  const policy = namedAlike(await loadPolicy(request.policy));
  // Asked for before anything long begins: nobody waits an hour for a password prompt.
  const signing =
    request.signer === undefined
      ? undefined
      : await openSigning(request.signer, cacheDir, { signal });
  await using _signer = signing?.signer;
  const run = startRun();
  const verifier =
    request.withVerifier === undefined ? undefined : await verifierFile(request.withVerifier, run);
  const { renderer, kustomizer } = await openRenderers(request.renderer, release.root, run);
  const ports = await assemblePorts({
    ...release,
    ...(renderer === undefined ? {} : { renderer }),
    ...(kustomizer === undefined ? {} : { kustomizer }),
    out: request.out,
    policy,
    architecture: plan.release.architecture,
    programVersion: request.programVersion,
    ...(request.skipSbom ? {} : { sbomGenerator: await generatorOf(request, release, run) }),
    ...(signing === undefined ? {} : { signing }),
  });
  const written = [out, cacheDir, handover, report].filter((place) => place !== undefined);
  const provenance = await provenanceOf(
    { ...request, written },
    release,
    {
      sbomGenerator: ports.sbomGenerator,
      renderer: (renderer ?? embeddedRenderer).identity,
      kustomizer,
    },
    run,
  );
  const options = {
    jobs: request.jobs,
    memoryBytes: request.limits?.memoryBytes,
    programVersion: request.programVersion,
    pickled: policy.pickledPayloads === true ? ('allowed' as const) : ('refused' as const),
    ...(lock === undefined ? {} : { lock }),
    ...(verifier === undefined ? {} : { verifier }),
    ...(results.length === 0 ? {} : { results }),
  };
  const making = async ({ context, graph, made }: Recording): Promise<AssembleDone> => {
    if (request.build !== undefined)
      await buildMissing(
        release,
        { ...request.build, jobs: request.jobs, limits: request.limits ?? {} },
        run,
        graph,
      );
    const assembled = await assembleRelease(
      plan,
      { ...options, ...graph, context },
      { ...ports, ...provenance },
      run,
    );
    made(recordedArchives(assembled.flavors));
    const papers = await writePapers(
      assembled.flavors,
      {
        places,
        plan,
        compute: release.compute,
        signer: request.signer,
        signing,
        policy: request.policy,
        verifier: verifier?.name,
        programVersion: request.programVersion,
      },
      run,
    );
    const fingerprint = signing && trustedKeyOf(signing.signer, 'the signer').fingerprint;
    return {
      ...assembled,
      plan,
      out: request.out,
      fingerprint,
      verifier,
      ...papers,
      cacheDir,
      cacheSize: await cacheSize(cacheDir),
    };
  };
  // Awaited: what it works with is closed behind this function.
  return await keepRun(
    {
      command: 'assemble',
      release: releaseOf(plan),
      jobs: request.jobs,
      programVersion: request.programVersion,
      sinks: request.sinks,
      cacheDir,
    },
    run,
    making,
  );
}

async function generatorOf(
  { syft, programVersion }: AssembleRequest,
  release: OpenRelease,
  run: Run,
): Promise<SbomGenerator> {
  const { cacheDir, compute } = release;
  const generator = await namedGenerator(syft, programVersion, cacheDir, compute, run);
  return releaseGenerator(generator, release);
}

async function verifierFile(path: string, run: Run): Promise<VerifierFile> {
  return { name: basename(path), blob: await localFile(path, run) };
}

/** The same policy gives the same report wherever its file lies: the digest tells which it was. */
function namedAlike(policy: Policy): Policy {
  const { origin } = policy;
  return origin === undefined
    ? policy
    : { ...policy, origin: { ...origin, location: basename(origin.location) } };
}
