import { isDeepStrictEqual } from 'node:util';
import type { Component, PackageDefinition } from './definition.ts';

/** Something two documents of one `zarf.yaml` tell differently. */
export interface Disagreement {
  /** JSON pointer, where the chosen document has it. */
  readonly pointer: string;
  readonly message: string;
}

/**
 * Compares what two documents of one `zarf.yaml` say about the same package. A reader takes the one
 * it knows, so a difference lets one archive be two packages.
 *
 * @param chosen what current readers believe
 * @param other what others may believe, in the same terms
 */
export function disagreements(
  chosen: PackageDefinition,
  other: PackageDefinition,
): readonly Disagreement[] {
  const found: Disagreement[] = [];
  const compare = (pointer: string, what: string, ours: unknown, theirs: unknown): void => {
    if (isDeepStrictEqual(ours, theirs)) return;
    found.push({
      pointer,
      message: `the documents disagree about ${what}: ${shown(ours)} here, ${shown(theirs)} in the other`,
    });
  };
  compare('/kind', 'the kind', chosen.kind, other.kind);
  for (const member of [
    'name',
    'version',
    'architecture',
    'aggregateChecksum',
    'uncompressed',
  ] as const) {
    compare(
      `/metadata/${member}`,
      `the package's ${member}`,
      chosen.metadata[member],
      other.metadata[member],
    );
  }
  for (const member of [
    'architecture',
    'flavor',
    'signed',
    'differential',
    'provenanceFiles',
  ] as const) {
    compare(`/build/${member}`, `build.${member}`, chosen.build?.[member], other.build?.[member]);
  }
  const names = (components: readonly Component[]) => components.map((component) => component.name);
  compare('/components', 'the components', names(chosen.components), names(other.components));
  for (const [index, ours] of chosen.components.entries()) {
    const theirs = other.components.find((component) => component.name === ours.name);
    if (theirs === undefined) continue;
    const about = (what: string) => `${what} of the component ${shown(ours.name)}`;
    for (const { member, what, of } of facets) {
      compare(`/components/${index}${member}`, about(what), of(ours), of(theirs));
    }
  }
  return found;
}

const facets: readonly {
  readonly member: string;
  readonly what: string;
  readonly of: (component: Component) => unknown;
}[] = [
  { member: '/images', what: 'the images', of: (component) => component.images ?? [] },
  {
    member: '/imageArchives',
    what: 'the image archives',
    of: (component) => component.imageArchives ?? [],
  },
  {
    member: '',
    what: 'the necessity',
    of: (component) => (component.required === true ? 'required' : 'optional'),
  },
  {
    member: '/only',
    what: 'the conditions',
    of: ({ only }) => [only?.localOS ?? '', only?.cluster?.architecture ?? '', only?.flavor ?? ''],
  },
  {
    member: '/charts',
    what: 'the charts',
    of: (component) =>
      (component.charts ?? []).map((chart) => [
        chart.name,
        chart.namespace ?? '',
        chart.releaseName ?? '',
        chart.valuesFiles ?? [],
        chart.templatedValuesFiles ?? [],
      ]),
  },
  {
    member: '/manifests',
    what: 'the manifests',
    of: (component) =>
      (component.manifests ?? []).map((manifest) => [
        manifest.name,
        manifest.namespace ?? '',
        manifest.files ?? [],
        manifest.kustomizations ?? [],
      ]),
  },
  {
    member: '/files',
    what: 'the files',
    of: (component) =>
      (component.files ?? []).map((file) => [file.source, file.target, file.shasum ?? '']),
  },
  {
    member: '/actions',
    what: 'the commands',
    of: ({ actions }) =>
      [actions?.onCreate, actions?.onDeploy, actions?.onRemove].map((set) =>
        // v1beta1 has no `after`; what stood there runs on success.
        [set?.before, [...(set?.after ?? []), ...(set?.onSuccess ?? [])], set?.onFailure].map(
          (each) => (each ?? []).map((action) => action.cmd ?? ''),
        ),
      ),
  },
];

function shown(value: unknown): string {
  const written = value === undefined ? 'nothing' : JSON.stringify(value);
  return written.length > 120 ? `${written.slice(0, 120)}…` : written;
}
