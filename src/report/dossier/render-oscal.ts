import type { Dossier, DossierEvidence } from './dossier.ts';
import type { CriterionStatus, DossierCheck, DossierCriterion } from './dossier-judgement.ts';
import { criterionWords, statusWords } from './dossier-words.ts';
import { titleOf } from './html/first-screen.ts';
import { uuidOf } from './uuid-of.ts';

const framework = 'NIST SP 800-53';
const propertySpace = 'https://cowabungaai.dev/cowa-release/oscal';
/** Version of OSCAL that is written. */
const oscalVersion = '1.1.3';

/**
 * OSCAL assessment results: what was observed, and risks for what did not hold. It has no findings, for a
 * finding says that a control is satisfied, which is for its owner to say. UUIDs follow from the report, so
 * the same report gives the same bytes.
 * @param digest SHA-256 of report.json
 * @see OSCAL 1.1.3, assessment results
 */
export function renderOscal(dossier: Dossier, digest: string): string {
  const { verdict, run, program, controls, notLookedAt } = dossier;
  const id = (name: string): string => uuidOf(`${digest} ${name}`);
  const failed = verdict.criteria.filter(({ status }) => status === 'not-met' || status === 'open');
  const reviewed = controls.filter((each) => each.framework === framework);
  const policy = id('policy');
  const results = {
    uuid: id('result'),
    title: `${statusWords[verdict.status]}: ${titleOf(dossier)}`,
    description: `${verdict.words} Automated checks of files; nothing was deployed or run. Not looked at: ${notLookedAt.map(({ what }) => what).join('; ')}.`,
    start: run.date,
    end: run.date,
    props: [
      property('outcome', verdict.outcome),
      property('status', verdict.status),
      property('report-digest', digest),
    ],
    'reviewed-controls': {
      description: `Controls of ${framework} ${reviewed[0]?.version ?? ''} that results of this report support. Support is evidence for those who assess a control; it does not satisfy one.`,
      'control-selections': [
        {
          'include-controls': reviewed.map((each) => ({ 'control-id': oscalId(each.id) })),
        },
      ],
    },
    observations: verdict.criteria.map((criterion) => observation(criterion, dossier, id)),
    ...(failed.length === 0
      ? {}
      : { risks: failed.map((criterion) => riskOf(criterion, dossier, id)) }),
  };
  const document = {
    'assessment-results': {
      uuid: id('assessment-results'),
      metadata: {
        title: `Static checks of ${titleOf(dossier)}`,
        'last-modified': run.date,
        version: digest.replace('sha256:', '').slice(0, 16),
        'oscal-version': oscalVersion,
        props: [property('program', `${program.name} ${program.version}`)],
        ...(run.marking === undefined ? {} : { remarks: `Marking: ${run.marking}` }),
      },
      // There is no assessment plan besides the policy that was judged by.
      'import-ap': { href: `#${policy}` },
      results: [results],
      'back-matter': {
        resources: [
          {
            uuid: policy,
            title: 'Policy',
            description: `What was judged by: ${run.policy.name}, ${run.policy.digest}.`,
            rlinks: [
              {
                href: run.policy.builtIn ? 'built-in' : encodeURI(run.policy.name),
                hashes: hashes(run.policy.digest),
              },
            ],
          },
          {
            uuid: id('report'),
            title: 'report.json',
            description: 'The report this is made from: every result of every check.',
            rlinks: [{ href: 'report.json', hashes: hashes(digest) }],
          },
          ...dossier.evidence.filter(isFile).map((each) => ({
            uuid: id(`evidence ${each.name} ${each.digest}`),
            title: each.name,
            description: each.kind,
            rlinks: [{ href: encodeURI(each.name), hashes: hashes(each.digest) }],
          })),
        ],
      },
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

type Identify = (name: string) => string;

function observation(
  { id: name, title, status, evidence, caveat }: DossierCriterion,
  dossier: Dossier,
  id: Identify,
): object {
  const own = dossier.checks.filter(({ id: check }) =>
    dossier.verdict.criteria.some((each) => each.id === name && each.checks.includes(check)),
  );
  const digests = new Set(own.flatMap((each) => each.evidence));
  const files = dossier.evidence.filter((each) => isFile(each) && digests.has(each.digest));
  const seen = evidence !== 'none';
  return {
    uuid: id(`observation ${name}`),
    title,
    description: `${criterionWords[status]}. ${seen ? `Evidence: ${evidence}.` : 'Nobody looked.'}${caveat === '' ? '' : ` Caveat: ${caveat}.`}`,
    props: [property('criterion', name), property('criterion-status', status)],
    // What was computed is a test; what was only taken note of is examined.
    methods: [own.length > 0 ? 'TEST' : 'EXAMINE'],
    types: ['control-objective'],
    'relevant-evidence': [
      { href: `#${id('report')}`, description: 'Each result by itself, with its evidence' },
      ...files.map((each) => ({
        href: `#${id(`evidence ${each.name} ${each.digest}`)}`,
        description: each.kind,
      })),
    ],
    collected: dossier.run.date,
  };
}

const risks: Readonly<Partial<Record<CriterionStatus, string>>> = {
  open: 'Evidence that the policy demands could not be looked at.',
  'not-met': 'What was looked at does not hold.',
};

function riskOf(criterion: DossierCriterion, dossier: Dossier, id: Identify): object {
  const { id: name, title, status, caveat } = criterion;
  const failures = dossier.checks.filter(
    (each): each is DossierCheck => each.role === 'blocking' && criterion.checks.includes(each.id),
  );
  const told = failures.slice(0, 20).map(({ subject, message }) => `${subject.name}: ${message}`);
  return {
    uuid: id(`risk ${name}`),
    title: `Not so: ${title}`,
    description: `${risks[status] ?? ''} ${caveat}`,
    statement: told.length === 0 ? caveat : told.join('\n'),
    status: 'open',
    'related-observations': [{ 'observation-uuid': id(`observation ${name}`) }],
  };
}

/** A fingerprint of a key is the digest of no file. */
function isFile({ digest, kind }: DossierEvidence): boolean {
  return digest.startsWith('sha256:') && !kind.includes('fingerprint');
}

function hashes(digest: string): readonly object[] {
  return [{ algorithm: 'SHA-256', value: digest.replace('sha256:', '') }];
}

function property(name: string, value: string): object {
  return { name, ns: propertySpace, value };
}

/** `SI-7(15)` is `si-7.15` there. */
function oscalId(id: string): string {
  return id.toLowerCase().replace(/\((\d+)\)/, '.$1');
}
