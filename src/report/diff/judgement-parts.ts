import { criterionWords, recommendationWords, statusWords } from '../dossier/dossier-words.ts';
import { type DossierPart, list, thing } from './dossier-part.ts';

/** What was decided, and by whom: before what it is about. */
export const judgementParts: readonly DossierPart[] = [
  {
    id: 'verdict',
    title: 'Verdict and criteria',
    things: ({ verdict }) => [
      thing('verdict', {
        status: statusWords[verdict.status],
        outcome: verdict.outcome,
        'fails on': list(verdict.failOn),
        'exit code': verdict.exitCode,
      }),
      ...verdict.criteria.map(({ title, status, caveat }) =>
        thing(`criterion: ${title}`, { status: criterionWords[status], caveat }),
      ),
      // Its reasons are the criteria and findings, which are compared by themselves.
      ...verdict.packages.map(({ package: name, recommendation }) =>
        thing(`recommendation: ${name}`, { recommendation: recommendationWords[recommendation] }),
      ),
    ],
  },
  {
    id: 'release',
    title: 'Release',
    things: ({ release }) =>
      release === null
        ? []
        : [
            thing('release', {
              product: release.product,
              version: release.version,
              flavor: release.flavor,
              number: release.counter,
              date: release.date,
              audience: release.audience === undefined ? undefined : list(release.audience),
            }),
          ],
  },
  {
    id: 'signers',
    title: 'Signers and trust',
    things: ({ trust, approvals, provenance }, labels) => [
      thing('judged by', {
        key: trust.key?.fingerprint,
        'trust policy': trust.trustPolicy?.digest,
        'trust policy version': trust.trustPolicy?.version,
        site: trust.trustPolicy?.site,
        'weakened by': list(trust.insecure),
      }),
      ...trust.archives.flatMap(({ archive, signature, levels }) => [
        thing(`signature of ${labels.archive(archive)}`, {
          outcome: signature.outcome,
          by: signature.fingerprint,
        }),
        ...levels.map(({ kind, name, state, signers, rule }) =>
          thing(
            `${kind} ${kind === 'image' ? labels.image(name) : name} in ${labels.archive(archive)}`,
            {
              state,
              rule,
              signers: list(
                signers.map(({ signer, role, party }) => `${signer} (${party}) as ${role}`),
              ),
            },
          ),
        ),
      ]),
      ...approvals.map(({ role, signers, state, date, subjects, reason }) =>
        thing(`approval by ${list(signers) || 'nobody known'} as ${role}`, {
          state,
          date,
          over: list(subjects.map(({ digest }) => digest)),
          reason,
        }),
      ),
      ...provenance.map(({ subjects, state, builder, buildType, signers, reason }) =>
        thing(`making of ${list(subjects.map(({ name }) => labels.archive(name)))}`, {
          state,
          builder: builder.id,
          'builder version': list(
            builder.versions.map(({ name, version }) => `${name} ${version}`),
          ),
          'build type': buildType,
          signers: list(signers),
          reason,
        }),
      ),
    ],
  },
  {
    id: 'findings',
    title: 'Findings',
    things: ({ checks }, labels) =>
      checks
        .filter(({ outcome }) => outcome === 'fail' || outcome === 'undecided')
        .map(({ id, outcome, severity, role, within, subject, code = '', message, waiver }) =>
          // A package that lies there by itself and in a bundle has its findings once.
          thing(
            `${id}${code === '' ? '' : ` ${code}`}: ${labels.archive(subject.name)}${subject.object === undefined ? '' : ` (${subject.object})`}`,
            {
              in: labels.archive(within),
              outcome,
              severity,
              'bears on the verdict as': role,
              message,
              waiver: waiver === undefined ? undefined : `${waiver.owner} until ${waiver.expires}`,
            },
          ),
        ),
  },
  {
    id: 'waivers',
    title: 'Waivers',
    things: ({ waivers }, labels) =>
      waivers.map(({ check, subject, owner, reason, expires, state, results }) =>
        thing(`${check}: ${labels.archive(subject)}`, { owner, reason, expires, state, results }),
      ),
  },
  {
    id: 'policy',
    title: 'Policy and program',
    things: ({ run, program }) => [
      thing('policy', { digest: run.policy.digest, 'built in': run.policy.builtIn }),
      thing('program', { version: program.version }),
      ...run.tools.map(({ name, version, digest }) => thing(`tool ${name}`, { version, digest })),
    ],
  },
];

/** Whether files of the definitions differed from their commit when a release was made. */
const sourceWords = {
  unchanged: 'as they are there',
  changed: 'other than there',
  unknown: 'nobody compared them',
} as const;

/** Where it comes from, and what is known of it besides. */
export const originParts: readonly DossierPart[] = [
  {
    id: 'inputs',
    title: 'What it was made from',
    things: ({ provenance }, labels) =>
      provenance.flatMap(({ subjects, inputs, byproducts, parameters, source }) => {
        const of = list(subjects.map(({ name }) => labels.archive(name)));
        return [
          ...(source === undefined
            ? []
            : [
                thing(`commit of the definitions of ${of}`, {
                  commit: source.commit,
                  repository: source.uri,
                  'files against it': sourceWords[source.state],
                }),
              ]),
          ...inputs.map(({ name, uri, digest }) =>
            thing(`input ${name} of ${of}`, { uri, digest }),
          ),
          ...byproducts.map(({ name, uri, digest }) =>
            thing(`by-product ${name} of ${of}`, { uri, digest }),
          ),
          ...parameters.map(({ name, value }) => thing(`parameter ${name} of ${of}`, { value })),
        ];
      }),
  },
  {
    id: 'tests',
    title: 'Tests of the software',
    things: ({ testResults = [] }, labels) =>
      testResults.map(({ document, state, reason, signers, archives, result, ...more }) =>
        thing(`tests of ${document.name}`, {
          state,
          reason,
          result,
          passed: more.counts?.passed,
          'left out or warned': more.counts?.warned,
          failed: more.counts?.failed,
          'failed tests': list(more.failedTests ?? []),
          'judged by': list(archives.map((name) => labels.archive(name))),
          signers: list(signers),
          files: list(more.files.map(({ name, digest }) => `${name} ${digest}`)),
        }),
      ),
  },
  {
    id: 'vulnerabilities',
    title: 'Vulnerabilities, as scanners say',
    things: ({ scans }) =>
      scans.flatMap(({ tool, toolVersion, databaseDate, matches }) => [
        thing(`scanner ${tool}`, { version: toolVersion, database: databaseDate }),
        ...matches.map(({ id, severity, package: name = '', version, fixedIn, location, purl }) =>
          thing(`${id} in ${name || location || purl || 'something unnamed'}`, {
            severity,
            version,
            'fixed in': fixedIn,
            location,
          }),
        ),
      ]),
  },
  {
    id: 'reproducibility',
    title: 'Reproducibility',
    things: ({ reproducibility }) =>
      reproducibility === undefined
        ? []
        : [
            thing('made again', {
              outcome: reproducibility.outcome,
              reason: reproducibility.reason,
            }),
            ...reproducibility.statements.map(
              ({ archive, state, outcome, reason, signers, rebuilt, date }) =>
                thing(`${archive} made again by ${list(signers) || 'nobody who is trusted'}`, {
                  state,
                  outcome,
                  reason,
                  signers: list(signers),
                  rebuilt,
                  date,
                }),
            ),
          ],
  },
  {
    id: 'not-looked-at',
    title: 'Not looked at',
    things: ({ notLookedAt }) => notLookedAt.map(({ what, why }) => thing(what, { why })),
  },
];
