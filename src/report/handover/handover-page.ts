import { formatSize } from '../../support/format-size.ts';
import type { Block } from '../document-blocks.ts';
import type { Requirements } from '../requirements.ts';
import { type Handover, type HandoverArchive, handoverNames } from './handover.ts';
import { shellWord } from './handover-commands.ts';
import { aroundIt, proof } from './handover-proof.ts';

/** What the checklist calls the part by. */
export const targetHeading = 'What the target must have';

/** The page that says what lies in a kit, how to prove it, and how to deploy it: part by part. */
export function handoverPage(handover: Handover): readonly Block[] {
  const { release } = handover;
  return [
    {
      kind: 'title',
      text: `Handover of ${release.product} ${release.version}, ${release.flavor}`,
    },
    ...contents(handover),
    ...numbered([
      ...proof(handover),
      ...aroundIt(handover),
      ...needs(handover),
      ...deployment(handover),
      ...approvals(handover),
    ]),
  ];
}

/** A release that nobody signed has fewer steps. */
function numbered(blocks: readonly Block[]): readonly Block[] {
  let number = 0;
  return blocks.map((block) => {
    if (block.kind !== 'heading') return block;
    number += 1;
    return { kind: 'heading', text: `${number}. ${block.text}` };
  });
}

function contents(handover: Handover): Block[] {
  const { release, archives, files, report, verifier, programVersion } = handover;
  const isSigned = handover.fingerprint !== undefined || handover.identity !== undefined;
  const dated = new Date(1000 * release.sourceDateEpoch).toISOString();
  const total = files.reduce((sum, { size }) => sum + size, 0);
  return [
    {
      kind: 'text',
      text: `Release number ${release.counter}, dated ${dated}, for ${release.architecture}. The folder ${handoverNames.release}/ is the release as it was made: ${files.length} files, ${formatSize(total)}. Copy or carry it as a whole; nothing may be missing and nothing added. The commands below are run in the folder this page lies in, in a POSIX shell.`,
    },
    {
      kind: 'table',
      caption: 'What lies here',
      head: ['name', 'is'],
      ours: [1],
      rows: [
        [`${handoverNames.release}/`, 'the release, to be verified as it is'],
        ...(report === undefined
          ? []
          : [
              [
                `${handoverNames.report}/report.html`,
                'report on the release: its verdict, what lies in it, what was not looked at; for screen and paper',
              ],
              [
                `${handoverNames.report}/`,
                `the same as text and for programs: JSON, SARIF, JUnit, OSCAL${report === 'signed' ? '; signed' : ''}`,
              ],
            ]),
        [handoverNames.fingerprint, 'fingerprint of the release key, in groups to read aloud'],
        [handoverNames.config, 'template for every value that has no default'],
        [handoverNames.requirements, 'what the target must have, for programs'],
        [handoverNames.checklist, 'one page to print and sign'],
        [handoverNames.html, 'this page, for a browser'],
        [handoverNames.checksums, 'digests of everything here'],
        ...(isSigned
          ? [[handoverNames.statement, 'signed statement over all of the above but the release']]
          : []),
        ...(verifier === undefined
          ? []
          : [
              [
                `${handoverNames.release}/${verifier}`,
                `cowa-release ${programVersion}, for a machine without it`,
              ],
            ]),
      ],
    },
    {
      kind: 'table',
      caption: 'Archives',
      head: ['archive', 'size', 'digest', 'deployed'],
      ours: [1, 3],
      rows: archives.map(({ name, size, digest, deployed }) => [
        name,
        formatSize(size),
        digest,
        deployed ? 'by itself' : 'as part of the bundle',
      ]),
    },
  ];
}

function needs({ archives }: Handover): Block[] {
  const asked = archives.flatMap(({ name, requirements }) =>
    requirements === undefined ? [] : [{ name, requirements }],
  );
  return [
    { kind: 'heading', text: targetHeading },
    ...asked.flatMap(({ name, requirements }) => requirementBlocks(name, requirements)),
  ];
}

