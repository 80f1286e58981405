import { handoverPredicateType } from '../../attestation/handover-statement.ts';
import { reportPredicateType } from '../../attestation/report-statement.ts';
import type { Block } from '../document-blocks.ts';
import { type Handover, handoverNames } from './handover.ts';
import { attestationCommand, openSslCommands, verifyCommand } from './handover-commands.ts';
import { spokenFingerprint } from './spoken-fingerprint.ts';

/** How somebody proves that the release is what was signed, with whom to compare and what to run. */
export function proof(handover: Handover): Block[] {
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
      text: 'Without it, with openssl and sha256sum alone. Put the fingerprint that was read to you (64 digits, no spaces) into FINGERPRINT first: FINGERPRINT=... Do it before anything is filled in. It proves who signed, and that every file is there as it was signed, these pages and the report among them; what the files are good for only cowa-release judges.',
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

/** What lies around the release, and who vouches for that. */
export function aroundIt({ report, fingerprint, identity }: Handover): Block[] {
  const isKey = fingerprint !== undefined;
  if (!isKey && identity === undefined && report === undefined) return [];
  return [
    { kind: 'heading', text: 'The pages and the report are what was signed' },
    {
      kind: 'text',
      text: isKey
        ? `${handoverNames.statement} is a statement of the same key over everything here that is not the release: these pages, the checklist, the report, the digests. The openssl commands above have held all of it against that. cosign does so file by file, here for ${handoverNames.checksums}, which names every file, and for the report by its own statement:`
        : identity === undefined
          ? 'Nobody signed them.'
          : `${handoverNames.statement} is a statement of the same identity over everything here that is not the release. cosign verify-blob-attestation holds a file against it, with --type ${handoverPredicateType}, and --certificate-identity, --certificate-oidc-issuer and --trusted-root for whom you believe.`,
    },
    ...(isKey ? [pageCommands(report)] : []),
    ...(report === undefined
      ? []
      : [
          {
            kind: 'text',
            text: `${handoverNames.report}/report.html is the judgement of whoever made the release, and says what he did not look at. Your own, by your own trust and policy, is made by cowa-release report.`,
          } as const,
        ]),
  ];
}

function pageCommands(report: Handover['report']): Block {
  const { statement, checksums, report: folder } = handoverNames;
  return {
    kind: 'commands',
    name: 'pages',
    lines: [
      ...attestationCommand(handoverPredicateType, statement, checksums),
      ...(report === 'signed'
        ? attestationCommand(
            reportPredicateType,
            `${folder}/report.intoto.jsonl`,
            `${folder}/report.html`,
          )
        : []),
    ],
  };
}
