import type { Result } from '../check.ts';
import { defineCheck } from '../check.ts';
import type { ImageLayoutFacts, PackageFacts } from '../facts.ts';
import { namesOf, wantedImages } from '../layout-view.ts';
import {
  eachDefinition,
  fail,
  notApplicable,
  pass,
  theFile,
  thePackage,
  thingOf,
  undecided,
} from '../results.ts';

/** The names of the definition and those of `index.json` are one set, each for one image. */
export const imageNames = defineCheck({
  id: 'oci/image-names',
  title: 'Every image of the definition stands in index.json under its name, once',
  area: 'oci',
  severity: 'error',
  needs: ['identity', 'container', 'packages'],
  help: {
    why: 'Deploying looks images up by name: an absent one stops it, and of two under one name another than the reviewed one may run.',
    fix: 'Create the package again; do not edit images/index.json by hand.',
    source: 'Zarf package format, 2.3',
  },
  evaluate: (facts) =>
    eachDefinition(facts, function* (each, definition, because) {
      const wanted = wantedImages(definition);
      if (wanted.size === 0 && each.images === undefined) {
        yield because === undefined
          ? notApplicable(thePackage(each), 'the package names no images and holds none')
          : undecided(thePackage(each), because);
        return;
      }
      let found = 0;
      for (const result of [
        ...listed(each, each.images),
        ...absent(each, wanted, because),
        ...additional(each, wanted),
      ]) {
        if (result.outcome !== 'fail' || result.severity === undefined) found++;
        yield result;
      }
      if (found > 0) return;
      if (because !== undefined) yield undecided(thePackage(each), because);
      else
        yield pass(thePackage(each), `${wanted.size} images of the definition stand in index.json`);
    }),
});

/** What is wrong with the names in `index.json` themselves. */
function* listed(each: PackageFacts, layout: ImageLayoutFacts | undefined): Generator<Result> {
  const subject = theFile(each, 'images/index.json');
  const digests = new Map<string, string>();
  for (const root of layout?.roots ?? []) {
    const { refName, baseName } = namesOf(root);
    const { digest } = root.descriptor;
    if (refName !== undefined && baseName !== undefined && refName !== baseName) {
      yield fail(
        subject,
        `${digest} is named ${shown(refName)} for some programs and ${shown(baseName)} for others`,
        { code: 'IMAGE_NAME_CONFLICT' },
      );
    } else if (refName === undefined && baseName !== undefined) {
      yield fail(subject, `${shown(baseName)} is named by base.name only; write ref.name too`, {
        code: 'IMAGE_NAME_PARTIAL',
        severity: 'warning',
      });
    } else if (baseName === undefined && refName !== undefined) {
      yield fail(subject, `${shown(refName)} is named by ref.name only; write base.name too`, {
        code: 'IMAGE_NAME_PARTIAL',
        severity: 'warning',
      });
    }
    for (const name of new Set([refName, baseName])) {
      if (name === undefined) continue;
      const before = digests.get(name);
      if (before === digest)
        yield fail(subject, `${shown(name)} stands twice for ${digest}`, {
          code: 'IMAGE_NAME_REPEATED',
          severity: 'warning',
        });
      else if (before !== undefined)
        yield fail(subject, `${shown(name)} stands for ${before} and for ${digest}`, {
          code: 'IMAGE_NAME_TWICE',
        });
      digests.set(name, before ?? digest);
    }
  }
}

function* absent(
  each: PackageFacts,
  wanted: ReadonlyMap<string, string | undefined>,
  because: string | undefined,
): Generator<Result> {
  const names = new Set((each.images?.roots ?? []).map((root) => root.name));
  for (const [written, name] of wanted) {
    const subject = thingOf(each, { kind: 'image', name: written });
    if (name === undefined)
      yield fail(subject, `${shown(written)} is no image reference`, {
        code: 'IMAGE_NAME_INVALID',
      });
    else if (names.has(name)) continue;
    else if (because !== undefined)
      yield undecided(subject, `${shown(name)} was not seen: ${because}`);
    else if (isUnread(each)) yield undecided(subject, 'images/index.json was not read');
    else
      yield fail(subject, `the definition wants ${shown(name)}, index.json does not name it`, {
        code: 'IMAGE_ABSENT',
        // Named by nothing, because what names images is not there.
        restsOn: theFile(each, 'images/index.json').name,
      });
  }
}

/** Images nobody wants, and images without a name that belong to no index. */
function* additional(
  each: PackageFacts,
  wanted: ReadonlyMap<string, string | undefined>,
): Generator<Result> {
  const names = new Set(wanted.values());
  const roots = each.images?.roots ?? [];
  const children = new Set(
    roots
      .filter(
        (root) =>
          root.manifests.length > 1 ||
          root.manifests[0]?.descriptor.digest !== root.descriptor.digest,
      )
      .flatMap((root) => root.manifests.map((manifest) => manifest.descriptor.digest)),
  );
  for (const { name, descriptor } of roots) {
    const { digest } = descriptor;
    const subject = thingOf(each, { kind: 'image', name: name ?? digest, digest });
    if (name === undefined && !children.has(descriptor.digest))
      yield fail(subject, `index.json lists ${descriptor.digest} under no name`, {
        code: 'IMAGE_UNNAMED',
        severity: 'warning',
      });
    else if (name !== undefined && !names.has(name))
      yield fail(subject, `index.json names ${shown(name)}, which the definition does not want`, {
        code: 'IMAGE_UNWANTED',
        severity: 'warning',
      });
  }
}

function isUnread({ images, files }: PackageFacts): boolean {
  const index = files.get('images/index.json');
  return images !== undefined && index?.digest !== undefined && index.content === undefined;
}

function shown(name: string): string {
  return name.length > 300 ? `${name.slice(0, 300)}…` : name;
}