function requirementBlocks(
  archive: string,
  { disk, registry, volumes, gpus, secrets, variables, notLookedAt }: Requirements,
): Block[] {
  const rows = [
    ['disk for the archive', formatSize(disk.archive)],
    ['temporary disk of the deploying program', formatSize(disk.unpacked)],
    ['registry of the cluster', formatSize(registry)],
    ...volumes.map(({ name, request, count, storageClass, package: holder }) => [
      `volume ${name} (${holder})`,
      `${request ?? 'size known only when it is deployed'}${count === 1 ? '' : `, ${count} of them`}${storageClass === undefined ? '' : `, class ${storageClass}`}`,
    ]),
    ...gpus.map(({ name, resource, limit, pods, package: holder }) => [
      `${resource} for ${name} (${holder})`,
      `${limit ?? 'number known only when it is deployed'}${pods === undefined ? ' on every node' : pods === 1 ? '' : `, for each of ${pods} pods`}`,
    ]),
    ...secrets.map(({ name, keys, optional, package: holder }) => [
      `secret ${name} (${holder})`,
      `${keys.length === 0 ? 'whole' : `keys ${keys.join(', ')}`}${optional ? ', optional' : ''}`,
    ]),
    ...variables.map(({ name, package: holder, sensitive, description = '' }) => [
      `value of ${name} (${holder})${sensitive ? ', sensitive' : ''}`,
      description,
    ]),
    ...notLookedAt.map(({ what, reason }) => [`not looked at: ${what}`, reason]),
  ];
  return [
    {
      kind: 'table',
      caption: `Of ${archive}`,
      head: ['what', 'how much'],
      rows,
    },
    ...(volumes.length + gpus.length + secrets.length === 0
      ? [
          {
            kind: 'text',
            text: 'No volumes, accelerators or foreign secrets were seen.',
          } as const,
        ]
      : []),
  ];
}

function deployment({ archives, fingerprint }: Handover): Block[] {
  const deployed = archives.filter((each) => each.deployed);
  const open = deployed.some(
    ({ requirements }) => requirements !== undefined && requirements.variables.length > 0,
  );
  const key = fingerprint === undefined ? '' : ' --key release/release.pub';
  return [
    { kind: 'heading', text: 'Deploying' },
    {
      kind: 'text',
      text: open
        ? `Fill in ${handoverNames.config} first: every value in it has no default. Copy it out of this folder if that is read-only.`
        : `No value has to be given: ${handoverNames.config} may stay as it is.`,
    },
    { kind: 'text', text: 'Looking at it, without changing anything:' },
    {
      kind: 'commands',
      name: 'look',
      lines: deployed.map(({ kind, name }) =>
        kind === 'bundle'
          ? `uds inspect ${shellWord(`release/${name}`)}`
          : `zarf package inspect definition ${shellWord(`release/${name}`)}${key}`,
      ),
    },
    { kind: 'text', text: 'Deploying it, into the cluster kubectl speaks to:' },
    {
      kind: 'commands',
      name: 'deploy',
      lines: deployed.flatMap(deployCommands(key)),
    },
  ];
}

function deployCommands(key: string): (archive: HandoverArchive) => readonly string[] {
  return ({ kind, name, requirements }) => {
    const path = shellWord(`release/${name}`);
    if (kind === 'bundle')
      return [`UDS_CONFIG=${handoverNames.config} uds deploy ${path} --confirm`];
    const variables = [...new Set((requirements?.variables ?? []).map((each) => each.name))];
    const set =
      variables.length === 0
        ? ''
        : ` --set-variables ${shellWord(variables.map((each) => `${each}=FILL-IN`).join(','))}`;
    return [`zarf package deploy ${path}${key}${set} --confirm`];
  };
}

function approvals({ fingerprint }: Handover): Block[] {
  if (fingerprint === undefined) return [];
  return [
    { kind: 'heading', text: 'Approving' },
    {
      kind: 'text',
      text: 'Where several people have to let a release in, each adds his approval with a key of his own; verify --trust-policy counts them. Approvals are files of their own in release/, and belong to it from then on.',
    },
    {
      kind: 'commands',
      name: 'approve',
      lines: [
        'cowa-release approve release --role approver --key YOUR.key --verify-key release/release.pub',
      ],
    },
  ];
}
