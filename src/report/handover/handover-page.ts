import { formatSize } from '../../support/format-size.ts';
import type { Block } from '../document-blocks.ts';
import type { Requirements } from '../requirements.ts';
import { type Handover, type HandoverArchive, handoverNames } from './handover.ts';
import {
  attestationCommand,
  openSslCommands,
  shellWord,
  verifyCommand,
} from './handover-commands.ts';
import { spokenFingerprint } from './spoken-fingerprint.ts';

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
      ...judged(handover),
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

function contents({
  release,
  archives,
  files,
  report,
  verifier,
  programVersion,
}: Handover): Block[] {
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

function proof(handover: Handover): Block[] {
  const { fingerprint, identity } = handover;
  if (identity !== undefined)
    return [
      { kind: 'heading', text: 'The release is what was signed' },
      {
        kind: 'text',
        text: `No key signed this release: a certificate names who did, ${identity}. Only a trust policy of your own that names him, and the trusted root of his authority, can prove it.`,
      },
      {
        kind: 'commands',
        name: 'verify',
        lines: ['cowa-release verify release --trust-policy trust-policy.json'],
      },
      sums(),
    ];
  if (fingerprint === undefined)
    return [
      { kind: 'heading', text: 'What can be proven' },
      {
        kind: 'text',
        text: 'No key signed this release. Damage on the way shows; who made it nobody can tell.',
      },
      sums(),
    ];
  return [
    { kind: 'heading', text: 'The key is the right one' },
    {
      kind: 'text',
      text: 'Everything here could have been made by somebody else, this page too. One thing has to come another way: by telephone, on paper, from an earlier release. Have the sender read the fingerprint of the release key aloud from his own copy, and compare all sixteen groups with what your own program prints:',
    },
    {
      kind: 'commands',
      name: 'fingerprint',
      lines: [
        'openssl pkey -pubin -in release/release.pub -outform DER | openssl dgst -sha256 -r | cut -d " " -f 1',
      ],
    },
    {
      kind: 'table',
      caption: 'What the sender says it is',
      head: ['group', 'hex', 'read as'],
      ours: [0, 2],
      rows: spokenFingerprint(fingerprint).map(({ hex, words }, index) => [
        String(index + 1),
        hex,
        words.join(' '),
      ]),
    },
    { kind: 'heading', text: 'Nothing was damaged' },
    sums(),
    { kind: 'heading', text: 'The release is what was signed' },
    {
      kind: 'text',
      text: 'With cowa-release of your own. It judges every archive and says what is missing, altered or added; exit code 0 is a pass, and nothing else is:',
    },
    { kind: 'commands', name: 'verify', lines: verifyCommand() },
    {
      kind: 'text',
      text: 'Without it, with openssl and sha256sum alone. Put the fingerprint that was read to you (64 digits, no spaces) into FINGERPRINT first: FINGERPRINT=... This proves who signed, and that every file is there as it was signed; what the files are good for only cowa-release judges.',
    },
    { kind: 'commands', name: 'openssl', lines: openSslCommands() },
  ];
}

function sums(): Block {
  return {
    kind: 'commands',
    name: 'checksums',
    lines: [
      `sha256sum -c --strict --quiet ${handoverNames.checksums} && echo 'nothing is damaged'`,
    ],
  };
}

/** What the sender says of his own release, and who vouches for that. */
function judged({ report, fingerprint }: Handover): Block[] {
  if (report === undefined) return [];
  const heading: Block = { kind: 'heading', text: 'What is known of the release' };
  const words = `${handoverNames.report}/report.html is the judgement of whoever made the release, with everything he did not look at. Your own, by your own trust and policy, is made by cowa-release report.`;
  if (report === 'unsigned' || fingerprint === undefined)
    return [
      heading,
      {
        kind: 'text',
        text: `${words}${report === 'unsigned' ? ' Nobody signed it.' : ' It is signed by the same identity as the release.'}`,
      },
    ];
  return [
    heading,
    {
      kind: 'text',
      text: `${words} That it is the one the holder of the release key signed, cosign tells without this program; so for every other file of the report, whose digests the same statement holds:`,
    },
    {
      kind: 'commands',
      name: 'report',
      lines: attestationCommand(
        'report',
        `${handoverNames.report}/report.intoto.jsonl`,
        `${handoverNames.report}/report.html`,
      ),
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
