import { type ReleaseFile, renderReleaseStatement } from '../attestation/release-statement.ts';
import type { RenderedRecord } from '../attestation/rendered-record.ts';
import type { LockedFile } from '../config/lock.ts';
import type { ReleaseFlavor } from '../config/release-definition.ts';
import { chooseTarget } from '../lint/choose-target.ts';
import { type TargetCluster, targetCluster } from '../lint/target-cluster.ts';
import type { BlobSource } from '../ports/blob-store.ts';
import type { ResolvedImage } from '../ports/image-source.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { Signer } from '../ports/signer.ts';
import type { ReleaseReport, ReportedMember } from '../report/release-report.ts';
import type { Run } from '../support/run.ts';
import { ownNames } from './own-files.ts';
import type { ReleasePlan } from './plan-release.ts';
import { type ReleaseAttestation, writeAttestation } from './release-attestations.ts';
import {
  type ReleaseFileFacts,
  releaseFileNames,
  renderChecksums,
  writeReleaseFile,
} from './release-files.ts';
import {
  readReleaseStatement,
  releaseStatementName,
  signReleaseStatement,
  stampProblem,
} from './release-statement.ts';
import { type SignOncePorts, trustedKeyOf } from './sign-once.ts';
import type { ReleaseArchive } from './write-release-archive.ts';

/** The offline package of this program, when it travels along. */
export interface VerifierFile {
  readonly name: string;
  readonly blob: BlobSource;
}

export interface FinishRequest {
  readonly plan: ReleasePlan;
  readonly flavor: ReleaseFlavor;
  readonly archives: readonly FinishedArchive[];
  readonly bundleFile: string | undefined;
  readonly images: readonly ResolvedImage[];
  readonly payloads: readonly LockedFile[];
  readonly members: readonly ReportedMember[];
  readonly programVersion: string;
  readonly verifier?: VerifierFile;
  /** Documents about what the archives hold, by file name. */
  readonly sboms: ReadonlyMap<string, BlobSource>;
  /** Statements about single files; an unsigned release has none. */
  readonly attestations?: readonly ReleaseAttestation[];
}

/** What a flavor is finished with. */
export interface FinishPorts {
  readonly output: OutputFolder;
  readonly signing?: SignOncePorts;
  /** Says what a finished archive renders to; the statement says nothing of it without. */
  readonly render?: (path: string, cluster: TargetCluster, run: Run) => Promise<RenderedRecord>;
}

export type FinishedArchive = ReleaseArchive & { readonly root: NonNullable<ReleaseFile['root']> };

/** A flavor whose folder is complete. */
export interface FinishedFlavor {
  readonly flavor: ReleaseFlavor;
  readonly archives: readonly FinishedArchive[];
  readonly files: readonly ReleaseFileFacts[];
  /** Name of the signed statement; undefined for an unsigned release. */
  readonly statement?: string;
  readonly fingerprint?: string;
  /** Writes `run.json`, which no statement covers. */
  writeRunLog(text: string): Promise<void>;
}

const maxStatementBytes = 2 ** 20;

/**
 * Writes what stands beside the archives of a flavor: signatures, key, report, checksums and the signed
 * statement over all of it. Files of an earlier release that are not part of this one go away first.
 */
export async function finishFlavor(
  request: FinishRequest,
  ports: FinishPorts,
  run: Run,
): Promise<FinishedFlavor> {
  const { output, signing } = ports;
  const { archives, flavor } = request;
  // A statement of earlier content must not stand beside what is being changed.
  const earlier = await ownNames(output);
  const earlierStatement = await output.read(releaseStatementName, maxStatementBytes);
  await output.remove(releaseStatementName);
  const files: ReleaseFileFacts[] = archives.map(({ fileName, digest, size }) => ({
    name: fileName,
    digest,
    size,
  }));
  for (const { fileName, signature } of archives) {
    if (signature !== undefined)
      files.push(await writeReleaseFile(output, `${fileName}.sigstore.json`, signature));
  }
  const key =
    signing === undefined ? undefined : trustedKeyOf(signing.signer, releaseFileNames.publicKey);
  if (key !== undefined && signing?.signer.material.kind === 'key') {
    files.push(await writeReleaseFile(output, releaseFileNames.publicKey, key.pem));
    files.push(
      await writeReleaseFile(output, releaseFileNames.fingerprint, `${key.fingerprint}\n`),
    );
  }
  const { verifier } = request;
  if (verifier !== undefined) files.push(await copyFile(verifier, output, run));
  for (const [name, blob] of request.sboms) files.push(await copyFile({ name, blob }, output, run));
  if (signing !== undefined)
    for (const each of request.attestations ?? [])
      files.push(await writeAttestation(each, output, signing, run));
  const report = releaseReport(request, files, signing);
  files.push(
    await writeReleaseFile(output, releaseFileNames.report, `${JSON.stringify(report, null, 2)}\n`),
  );
  files.push(await writeReleaseFile(output, releaseFileNames.checksums, renderChecksums(files)));
  const kept = new Set([...files.map(({ name }) => name), releaseFileNames.runLog]);
  for (const name of await output.list())
    if (earlier.has(name) && !kept.has(name)) await output.remove(name);
  if (signing !== undefined)
    await writeStatement(request, files, { ...ports, signing }, earlierStatement, run);
  return {
    flavor,
    archives,
    files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    ...(key === undefined ? {} : { statement: releaseStatementName, fingerprint: key.fingerprint }),
    async writeRunLog(text) {
      await writeReleaseFile(output, releaseFileNames.runLog, text);
    },
  };
}

