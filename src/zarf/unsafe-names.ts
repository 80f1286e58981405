import type { PackageDefinition } from './definition.ts';

/**
 * Names that would leave the folder they are joined to: `..`, or with a slash or backslash.
 *
 * @see Zarf v0.76 load-time path check
 */
export function unsafeNames(
  definition: PackageDefinition,
): readonly { readonly pointer: string; readonly message: string }[] {
  return namesIn(definition).flatMap(([pointer, name]) =>
    name !== undefined && (name === '..' || /[/\\]/.test(name))
      ? [
          {
            pointer,
            message: `${pointer.slice(1).replaceAll('/', '.')} is ${JSON.stringify(name)}, which reaches outside its folder`,
          },
        ]
      : [],
  );
}

function namesIn({
  metadata,
  build,
  components,
}: PackageDefinition): readonly (readonly [string, string | undefined])[] {
  return [
    ['/metadata/name', metadata.name],
    ['/metadata/version', metadata.version],
    ['/build/flavor', build?.flavor],
    ['/build/differentialPackageVersion', build?.differentialPackageVersion],
    ...components.flatMap(({ name, charts = [], manifests = [] }, index) => {
      const at = `/components/${index}`;
      return [
        [`${at}/name`, name] as const,
        ...charts.flatMap((chart, each) => [
          [`${at}/charts/${each}/name`, chart.name] as const,
          [`${at}/charts/${each}/version`, chart.version] as const,
        ]),
        ...manifests.map(
          (manifest, each) => [`${at}/manifests/${each}/name`, manifest.name] as const,
        ),
      ];
    }),
  ];
}
