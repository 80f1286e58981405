import { parseYamlDocument } from '../support/yaml-document.ts';
import { TemplateFault } from './helm-template-syntax.ts';
import { mergeDeep } from './merge-values.ts';
import {
  type NamedTemplates,
  namedTemplates,
  renderHelmTemplate,
  unresolved,
} from './render-helm-template.ts';
import { type WorkloadNeeds, workloadNeeds } from './workload-needs.ts';

/** A chart as it is packed, and what it is deployed with. */
export interface ChartInput {
  /** Files of the packed chart by path; the first folder is the chart's own. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Values files in their order, a later one winning. */
  readonly valuesFiles: readonly Uint8Array[];
  /** Single values that win over all files, by dotted path. */
  readonly settings: readonly { readonly path: string; readonly value: unknown }[];
  readonly releaseName: string;
  readonly namespace: string;
  /** Fills the placeholders that a deployment fills. */
  readonly substitute: (text: string) => string;
}

/** What one template of a chart asks for. */
export interface TemplateNeeds {
  /** Below the chart's folder. */
  readonly path: string;
  readonly conditional: boolean;
  readonly needs: WorkloadNeeds;
}

export interface ChartNeeds {
  readonly templates: readonly TemplateNeeds[];
  /** Templates and values that could not be read, and why. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}

type Values = Readonly<Record<string, unknown>>;

/** Renders a chart as far as it can be done here, with its subcharts, and reads what it asks of a cluster. */
export function chartNeeds(input: ChartInput): ChartNeeds {
  const unread: { path: string; reason: string }[] = [];
  const templates: TemplateNeeds[] = [];
  const [first = ''] = input.files.keys();
  const root = `${first.slice(0, first.indexOf('/'))}/`;
  const given = input.valuesFiles.reduce<Values>(
    (values, bytes, index) =>
      mergeValues(values, mapping(input.substitute(text(bytes)), `values file ${index}`)),
    {},
  );
  const values = input.settings.reduce(
    (all, { path, value }) => mergeValues(all, nested(path, value)),
    given,
  );
  // Helm looks names up over the chart and all its subcharts.
  const named = namedTemplates(
    [...input.files]
      .filter(([path]) => /\/templates\/.*\.tpl$/.test(path))
      .map(([, bytes]) => text(bytes)),
  );
  chart(root, values);
  return { templates, unread };

  function chart(folder: string, over: Values): void {
    const defaults = mapping(text(input.files.get(`${folder}values.yaml`)), `${folder}values.yaml`);
    const all = mergeValues(defaults, over);
    const { name, version, appVersion } = mapping(
      text(input.files.get(`${folder}Chart.yaml`)),
      `${folder}Chart.yaml`,
    );
    const data = {
      Values: all,
      Chart: { Name: name, Version: version, AppVersion: appVersion },
      Release: {
        Name: input.releaseName,
        Namespace: input.namespace,
        Service: 'Helm',
        IsInstall: true,
        IsUpgrade: false,
        Revision: 1,
      },
    };
    for (const path of [...input.files.keys()].sort()) {
      if (path.startsWith(`${folder}templates/`) && /\.ya?ml$/.test(path))
        template(path, data, named);
    }
    for (const name of subcharts(input.files, folder)) {
      const own = all[name];
      const global = isMapping(all['global']) ? { global: all['global'] } : {};
      if (isMapping(own) && own['enabled'] === false) continue;
      chart(`${folder}charts/${name}/`, mergeValues(global, isMapping(own) ? own : {}));
    }
  }

  function template(path: string, data: Values, known: NamedTemplates): void {
    const shown = path.slice(root.length);
    try {
      const rendered = renderHelmTemplate(text(input.files.get(path)), data, known);
      const needs = workloadNeeds(input.substitute(rendered.text));
      if (needs === undefined)
        unread.push({ path: shown, reason: 'it cannot be read without rendering it by Helm' });
      else templates.push({ path: shown, conditional: rendered.uncertain, needs });
    } catch (error) {
      if (!(error instanceof TemplateFault)) throw error;
      unread.push({ path: shown, reason: error.message });
    }
  }

  function mapping(yaml: string, path: string): Values {
    const { document, problems } = parseYamlDocument(Buffer.from(yaml));
    if (problems.some(({ severity }) => severity === 'error'))
      unread.push({ path, reason: 'it is no YAML' });
    return isMapping(document?.value) ? document.value : {};
  }
}

function subcharts(files: ReadonlyMap<string, Uint8Array>, folder: string): readonly string[] {
  const prefix = `${folder}charts/`;
  const names = [...files.keys()]
    .filter((path) => path.startsWith(prefix))
    .map((path) => path.slice(prefix.length));
  return [
    ...new Set(
      names.filter((rest) => rest.includes('/')).map((rest) => rest.slice(0, rest.indexOf('/'))),
    ),
  ].sort();
}

function mergeValues(base: Values, over: Values): Values {
  const merged = mergeDeep(base, over);
  return isMapping(merged) ? merged : base;
}

/** `a.b` as a mapping of mappings; a path with a list in it names nothing here. */
function nested(path: string, value: unknown): Values {
  if (path === '' || path.includes('[')) return {};
  const [first = '', ...rest] = path.split('.');
  return { [first]: rest.reduceRight((inner, key): unknown => ({ [key]: inner }), value) };
}

function text(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? new Uint8Array(0)).toString('utf8');
}

function isMapping(value: unknown): value is Values {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** True for what could not be told: it is shown as such, never as a name. */
export function isUnresolved(value: string): boolean {
  return value.includes(unresolved) || value.includes('###');
}
