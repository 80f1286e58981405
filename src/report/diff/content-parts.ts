import type { DossierSbom } from '../dossier/dossier-contents.ts';
import type { ComparedThing } from './compare-things.ts';
import type { DossierLabels } from './dossier-labels.ts';
import { bytes, type DossierPart, list, thing } from './dossier-part.ts';

/** What a release holds. */
export const contentParts: readonly DossierPart[] = [
  {
    id: 'archives',
    title: 'Archives and files',
    things: ({ subjects }, labels) =>
      subjects
        // How a making went is another every time, and nobody signs it.
        .filter(({ name }) => name !== 'run.json')
        .map(({ kind, name, digest, root, size, outcome }) =>
          thing(kind === 'file' ? `file ${labels.archive(name)}` : labels.archive(name), {
            'file name': name,
            kind,
            digest,
            root,
            size: bytes(size),
            outcome,
          }),
        ),
  },
  {
    id: 'packages',
    title: 'Packages and components',
    things: ({ contents: { bundles, packages } }, labels) => [
      ...bundles.map(({ name, version, architecture, description }) =>
        thing(`bundle ${name}`, { version, architecture, description }),
      ),
      ...packages.flatMap(
        ({
          archive,
          name,
          version,
          architecture,
          flavor,
          description,
          digest,
          signature,
          size,
          components,
        }) => [
          thing(`package ${name} in ${labels.archive(archive)}`, {
            version,
            architecture,
            flavor,
            description,
            digest,
            signature,
            size: bytes(size),
          }),
          ...components.map((each) =>
            thing(`component ${each.name} of ${name} in ${labels.archive(archive)}`, {
              required: each.required,
              selected: each.selected,
              description: each.description,
              images: each.images,
              charts: list(each.charts),
              manifests: each.manifests,
              'data injections': each.dataInjections,
              'commands it runs': each.actions,
              size: bytes(each.size),
              files: each.files,
            }),
          ),
        ],
      ),
    ],
  },
  {
    id: 'images',
    title: 'Images',
    things: ({ contents: { images } }, labels) =>
      images.map(({ reference, digest, platform, size, layers, carriedBy, sbom }) =>
        thing(labels.image(reference), {
          reference,
          digest,
          platform,
          size: bytes(size),
          layers: layers.length,
          distribution: sbom?.distro,
          'carried by': list(carriedBy.map((each) => carrierOf(each, labels))),
        }),
      ),
  },
  {
    id: 'layers',
    title: 'Layers',
    things: ({ contents: { images } }, labels) =>
      images.flatMap(({ reference, layers }) =>
        layers.map(({ digest, size, sharedBy }) =>
          thing(digest, {
            size: bytes(size),
            in: labels.image(reference),
            'images that share it': sharedBy,
          }),
        ),
      ),
  },
  {
    id: 'software',
    title: 'Software in images and files',
    things: ({ contents: { images, files } }, labels) => [
      ...images.flatMap(({ reference, sbom }) => softwareOf(labels.image(reference), sbom)),
      ...files.flatMap(({ package: holder, component, sbom }) =>
        softwareOf(`files of ${component} of ${holder}`, sbom),
      ),
    ],
  },
  {
    id: 'licences',
    title: 'Licences',
    things: ({ contents: { images, files } }) => {
      const counts = new Map<string, number>();
      for (const { sbom } of [...images, ...files])
        for (const { licences } of sbom?.packages ?? [])
          for (const licence of licences.length === 0 ? ['none named'] : licences)
            counts.set(licence, (counts.get(licence) ?? 0) + 1);
      return [...counts].map(([licence, packages]) => thing(licence, { packages }));
    },
  },
  {
    id: 'variables',
    title: 'Variables',
    things: ({ contents: { variables } }, labels) =>
      variables.map(
        ({
          archive,
          package: holder,
          name,
          declaredBy,
          target,
          description,
          pattern,
          default: value,
          hasDefault,
          sensitive,
        }) =>
          thing(
            `${name} of ${holder}${target === undefined ? '' : ` (${target})`} in ${labels.archive(archive)}`,
            {
              'declared by': declaredBy,
              description,
              pattern,
              default: value,
              'has a default': hasDefault,
              sensitive,
            },
          ),
      ),
  },
  {
    id: 'permissions',
    title: 'Permissions',
    things: ({ contents: { permissions } }, labels) =>
      permissions.map(({ archive, package: holder, component, kind, object, namespace, text }) =>
        thing(
          `${kind}: ${text} (${object}${namespace === '' ? '' : ` in ${namespace}`}, ${holder}/${component} in ${labels.archive(archive)})`,
          {},
        ),
      ),
  },
  {
    id: 'sizes',
    title: 'Sizes',
    things: ({ sizes }) => [
      thing('all archives', { size: bytes(sizes.archives) }),
      thing('all images, each for itself', { size: bytes(sizes.images) }),
      thing('all images, shared layers once', { size: bytes(sizes.uniqueImages) }),
      ...sizes.budgets.map(({ kind, name, size, minBytes, maxBytes }) =>
        thing(`budget: ${kind} ${name}`, {
          size: bytes(size),
          'at least': minBytes === undefined ? undefined : bytes(minBytes),
          'at most': maxBytes === undefined ? undefined : bytes(maxBytes),
        }),
      ),
    ],
  },
];

/** Several versions of a thing in one image are one entry that has them all. */
function softwareOf(where: string, sbom: DossierSbom | undefined): readonly ComparedThing[] {
  return (sbom?.packages ?? []).map(({ name, version, type, licences }) =>
    thing(`${name} (${type}) in ${where}`, { version, licences: list(licences) }),
  );
}

/** `archive: package` names the archive. */
function carrierOf(text: string, labels: DossierLabels): string {
  const at = text.indexOf(': ');
  return at < 0 ? text : `${labels.archive(text.slice(0, at))}${text.slice(at)}`;
}
