import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parsePublicKey } from '../attestation/public-key.ts';
import { renderReproducibility } from '../attestation/reproducibility.ts';
import type { Digest } from '../oci/digest.ts';
import { assembleRelease } from '../operations/assemble-release.ts';
import { lockFileName } from '../operations/load-lock.ts';
import { onlyArchive } from '../operations/only-archive.ts';
import { releaseFileNames } from '../operations/release-files.ts';
import { ReplayMiss } from '../operations/replayed-signatures.ts';
import {
  firstDifference,
  type RebuildRequest,
  reproduceArchive,
} from '../operations/reproduce-archive.ts';
import type { SignOncePorts } from '../operations/sign-once.ts';
import { signStatement } from '../operations/sign-statement.ts';
import { builtInPolicy } from '../policy/policy.ts';
import type { TrustedKey } from '../ports/signature-judge.ts';
import type { ReproduceReport } from '../report/reproduce-report.ts';
import type { Run } from '../support/run.ts';
import { type Attesting, openAttesting } from './attest-from-flags.ts';
import { readKeyFile } from './key-files.ts';
import { openRelease, type ReleaseRequest } from './open-release.ts';
import { settleTargets } from './output-target.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { assemblePorts, judgingPorts } from './wire.ts';
import { openRenderers } from './wire-renderer.ts';
import { contextOf, releaseOf } from './wire-run.ts';
import { namedGenerator, releaseGenerator } from './wire-sbom.ts';
import { strangerSigner } from './wire-signer.ts';
import { writeWhole } from './write-reports.ts';

/** What `reproduce` was asked for. */
export interface ReproduceFlags extends Omit<ReleaseRequest, 'locked'> {
  readonly location: string;
  /** Undefined: as the lock says, where there is one. */
  readonly locked: boolean | undefined;
  /** Public key whose signatures the archive carries. */
  readonly key: string | undefined;
  /** Path of the syft that found the packages, where one did. */
  readonly syft: string | undefined;
  /** Path of the kustomize that built the kustomizations, where there are any. */
  readonly kustomize: string | undefined;
  readonly jobs: number;
  readonly programVersion: string;
  readonly attest: Attesting | undefined;
}

/**
 * Makes the archive again in a folder that goes away afterwards, compares, and signs the result where that is asked
 * for. Contents come from the cache where it has them; nothing compressed is taken from there.
 */
export async function reproduceFromFlags(
  flags: ReproduceFlags,
  run: Run,
): Promise<ReproduceReport> {
  const { location, attest, programVersion } = flags;
  const [target] =
    attest === undefined
      ? []
      : await settleTargets([{ flag: '--attest', path: attest.path }], [location]);
  const attesting = attest === undefined ? undefined : await openAttesting(attest, run);
  await using _signer = attesting?.signer;
  await using temporary = await temporaryFolder();
  const locked = flags.locked ?? (await hasLock(flags.definition));
  const release = await openRelease({ ...flags, locked, recordReads: true }, run);
  await using compute = release.compute;
  const judging = await judgingPorts(compute);
  const { kustomizer } = await openRenderers(
    { renderer: undefined, helm: undefined, kustomize: flags.kustomize },
    release.root,
    run,
  );
  const key = await keyOf(flags);
  const rebuild = async (
    { name, sboms }: RebuildRequest,
    signing: SignOncePorts | undefined,
    within: Run,
  ) => {
    const plan = onlyArchive(release.plan, name);
    const ports = await assemblePorts({
      ...release,
      // Frames and lists are made anew: what was compressed before would only be copied.
      cacheDir: temporary.path,
      out: temporary.path,
      policy: builtInPolicy,
      architecture: plan.release.architecture,
      programVersion,
      ...(kustomizer === undefined ? {} : { kustomizer }),
      ...(sboms
        ? {
            sbomGenerator: await releaseGenerator(
              await namedGenerator(flags.syft, programVersion, temporary.path, compute, within),
              release,
            ),
          }
        : {}),
      ...(signing === undefined ? {} : { signing }),
    });
    const { lock } = release;
    const context = contextOf({
      command: 'reproduce',
      release: releaseOf(plan),
      jobs: flags.jobs,
      programVersion,
    });
    // What is written beside the archive is not compared, and cannot be signed with the signatures of others.
    const options = {
      context,
      jobs: flags.jobs,
      programVersion,
      archivesOnly: true,
      ...(lock === undefined ? {} : { lock }),
    };
    const { steps } = await assembleRelease(plan, options, ports, within);
    const errors = steps.flatMap(({ error }) => (error === undefined ? [] : [error]));
    const error = errors.find((each) => each instanceof ReplayMiss) ?? errors[0];
    if (error !== undefined) throw error;
    const [flavor] = plan.flavors;
    return {
      source: judging.source,
      location: `${temporary.path}/${flavor?.flavor ?? ''}/${name}`,
    };
  };
  const report = await reproduceArchive(
    { location, programVersion, ...(key === undefined ? {} : { key }) },
    {
      source: judging.source,
      compute,
      signatures: judging.signatures,
      ownSigning: async () => ({ signer: await strangerSigner(), judge: judging.signatures }),
      rebuild,
    },
    run,
  );
  if (attesting === undefined || target === undefined) return report;
  const inputs = [basename(flags.definition), ...(locked ? [lockFileName] : [])].flatMap((name) => {
    const digest: Digest | undefined = release.reads?.digestOf(name);
    return digest === undefined ? [] : [{ name, digest }];
  });
  const first = firstDifference(report);
  const payload = Buffer.from(
    renderReproducibility({
      archive: report.archive,
      outcome: report.outcome,
      rebuilt: report.rebuilt.digest,
      differences: report.differences.length,
      ...(first === undefined ? {} : { first }),
      inputs,
      programVersion,
      time: new Date(),
    }),
  );
  await writeWhole(target, await signStatement({ payload, about: 'the result' }, attesting, run));
  return { ...report, statement: target };
}

/** The key that lies with a release will do: it says which signatures fit, not whom to believe. */
async function keyOf({
  key,
  location,
}: Pick<ReproduceFlags, 'key' | 'location'>): Promise<TrustedKey | undefined> {
  const beside = join(dirname(location), releaseFileNames.publicKey);
  const origin = key ?? ((await isFile(beside)) ? beside : undefined);
  if (origin === undefined) return undefined;
  const { pem, fingerprint } = parsePublicKey(await readKeyFile(origin));
  return { origin, pem, fingerprint };
}

function hasLock(definition: string): Promise<boolean> {
  return isFile(join(dirname(definition), lockFileName));
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
