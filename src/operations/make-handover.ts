import { renderHandoverStatement } from '../attestation/handover-statement.ts';
import { UsageError } from '../errors/families.ts';
import { type Digest, digestOf } from '../oci/digest.ts';
import type { FileLinker } from '../ports/file-linker.ts';
import type { OutputFolder } from '../ports/output.ts';
import { renderBlocksHtml, renderBlocksMarkdown } from '../report/document-blocks.ts';
import { type Handover, type HandoverArchive, handoverNames } from '../report/handover/handover.ts';
import { handoverPage } from '../report/handover/handover-page.ts';
import { renderChecklist } from '../report/handover/render-checklist.ts';
import { renderUdsConfig } from '../report/handover/render-uds-config.ts';
import { renderFingerprint } from '../report/handover/spoken-fingerprint.ts';
import type { InspectReport } from '../report/inspect-report.ts';
import type { Requirements } from '../report/requirements.ts';
import type { Run } from '../support/run.ts';
import type { FinishedFlavor } from './finish-flavor.ts';
import { type InspectPorts, inspectArchive } from './inspect-archive.ts';
import { type NamedDigest, renderChecksums, writeReleaseFile } from './release-files.ts';
import { dossierFileNames, reportStatementName } from './render-dossier.ts';
import type { SignOncePorts } from './sign-once.ts';
import { signStatement } from './sign-statement.ts';

/** The place named for a handover kit cannot be one. */
export class HandoverError extends UsageError<
  | 'HANDOVER_FOREIGN_FILE' // it holds what no kit of this release does
  | 'HANDOVER_INSIDE' // it would lie in the release, which then holds more than was signed
> {}

export interface HandoverRequest {
  readonly programVersion: string;
  readonly release: Omit<Handover['release'], 'flavor'>;
  /** As it was assembled. */
  readonly finished: FinishedFlavor;
  /** Whom the certificate names that signed it; undefined: a key did, whose public half lies in the release, or nobody. */
  readonly identity: string | undefined;
  readonly verifier: string | undefined;
  /** Files of the report on it; none: nobody reported. */
  readonly report?: readonly NamedDigest[];
}

/** The folders of a kit. */
export interface HandoverPlace {
  readonly kit: OutputFolder;
  /** The release in it. */
  readonly release: OutputFolder;
  /** The report in it. */
  readonly report: OutputFolder;
}

export interface HandoverPorts extends InspectPorts, HandoverPlace {
  /** The folder of the release. */
  readonly from: OutputFolder;
  /** The folder the report was written to, which may be that of the kit. */
  readonly reportFrom?: OutputFolder;
  readonly linker: FileLinker;
  /** Who signed the release; undefined: nobody, and nobody signs the kit. */
  readonly signing: Pick<SignOncePorts, 'signer' | 'judge'> | undefined;
}

/** A kit that is complete. */
export interface HandoverKit {
  readonly folder: string;
  /** Files of the release in it, and how many of them are the very same file as in the release. */
  readonly files: number;
  readonly linked: number;
}

/**
 * Refuses a place that holds anything a kit of this release does not: that would be carried along unseen, and is not
 * ours to delete.
 * @throws HandoverError HANDOVER_FOREIGN_FILE
 */
export async function requireHandoverPlace(
  { kit, release, report }: HandoverPlace,
  isOfRelease: (name: string) => boolean,
): Promise<void> {
  const own: readonly string[] = Object.values(handoverNames);
  const foreign = [
    ...(await kit.list()).filter((name) => !own.includes(name)),
    ...(await release.list())
      .filter((name) => !isOfRelease(name))
      .map((name) => `${handoverNames.release}/${name}`),
    ...(await report.list())
      .filter((name) => !dossierFileNames.includes(name))
      .map((name) => `${handoverNames.report}/${name}`),
  ];
  if (foreign.length === 0) return;
  throw new HandoverError(
    'HANDOVER_FOREIGN_FILE',
    `${kit.pathOf('')} holds what is not of a kit of this release: ${foreign.slice(0, 5).join(', ')}${foreign.length > 5 ? ', …' : ''}`,
    { suggestions: ['Move it away, or name another folder with --handover'] },
  );
}

/**
 * Makes the folder that is handed over: the release as it is, and around it what people need to prove and deploy it.
 * @throws HandoverError HANDOVER_FOREIGN_FILE; SignerFailure SIGN_SELF_CHECK; OutputError
 */
export async function makeHandover(
  request: HandoverRequest,
  ports: HandoverPorts,
  run: Run,
): Promise<HandoverKit> {
  const { finished, release, identity, verifier, programVersion } = request;
  const { from, kit } = ports;
  const names = [
    ...finished.files.map(({ name }) => name),
    ...(finished.statement === undefined ? [] : [finished.statement]),
  ];
  await requireHandoverPlace(ports, (name) => names.includes(name));
  const { report = [] } = request;
  const handover: Handover = {
    programVersion,
    release: { ...release, flavor: finished.flavor },
    fingerprint: identity === undefined ? finished.fingerprint : undefined,
    identity,
    archives: await archivesOf(finished, programVersion, ports, run),
    files: finished.files.map(({ name, size }) => ({ name, size })),
    report: reportState(report),
    verifier,
  };
  const linked = await linkAll(names, from, ports.release, ports, run);
  for (const name of await ports.report.list())
    if (!report.some((file) => file.name === name)) await ports.report.remove(name);
  const { reportFrom = ports.report } = ports;
  if (reportFrom.pathOf('') !== ports.report.pathOf(''))
    await linkAll(
      report.map(({ name }) => name),
      reportFrom,
      ports.report,
      ports,
      run,
    );
  // One of an earlier kit must not stand beside what it is not about.
  await kit.remove(handoverNames.statement);
  const documents = documentsOf(handover);
  const written: NamedDigest[] = [];
  for (const [name, text] of documents) written.push(await writeReleaseFile(kit, name, text));
  const statement = await from.read(finished.statement ?? '', 2 ** 24);
  const inRelease = [
    ...finished.files,
    ...(finished.statement === undefined || statement === undefined
      ? []
      : [{ name: finished.statement, digest: digestOf(statement) }]),
  ];
  const around = [...written, ...within(handoverNames.report, report)];
  const sums = renderChecksums([...around, ...within(handoverNames.release, inRelease)]);
  around.push(await writeReleaseFile(kit, handoverNames.checksums, sums));
  if (statement !== undefined) await signKit(handover, around, digestOf(statement), ports, run);
  return { folder: kit.pathOf(''), files: names.length, linked };
}

