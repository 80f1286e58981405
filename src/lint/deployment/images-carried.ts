import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import type { DeployedObject } from '../../zarf/deployed-object.ts';
import { imagesCarriedBy, repositoryOf } from '../carried-images.ts';
import {
  type DeployedPackage,
  notAllRead,
  objectSubject,
  placeSubject,
} from '../deployed-package.ts';
import {
  amongAll,
  definePackageCheck,
  hanging,
  type LintResult,
  type TextEdit,
  withFix,
} from '../lint-check.ts';
import { packageSubject } from '../lint-results.ts';
import { imagesInValues, imagesOf, isOpenImage, type NamedImage, normal } from '../named-images.ts';

export const imagesCarried = definePackageCheck({
  id: 'deployment/images-carried',
  title: 'Every image that a workload names is carried by the package',
  severity: 'error',
  help: {
    why: 'Inside the gap an image that was not carried over cannot be pulled: the pod waits for it until the deployment times out.',
    fix: 'List the image under images of the component, spelt as the workload names it. lint --fix adds one that is missing altogether; where the list has another tag, a person has to say which is right. A name with ### is settled when it is deployed: list what it is then; where it begins with ###ZARF_REGISTRY###, write the name as it is listed, which is led to that registry by itself.',
    source: 'Zarf, components.images; past failures P7, P11 and P13 of the release model',
  },
  examples: {
    good: `components:
  - name: api
    images: [ghcr.io/example/api:1.2.0]
# its chart
containers: [{ name: api, image: ghcr.io/example/api:1.2.0 }]`,
    bad: `components:
  - name: api
    images: [ghcr.io/example/api:1.2.0]
# its chart
containers: [{ name: api, image: ghcr.io/example/api:1.3.0 }]`,
  },
  *evaluate(facts) {
    const subject = packageSubject(facts);
    if (facts.definition.metadata.yolo === true) {
      yield notApplicable(subject, 'images of a yolo package are pulled where it is deployed');
      return;
    }
    const because = notAllRead(facts);
    const carried = new Set(imagesCarriedBy(facts.definition).map(normal));
    const named = new Set<string>();
    for (const object of facts.objects)
      for (const each of imagesOf(object)) {
        named.add(normal(each.image ?? ''));
        const told = judge(facts, object, each, carried);
        if (told !== undefined) yield told;
      }
    for (const { image, pointer, at } of imagesInValues(facts)) {
      const known = normal(image);
      if (named.has(known) || carried.has(known)) continue;
      named.add(known);
      yield amongAll(
        because,
        placeSubject(at(pointer)),
        `the values name ${image}, which the package does not carry${near(image, carried)}; nothing runs it with the values there are`,
        { severity: 'warning' },
      );
    }
    if (because !== undefined) yield hanging(subject, because, because);
    else if (named.size === 0) yield notApplicable(subject, 'no workload names an image');
    else yield pass(subject, `${named.size} images that are named were looked for`);
  },
});

function judge(
  facts: DeployedPackage,
  object: DeployedObject,
  { image, where, path, kind }: NamedImage,
  carried: ReadonlySet<string>,
): LintResult | undefined {
  const subject = objectSubject(object, path);
  if (image === undefined) return fail(subject, `${where} names no image`);
  if (image.includes('###'))
    return undecided(subject, `${where}: the image ${image} is settled only when it is deployed`);
  const known = normal(image);
  if (carried.has(known)) return undefined;
  const before = facts.carriedBefore?.find((each) => normal(each.image) === known);
  if (before !== undefined)
    return fail(
      subject,
      `${where} needs ${image}, which package '${before.package}' carries: this one is not complete without it`,
      { severity: 'note' },
    );
  if (imagesCarriedBy(facts.definition).some((each) => isOpenImage(facts, each)))
    return undecided(
      subject,
      `${where} needs ${image}, and the package carries images whose names are settled when it is made`,
    );
  const close = near(image, carried);
  const message =
    kind === 'runs'
      ? `${where} needs ${image}, which the package does not carry${close}`
      : `${where} names ${image}, which the package does not carry${close}`;
  return withFix(
    fail(subject, message, severityOf(kind, where)),
    close === '' && kind === 'runs' ? listedToo(facts, object.component, image) : [],
  );
}

/** A program that is told an image may never use it; the object of an operator is there to be used. */
function severityOf(kind: NamedImage['kind'], where: string): { readonly severity?: 'warning' } {
  return kind === 'told' && !where.startsWith('a field of') ? { severity: 'warning' } : {};
}

/** The same repository under another tag or digest, where there is one: mostly what went wrong. */
function near(image: string, carried: ReadonlySet<string>): string {
  const repository = repositoryOf(normal(image));
  const close = [...carried].filter((each) => repositoryOf(each) === repository).sort();
  return close.length === 0 ? '' : `; it carries ${close.join(', ')}`;
}

/** A line behind the last of the list, written as that is. */
function listedToo(facts: DeployedPackage, component: string, image: string): readonly TextEdit[] {
  const index = facts.definition.components.findIndex(({ name }) => name === component);
  const count = facts.definition.components[index]?.images?.length ?? 0;
  if (count === 0) return [];
  const { file, line, column } = facts.at(`/components/${index}/images/${count - 1}`);
  const lines = facts.texts.get(file)?.split('\n') ?? [];
  const written = lines[line - 1] ?? '';
  const start = /^(\s*-\s+)\S/.exec(written)?.[1];
  if (start === undefined || start.length !== column - 1) return [];
  // In v1beta1 an image is a mapping; one that goes on behind its name is left to people.
  const key = /^name:\s+/.exec(written.slice(start.length))?.[0] ?? '';
  const goesOn = (lines[line] ?? '').search(/\S/) >= start.length;
  if (goesOn || /^[{[&*!]/.test(written.slice(start.length))) return [];
  const end = written.replace(/\r$/, '').length + 1;
  return [{ file, line, column: end, length: 0, replacement: `\n${start}${key}${image}` }];
}
