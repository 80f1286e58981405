import { html, type Markup } from '../../html/markup.ts';
import { section, table } from '../../html/tables.ts';
import type { Dossier } from '../dossier.ts';
import type { DossierPermission, DossierVariable } from '../dossier-contents.ts';

const kinds: Readonly<Record<DossierPermission['kind'], string>> = {
  host: 'Reaches out of its container',
  exemption: 'Rules of the cluster set aside',
  rights: 'Rights in the cluster',
  exposure: 'Reachable from outside',
  network: 'Network traffic',
};
const order = ['host', 'exemption', 'rights', 'exposure', 'network'] as const;

/** What it may do once it is deployed, and what somebody has to decide before. */
export function effects({ contents, notLookedAt }: Dossier): Markup {
  const lost = notLookedAt.filter(({ id }) => id === 'deployment').length;
  const permissions = order.flatMap((kind) =>
    mergedByText(contents.permissions.filter((each) => each.kind === kind)),
  );
  const variables = mergedVariables(contents.variables);
  const asked = variables.filter(({ hasDefault }) => !hasDefault);
  return section(
    'effects',
    'What it may do in the cluster',
    html`<p class="note">By rendering what would be deployed, with the defaults of its variables. ${lost === 0 ? 'Everything could be rendered.' : `${lost} parts could not be rendered: see what was not looked at.`}</p>`,
    table({
      caption: 'Permissions',
      columns: [
        { title: 'Permission' },
        { title: 'Kind' },
        { title: 'Object' },
        { title: 'Namespace' },
        { title: 'Package' },
      ],
      rows: permissions.map(({ text, kind, object, namespace, packages }) => ({
        cells: [text, kinds[kind], object, namespace || 'whole cluster', packages.join(', ')],
      })),
      empty:
        lost === 0
          ? 'it asks for none beyond its own containers'
          : 'none in what could be rendered',
      ...(permissions.length > 12 ? { search: 'permissions' } : {}),
    }),
    table({
      caption: 'Values somebody has to give',
      columns: [
        { title: 'Variable' },
        { title: 'Package' },
        { title: 'Secret' },
        { title: 'What it is' },
      ],
      rows: asked.map(({ name, package: holder, sensitive, description }) => ({
        cells: [name, holder, sensitive ? 'yes' : 'no', description ?? 'it does not say'],
      })),
      empty: 'none: every variable has a default',
    }),
    table({
      caption: 'Values that may be changed',
      columns: [
        { title: 'Variable' },
        { title: 'Package' },
        { title: 'Default' },
        { title: 'Sets' },
      ],
      rows: variables
        .filter(({ hasDefault }) => hasDefault)
        .map(({ name, package: holder, sensitive, default: value, target }) => ({
          cells: [
            name,
            holder,
            sensitive ? 'not shown' : value === undefined || value === '' ? 'empty' : value,
            target ?? 'the package',
          ],
        })),
      empty: 'none',
    }),
  );
}

/** A permission that several archives carry, a package and the bundle that holds it above all, is one. */
function mergedByText(
  list: readonly DossierPermission[],
): readonly (DossierPermission & { readonly packages: readonly string[] })[] {
  const found = new Map<string, DossierPermission & { readonly packages: readonly string[] }>();
  for (const each of list) {
    const key = JSON.stringify([each.text, each.object, each.namespace]);
    const packages = new Set([...(found.get(key)?.packages ?? []), each.package]);
    found.set(key, { ...each, packages: [...packages] });
  }
  return [...found.values()];
}

/** The same variable of a package, which a bundle carries once more, is one. */
function mergedVariables(list: readonly DossierVariable[]): readonly DossierVariable[] {
  return [
    ...new Map(
      list.map((each) => [JSON.stringify({ ...each, archive: '' }), each] as const),
    ).values(),
  ];
}