/** The statement over what lies around the release. */
async function signKit(
  { release, programVersion }: Handover,
  files: readonly NamedDigest[],
  statement: Digest,
  { kit, signing }: HandoverPorts,
  run: Run,
): Promise<void> {
  if (signing === undefined) return;
  const payload = Buffer.from(
    renderHandoverStatement({
      files: files.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      release,
      statement,
      programVersion,
    }),
  );
  const text = await signStatement({ payload, about: 'the handover kit' }, signing, run);
  await writeReleaseFile(kit, handoverNames.statement, text);
}

/** Puts files of one folder into another; how many of them are the very same file then. */
async function linkAll(
  names: readonly string[],
  from: OutputFolder,
  to: OutputFolder,
  { linker }: Pick<HandoverPorts, 'linker'>,
  { signal }: Run,
): Promise<number> {
  let linked = 0;
  for (const name of names) {
    signal.throwIfAborted();
    if ((await linker.link(from.pathOf(name), to.pathOf(name))) === 'linked') linked += 1;
  }
  return linked;
}

function within(folder: string, files: readonly NamedDigest[]): readonly NamedDigest[] {
  return files.map(({ name, digest }) => ({ name: `${folder}/${name}`, digest }));
}

function reportState(files: readonly NamedDigest[]): Handover['report'] {
  if (files.length === 0) return undefined;
  return files.some(({ name }) => name === reportStatementName) ? 'signed' : 'unsigned';
}

/** `requirements.json` of a handover. */
export interface HandoverRequirements {
  readonly schema: 'cowa-release/handover-requirements/v1';
  /** What is deployed by itself: bundles, and packages that no bundle holds. */
  readonly archives: readonly {
    readonly archive: string;
    readonly requirements?: Requirements;
  }[];
}

/** Names of files are not broken on paper where they need not be. */
const paperStyle = '@media print{th[scope=row]{min-width:13em}}';

/** Everything that is written around the release, by name. */
function documentsOf(handover: Handover): ReadonlyMap<string, string> {
  const { release, archives, fingerprint } = handover;
  const page = handoverPage(handover);
  const title = `Handover of ${release.product} ${release.version}, ${release.flavor}`;
  const deployed = archives.filter((each) => each.deployed);
  const variables = deployed.flatMap(({ requirements }) => requirements?.variables ?? []);
  const requirements: HandoverRequirements = {
    schema: 'cowa-release/handover-requirements/v1',
    archives: deployed.map(({ name, requirements: needs }) => ({
      archive: name,
      ...(needs === undefined ? {} : { requirements: needs }),
    })),
  };
  const bundle = deployed.find(({ kind }) => kind === 'bundle')?.name;
  return new Map([
    [handoverNames.page, renderBlocksMarkdown(page)],
    [handoverNames.html, renderBlocksHtml(title, page, { style: paperStyle })],
    [handoverNames.checklist, renderChecklist(handover)],
    [handoverNames.config, renderUdsConfig(variables, bundle)],
    [handoverNames.requirements, `${JSON.stringify(requirements, null, 2)}\n`],
    ...(fingerprint === undefined
      ? []
      : [[handoverNames.fingerprint, renderFingerprint(fingerprint)] as const]),
  ]);
}

/** Bundles first; a package that a bundle holds is deployed with it. */
async function archivesOf(
  { archives }: FinishedFlavor,
  programVersion: string,
  ports: HandoverPorts,
  run: Run,
): Promise<readonly HandoverArchive[]> {
  const reports = new Map<string, InspectReport>();
  for (const { fileName } of archives) {
    const location = ports.from.pathOf(fileName);
    reports.set(
      fileName,
      await inspectArchive({ location, requirements: true, programVersion }, ports, run),
    );
  }
  const bundled = new Set(
    [...reports.values()].flatMap(({ bundle, packages }) =>
      bundle === null ? [] : packages.map(({ digest }) => digest),
    ),
  );
  return archives
    .map(({ fileName, digest, size, root }): HandoverArchive => {
      const deployed = root.kind === 'bundle' || !bundled.has(root.digest);
      const requirements = reports.get(fileName)?.requirements;
      return {
        name: fileName,
        kind: root.kind,
        digest,
        size,
        deployed,
        ...(deployed && requirements !== undefined ? { requirements } : {}),
      };
    })
    .sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
}

function rank({ kind, deployed }: HandoverArchive): number {
  return kind === 'bundle' ? 0 : deployed ? 1 : 2;
}
