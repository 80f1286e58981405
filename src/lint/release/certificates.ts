import { X509Certificate } from 'node:crypto';
import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import { placeSubject } from '../deployed-package.ts';
import { defineReleaseCheck, hanging, type LintResult } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';
import { pemBlocks } from '../pem-blocks.ts';
import { notSearched, shippedTexts } from '../shipped-texts.ts';

export const certificates = defineReleaseCheck({
  id: 'release/certificates',
  title:
    'Every certificate that is shipped holds on the day of installation, and for a while after',
  severity: 'error',
  help: {
    why: 'An archive may lie for a year before it is installed. A certificate in it has run out by then, and what speaks TLS with it stops, far from anyone who could issue another.',
    fix: 'Let the target issue the certificate, or ship one that lasts; say when the release will be installed with lint --install-date. A chart can make its own at installation.',
    source: 'RFC 5280, section 4.1.2.5; past failure P6; release model §6',
  },
  examples: {
    good: `# values.yaml
tls: { secretName: api-tls } # issued in the cluster`,
    bad: `# values.yaml
tls:
  cert: |
    -----BEGIN CERTIFICATE----- # until last March`,
  },
  *evaluate(facts) {
    let count = 0;
    for (const { path, text, bytes } of shippedTexts(facts)) {
      const found = [...certificatesIn(text, bytes)];
      count += found.length;
      const many = found.filter(({ certificate }) => certificate.ca).length > manyAuthorities;
      for (const { place, certificate } of found) {
        const subject = placeSubject({ file: path, ...place });
        if (facts.installOn === undefined) {
          yield undecided(subject, `nobody says when it is to hold; ${describe(certificate)}`);
          continue;
        }
        yield* judge(subject, certificate, facts.installOn, many);
      }
    }
    const { because, leftOut } = notSearched(facts);
    const whole = wholeSubject(facts);
    if (because !== undefined) yield hanging(whole, because, because);
    else if (count === 0) yield notApplicable(whole, `no certificate was found${leftOut}`);
    else yield pass(whole, `${count} certificates were looked at${leftOut}`);
  },
});

const dayMs = 86_400_000;
/** A release in use is replaced within about this time. */
const wantedDays = 90;
/** A collection of public authorities: some of them have always run out. */
const manyAuthorities = 8;

interface Found {
  readonly place: { readonly line: number; readonly column: number };
  readonly certificate: X509Certificate;
}

/** The tag of a sequence: a certificate that is not written as text. */
const der = 0x30;

function* certificatesIn(text: string, whole: Uint8Array | undefined): Generator<Found> {
  const binary = whole?.[0] === der ? parsed(whole) : undefined;
  if (binary !== undefined) yield { place: { line: 1, column: 1 }, certificate: binary };
  for (const { label, bytes, line, column } of pemBlocks(text)) {
    if (!/^(?:X509 |TRUSTED )?CERTIFICATE$/.test(label)) continue;
    const certificate = parsed(bytes);
    if (certificate !== undefined) yield { place: { line, column }, certificate };
  }
}

function parsed(bytes: Uint8Array): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    // An example that only looks like one.
    return undefined;
  }
}

function* judge(
  subject: ReturnType<typeof placeSubject>,
  certificate: X509Certificate,
  installOn: Date,
  many: boolean,
): Generator<LintResult> {
  const { validFromDate, validToDate } = certificate;
  const left = Math.floor((validToDate.getTime() - installOn.getTime()) / dayMs);
  const day = dayOf(installOn);
  const soft = many ? ({ severity: 'note' } as const) : {};
  if (validToDate <= installOn)
    yield fail(subject, `${describe(certificate)}: on ${day} it has run out`, soft);
  else if (validFromDate > installOn)
    yield fail(
      subject,
      `${describe(certificate)}: on ${day} it does not hold yet, before ${dayOf(validFromDate)}`,
      soft,
    );
  else if (left < wantedDays && !many)
    yield fail(subject, `${describe(certificate)}: ${left} days after ${day}`, {
      severity: 'warning',
    });
}

function describe({ subject, validToDate }: X509Certificate): string {
  const name = /(?:^|\n)CN=(.+)/.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ');
  return `the certificate of ${name === '' ? 'nobody' : name} holds until ${dayOf(validToDate)}`;
}

function dayOf(date: Date): string {
  return Number.isNaN(date.getTime()) ? 'a day nobody can read' : date.toISOString().slice(0, 10);
}
