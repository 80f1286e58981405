import { bundleBuildType, packageBuildType } from '../../attestation/render-provenance.ts';
import { defineCheck, type Result } from '../check.ts';
import { eachProvenance } from '../each-provenance.ts';
import { type ComparedMaterials, compareBundle, comparePackage } from '../provenance-materials.ts';
import { subjectGround, subjectOf } from '../provenance-subject.ts';
import { fail, pass, undecided, unseen } from '../results.ts';

const codes = {
  unnamed: 'PROVENANCE_MATERIAL_UNNAMED',
  absent: 'PROVENANCE_MATERIAL_ABSENT',
  other: 'PROVENANCE_MATERIAL_OTHER',
  open: 'PROVENANCE_MATERIAL_UNSEEN',
} as const;
const maxTold = 20;

export const provenanceMaterials = defineCheck({
  id: 'provenance/materials',
  title: 'The archive holds exactly what its provenance says it was made from',
  area: 'provenance',
  severity: 'error',
  needs: ['identity', 'provenance', 'container', 'packages', 'bundle'],
  help: {
    why: 'A statement that names other inputs than went in hides where something came from.',
    fix: 'Bring archive and statement over again from one and the same release; where they are, ask the producer how the archive was made',
    source:
      'SLSA 1.2, build provenance, resolvedDependencies and byproducts; cowa-release docs/provenance.md',
  },
  evaluate: ({ identity, provenance, container, packages, bundle }) =>
    eachProvenance({ identity, provenance }, function* (made, subject) {
      const [first] = packages;
      const because = unseen(container);
      const compared =
        bundle !== undefined
          ? compareBundle(made, packages, bundle)
          : first === undefined
            ? undefined
            : comparePackage(made, first);
      if (made.buildType !== packageBuildType && made.buildType !== bundleBuildType) {
        const message = `what it names is not compared: nothing is known of builds of the type ${made.buildType}`;
        yield undecided(subject, message, 'PROVENANCE_BUILD_TYPE');
      } else if (because !== undefined) yield undecided(subject, because);
      else if ((made.buildType === bundleBuildType) !== (bundle !== undefined))
        yield fail(subject, `it is about a build of another kind: ${made.buildType}`, {
          code: 'PROVENANCE_KIND',
          restsOn: subjectGround(subject.name),
        });
      else if (compared === undefined) yield undecided(subject, 'the archive holds no package');
      else {
        const { about } = subjectOf(made, { container, packages, bundle });
        yield* about === 'another' ? toldOfAnother(compared, subject) : told(compared, subject);
      }
    }),
});

/** Where the statement is about another archive, of course everything differs: that is one thing, not many. */
function* toldOfAnother(
  compared: ComparedMaterials,
  subject: Result['subject'],
): Generator<Result> {
  const [first, ...more] = compared.differences.filter(({ kind }) => kind !== 'open');
  if (first === undefined) yield* told(compared, subject);
  else
    yield fail(
      subject,
      `${first.message}${more.length === 0 ? '' : `, and ${more.length} more of what it names or what is here differ`}`,
      { code: codes.other, restsOn: subjectGround(subject.name) },
    );
}

function* told(
  { same, left: uncompared, differences }: ComparedMaterials,
  subject: Result['subject'],
): Generator<Result> {
  for (const { kind, message } of differences.slice(0, maxTold)) {
    if (kind === 'open') yield undecided(subject, message, codes.open);
    else yield fail(subject, message, { code: codes[kind] });
  }
  const left = differences.length - maxTold;
  if (left > 0) {
    const kind = differences.slice(maxTold).some((each) => each.kind !== 'open') ? 'other' : 'open';
    if (kind === 'open')
      yield undecided(subject, `${left} more could not be looked at`, codes.open);
    else yield fail(subject, `${left} more differ`, { code: codes.other });
  }
  if (differences.length > 0) return;
  const also = uncompared === 0 ? '' : `; ${uncompared} without SHA-256 or name not compared`;
  if (same === 0) yield undecided(subject, `nothing it names could be compared${also}`, codes.open);
  else yield pass(subject, `all ${same} things compared are there as named, and no others${also}`);
}
