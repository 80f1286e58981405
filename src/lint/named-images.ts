import { normalizeReference } from '../oci/reference.ts';
import { boxOf, type DeployedObject, inside, isBox, textOf } from '../zarf/deployed-object.ts';
import { fillPlaceholders } from '../zarf/placeholders.ts';
import { repositoryOf } from './carried-images.ts';
import type { DeployedPackage } from './deployed-package.ts';
import { isBuiltIn } from './kubernetes-kinds.ts';
import { readWithPlaceholders } from './placeholder-document.ts';
import { boxesAt, type Path, podsOf } from './pods.ts';

/** An image that something names. */
export interface NamedImage {
  readonly image: string | undefined;
  /** Who names it, for messages. */
  readonly where: string;
  /** Keys below the object. */
  readonly path: Path;
  /** `runs`: the cluster pulls it; `told`: a program is told it, and pulls it when it likes. */
  readonly kind: 'runs' | 'told';
}

/**
 * Images an object names: those of its containers, image volumes, fields of an operator's object, and what the
 * environment or arguments of a container say an image is.
 */
export function imagesOf(object: DeployedObject): readonly NamedImage[] {
  const pods = podsOf(object);
  const found: NamedImage[] = pods.flatMap(({ path, spec, containers }) => [
    ...containers.map(({ says, value, path: at }) => ({
      image: typeof value['image'] === 'string' ? value['image'] : undefined,
      where: says,
      path: [...at, 'image'],
      kind: 'runs' as const,
    })),
    ...boxesAt(spec, ['volumes']).flatMap(({ value, path: at }) => {
      const reference = inside(value, 'image', 'reference');
      return typeof reference === 'string'
        ? [
            {
              image: reference,
              where: `image volume '${textOf(value['name'])}'`,
              path: [...path, 'spec', ...at, 'image', 'reference'],
              kind: 'runs' as const,
            },
          ]
        : [];
    }),
    ...containers.flatMap(({ says, value, path: at }) => [...toldTo(value, says, at)]),
  ]);
  if (isBuiltIn(object)) return found;
  const own = pods.map(({ path }) => JSON.stringify([...path, 'spec']).slice(0, -1));
  for (const each of fieldsOf(object.value, []))
    if (!own.some((prefix) => JSON.stringify(each.path).startsWith(`${prefix},`)))
      found.push({ ...each, where: `a field of ${object.kind}`, kind: 'told' });
  return found;
}

/** Images a package names in its values files, placeholders filled with defaults. */
export function* imagesInValues(facts: DeployedPackage): Generator<{
  readonly image: string;
  readonly file: string;
  readonly pointer: string;
  at(pointer: string): { readonly file: string; readonly line: number; readonly column: number };
}> {
  const fill = fillPlaceholders(facts.definition);
  const files = new Set(facts.charts.flatMap(({ valuesFiles }) => valuesFiles.map((v) => v.file)));
  for (const file of files)
    for (const document of readWithPlaceholders(facts.texts.get(file) ?? '', file) ?? [])
      for (const { image, path } of fieldsOf(document.value, [])) {
        const filled = fill(image).text;
        if (filled.includes('###') || !isReference(filled)) continue;
        const pointer = path
          .map((key) => `/${String(key).replaceAll('~', '~0').replaceAll('/', '~1')}`)
          .join('');
        yield { image: filled, file, pointer, at: (each) => document.at(each) };
      }
}

/** The one spelling of a reference; text that is none stands for itself. */
export function normal(image: string): string {
  try {
    return normalizeReference(image).normalized;
  } catch {
    return image;
  }
}

/** Whether the repository of a reference is a create-time template that nobody gives a value here; a tag may be one. */
export function isOpenImage({ texts, file, find }: DeployedPackage, image: string): boolean {
  return (
    /0\.0\.0|stand-in/.test(repositoryOf(image)) &&
    find(image) === undefined &&
    /###ZARF_PKG_(?:TMPL|VAR)_/.test(texts.get(file) ?? '')
  );
}

/** `image`, `images`, and `repository` beside `tag`, wherever they stand. */
function* fieldsOf(
  value: unknown,
  path: Path,
): Generator<{ readonly image: string; readonly path: Path }> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* fieldsOf(item, [...path, index]);
    return;
  }
  if (!isBox(value)) return;
  const { registry, repository, tag, digest } = value;
  const version = textOf(tag) === '' ? textOf(value['version']) : textOf(tag);
  const named = textOf(repository);
  if (named !== '' && (version !== '' || textOf(digest) !== '')) {
    const host = textOf(registry) === '' ? '' : `${textOf(registry)}/`;
    const pin = textOf(digest) === '' ? '' : `@${textOf(digest)}`;
    const image = `${host}${named}${version === '' ? '' : `:${version}`}${pin}`;
    if (isReference(image)) yield { image, path: [...path, 'repository'] };
  }
  for (const [key, member] of Object.entries(value)) {
    const texts = /^images?$/i.test(key) ? textsIn(member) : [];
    if (texts.length > 0) for (const image of texts) yield { image, path: [...path, key] };
    else yield* fieldsOf(member, [...path, key]);
  }
}

function textsIn(value: unknown): readonly string[] {
  const all = Array.isArray(value) ? value : [value];
  const texts = all.filter((each) => typeof each === 'string');
  return texts.length === all.length ? texts.filter(isReference) : [];
}

/** With a tag or digest, or a registry in front: nothing else is surely an image. */
function isReference(text: string): boolean {
  const filled = text.replaceAll(/###ZARF_[A-Z0-9_]+###/g, 'x');
  if (!/^[a-z0-9][a-z0-9.-]*(?::[0-9]+)?\/[a-z0-9]/i.test(filled)) return false;
  try {
    const { tag, digest } = normalizeReference(filled);
    return digest !== undefined || (tag !== undefined && filled.endsWith(`:${tag}`));
  } catch {
    return false;
  }
}

/** `RELATED_IMAGE_X: …`, `--reloader-image=…`. */
function* toldTo(
  container: Readonly<Record<string, unknown>>,
  says: string,
  at: Path,
): Generator<NamedImage> {
  for (const { value, path } of boxesAt(container, ['env'])) {
    const image = textOf(value['value']);
    if (/image/i.test(textOf(value['name'])) && isReference(image))
      yield {
        image,
        where: `variable ${textOf(value['name'])} of ${says}`,
        path: [...at, ...path, 'value'],
        kind: 'told',
      };
  }
  const args = boxOf(container)?.['args'];
  for (const [index, each] of (Array.isArray(args) ? args : []).entries()) {
    const [, name, image = ''] = /^--?([\w.-]*image[\w.-]*)=(.+)$/i.exec(textOf(each)) ?? [];
    if (name !== undefined && isReference(image))
      yield {
        image,
        where: `argument ${name} of ${says}`,
        path: [...at, 'args', index],
        kind: 'told',
      };
  }
}