/** Signs what the folder holds; an earlier statement of the same key that says exactly this is kept. */
async function writeStatement(
  request: FinishRequest,
  files: readonly ReleaseFileFacts[],
  { signing, output, render }: FinishPorts & { readonly signing: SignOncePorts },
  earlier: Uint8Array | undefined,
  run: Run,
): Promise<void> {
  const rendered = new Map<string, RenderedRecord>();
  const cluster = targetCluster(chooseTarget(request.plan.release.target));
  for (const { fileName } of render === undefined ? [] : request.archives) {
    const record = await render?.(output.pathOf(fileName), cluster, run);
    if (record !== undefined) rendered.set(fileName, record);
  }
  const { release, timestamp } = request.plan;
  const roots = new Map(request.archives.map(({ fileName, root }) => [fileName, root]));
  const statement = {
    product: release.name,
    version: release.version,
    flavor: request.flavor,
    counter: release.counter ?? 1,
    ...(release.audience === undefined ? {} : { audience: release.audience }),
    sourceDateEpoch: timestamp.getTime() / 1000,
    files: files.map((file): ReleaseFile => {
      const root = roots.get(file.name);
      const record = rendered.get(file.name);
      if (root === undefined) return file;
      return { ...file, root, ...(record === undefined ? {} : { rendered: record }) };
    }),
  };
  if (earlier !== undefined) {
    const judged = await readReleaseStatement(
      earlier,
      trustedKeyOf(signing.signer, 'the signing key'),
      signing.judge,
      run,
    );
    if (
      judged.outcome === 'valid' &&
      renderReleaseStatement(judged.release) === renderReleaseStatement(statement) &&
      (await isStamped(earlier, signing, run))
    ) {
      await writeReleaseFile(output, releaseStatementName, earlier);
      return;
    }
  }
  await writeReleaseFile(
    output,
    releaseStatementName,
    await signReleaseStatement(statement, signing, run),
  );
}

/** Without a path: the same report wherever it is made. */
function reportedSigner(signer: Signer): NonNullable<ReleaseReport['signing']> {
  const { material, tool } = signer;
  const { fingerprint } = trustedKeyOf(signer, releaseFileNames.publicKey);
  if (material.kind === 'certificate')
    return { fingerprint, identity: { issuer: material.issuer, san: material.san } };
  const name = tool?.path.replace(/^.*[/\\]/, '');
  return {
    fingerprint,
    ...(tool === undefined || name === undefined ? {} : { tool: { name, digest: tool.digest } }),
  };
}

/** True where no stamp is demanded. */
async function isStamped(bundle: Uint8Array, signing: SignOncePorts, run: Run): Promise<boolean> {
  const { timestamps } = signing;
  if (timestamps === undefined) return true;
  return (await stampProblem(bundle, signing, timestamps.root, run)) === undefined;
}

function releaseReport(
  request: FinishRequest,
  files: readonly ReleaseFileFacts[],
  signing: SignOncePorts | undefined,
): ReleaseReport {
  const { plan, flavor, images, verifier } = request;
  const byName = <T>(list: readonly T[], name: (item: T) => string): readonly T[] =>
    list.toSorted((a, b) => (name(a) < name(b) ? -1 : 1));
  return {
    schema: 'cowa-release/release-report/v1',
    program: { name: 'cowa-release', version: request.programVersion },
    release: {
      product: plan.release.name,
      version: plan.release.version,
      flavor,
      architecture: plan.release.architecture,
      counter: plan.release.counter ?? 1,
      sourceDateEpoch: plan.timestamp.getTime() / 1000,
    },
    signing: signing === undefined ? null : reportedSigner(signing.signer),
    ...(verifier === undefined
      ? {}
      : {
          verifier: { name: verifier.name, digest: verifier.blob.digest, size: verifier.blob.size },
        }),
    images: byName(
      images.map(({ reference, source, root, indexDigest, blobs }) => ({
        reference,
        source,
        digest: root.digest,
        ...(indexDigest === undefined ? {} : { indexDigest }),
        size: blobs.reduce((sum, { size }) => sum + size, 0),
      })),
      ({ reference }) => reference,
    ),
    payloads: byName(request.payloads, ({ path }) => path),
    members: byName(request.members, ({ name }) => name),
    archives: request.archives.map(({ report }) => report),
    files: byName(files, ({ name }) => name),
  };
}

async function copyFile(
  { name, blob }: { readonly name: string; readonly blob: BlobSource },
  output: OutputFolder,
  run: Run,
): Promise<ReleaseFileFacts> {
  await using file = await output.create(name);
  for await (const chunk of blob.open(run)) await file.write([chunk]);
  await file.commit();
  return { name, digest: blob.digest, size: blob.size };
}
