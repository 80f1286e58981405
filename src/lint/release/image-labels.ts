import type { Subject } from '../../checks/check.ts';
import { fail, notApplicable, pass, undecided } from '../../checks/results.ts';
import { placeSubject } from '../deployed-package.ts';
import type { DeployedRelease, OwnImage } from '../deployed-release.ts';
import { defineReleaseCheck, type LintResult } from '../lint-check.ts';
import { wholeSubject } from '../lint-results.ts';

export const labelsOfImages = defineReleaseCheck({
  id: 'release/image-labels',
  title:
    'Every image of our own says where it comes from, which version it is, and when it was made',
  severity: 'warning',
  help: {
    why: 'On the far side the labels are all that leads from an image to its source: without revision and version nobody can say what is running.',
    fix: 'Set org.opencontainers.image.source, revision and version when the image is built; version is the tag. created comes from the builder.',
    source: 'OCI image-spec 1.1, annotations.md; requirement R22; release model §3.9',
  },
  examples: {
    good: `config:
  labels:
    org.opencontainers.image.source: https://github.com/example/app
    org.opencontainers.image.revision: 1f0c3c9d8b
    org.opencontainers.image.version: 0.14.0`,
    bad: `config:
  labels: { org.opencontainers.image.title: app }`,
  },
  *evaluate(facts) {
    const { images = [] } = facts;
    for (const image of images) yield* judge(image, facts);
    if (images.length === 0) yield notApplicable(wholeSubject(facts), 'no image is at hand');
  },
});

const wanted = ['source', 'revision', 'version'];

function* judge(image: OwnImage, facts: DeployedRelease): Generator<LintResult> {
  const { reference, labels, created, place, inherits } = image;
  const subject: Subject =
    place === undefined ? { kind: 'image', name: reference } : placeSubject(place);
  const ours = isOurs(reference, facts);
  if (ours === false) return;
  // Of an archive nobody here knows whose images they are.
  const soft = ours === undefined ? ({ severity: 'note' } as const) : {};
  const missing = wanted.filter((name) => (labels[name] ?? '').trim() === '');
  if (created === undefined && labels['created'] === undefined) missing.push('created');
  const called = place === undefined ? 'it' : reference;
  const what = `${called} does not say ${missing.join(', ')} (org.opencontainers.image.${missing[0]})`;
  if (missing.length > 0 && inherits === true)
    yield undecided(subject, `${what}; what it stands on may`);
  else if (missing.length > 0) yield fail(subject, what, soft);
  const version = (labels['version'] ?? '').trim();
  const source = (labels['source'] ?? '').trim();
  const tag = /:([^/:@]+)$/.exec(reference.replace(/@.*$/, ''))?.[1];
  const differs = tag !== undefined && /\d/.test(tag) && version !== '' && !agree(version, tag);
  if (differs && ours === true)
    yield fail(subject, `${reference} says that it is version ${version}`);
  if (source !== '' && !/^[a-z][a-z0-9+.-]*:\/\/\S+$/.test(source) && ours === true)
    yield fail(subject, `${reference}: source is '${source}', and has to be an address`);
  if (missing.length === 0 && !differs)
    yield pass(subject, `${reference} says where it comes from`);
}

/** `v1.2.3` and `1.2.3-upstream` are tags of version 1.2.3. */
function agree(version: string, tag: string): boolean {
  const plain = version.replace(/^v(?=\d)/, '');
  return tag.replace(/^v(?=\d)/, '').startsWith(plain) || plain.startsWith(tag);
}

/** Undefined where nobody can tell. */
function isOurs(reference: string, { definition }: DeployedRelease): boolean | undefined {
  if (definition === undefined) return undefined;
  const composed = definition.imageSources.some(
    (source) =>
      (source.type === 'compose' || source.type === 'build') &&
      Object.hasOwn(source.images, reference),
  );
  return composed || reference.split('/').slice(0, -1).includes(definition.name);
}
