import { posix } from 'node:path';
import type { Capabilities } from '../helm/capabilities.ts';
import { TemplateFailure, type TemplatePlace, TemplateUndecided } from '../helm/template-fault.ts';
import { capabilitiesOf, type TargetCluster, targetCluster } from '../lint/target-cluster.ts';
import type { ChartRenderer } from '../ports/chart-renderer.ts';
import type { Run } from '../support/run.ts';
import { TextLines } from '../support/text-lines.ts';
import { definedApiVersions } from '../zarf/defined-kinds.ts';
import type { ChartEntry, ManifestEntry, PackageDefinition } from '../zarf/definition.ts';
import {
  type DeployedObject,
  type ObjectOrigin,
  type ObjectPlace,
  readObjects,
} from '../zarf/deployed-object.ts';
import type { DeployedWith } from '../zarf/deployed-with.ts';
import { embeddedRenderer } from '../zarf/embedded-renderer.ts';
import { type Fill, fillPlaceholders, offsetBefore } from '../zarf/placeholders.ts';
import type { UnreadFile } from '../zarf/rendered-chart.ts';
import { fillTemplate, mappedValues, type ZarfValues } from '../zarf/zarf-values.ts';

/** A file and the name that findings give it. */
export interface NamedFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface ChartToRender {
  readonly component: string;
  readonly chart: ChartEntry;
  /** Name of the chart's folder for findings. */
  readonly folder: string;
  /** Below that folder, packed subcharts opened. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly valuesFiles: readonly NamedFile[];
  readonly templatedValuesFiles: readonly NamedFile[];
}

/** What is rendered with. */
export interface RenderingContext {
  readonly definition: PackageDefinition;
  /** `values.files` of the package, merged; `unread`: there are some, and what takes of them cannot be told. */
  readonly zarfValues?: Readonly<Record<string, unknown>> | 'unread';
  /** Nothing but the package's defaults without. */
  readonly deployed?: DeployedWith;
  /** The embedded one without. */
  readonly renderer?: ChartRenderer;
  /** Before anything of the package is there; that of the default profile without. */
  readonly cluster?: TargetCluster;
  /** API versions that packages before it define: `group/version`, `group/version/Kind`. */
  readonly definedBefore?: readonly string[];
}

/** What could not be read, and for which component. */
export type UnreadOf = UnreadFile & { readonly component: string };

/**
 * Collects the objects of a package, chart by chart and manifest by manifest, in the values that count: defaults
 * of the chart, values files of the package, its variables and values, and what a bundle sets.
 */
export class RenderedDeployment {
  readonly objects: DeployedObject[] = [];
  readonly unread: UnreadOf[] = [];
  /** Functions whose results differ every time. */
  readonly volatile = new Set<string>();
  readonly #deployed: DeployedWith;
  readonly #renderer: ChartRenderer;
  readonly #fill: Fill;
  readonly #values: ZarfValues;
  /** Whether values of the package are missing, so that whatever takes of them would be another thing. */
  readonly #valuesLost: boolean;
  readonly #cluster: Capabilities;

  constructor({
    definition,
    zarfValues = {},
    deployed = {},
    renderer = embeddedRenderer,
    cluster = targetCluster(),
    definedBefore = [],
  }: RenderingContext) {
    const { apiVersions } = cluster;
    this.#cluster = capabilitiesOf({
      ...cluster,
      apiVersions: [...new Set([...apiVersions, ...definedBefore])],
    });
    this.#deployed = deployed;
    this.#renderer = renderer;
    this.#fill = fillPlaceholders(definition, deployed.variables, deployed.open);
    const variables = new Map(deployed.variables);
    for (const { name, default: own } of definition.variables ?? [])
      if (own !== undefined && !variables.has(name)) variables.set(name, own);
    for (const name of deployed.open ?? []) variables.delete(name);
    this.#valuesLost = zarfValues === 'unread';
    this.#values = { values: zarfValues === 'unread' ? {} : zarfValues, variables, definition };
  }

  /** The namespace a chart or manifest of the package goes to. */
  namespaceOf(component: string, entry: Pick<ChartEntry, 'name' | 'namespace'>): string {
    const own = this.#deployed.charts?.get(`${component}/${entry.name}`)?.namespace;
    return own ?? this.#deployed.namespace ?? (entry.namespace || 'default');
  }

  note(unread: UnreadOf): void {
    this.unread.push(unread);
  }

  async takeChart(given: ChartToRender, run: Run): Promise<void> {
    const { component, chart, folder, files } = given;
    const over = this.#deployed.charts?.get(`${component}/${chart.name}`);
    for (const reason of over?.unknown ?? [])
      this.note({ path: folder, component, reason, fails: false });
    if (this.#valuesLost && takesValues(given)) return;
    const unreadBefore = this.unread.length;
    const templated = given.templatedValuesFiles.map(({ path, bytes }) => {
      const text = Buffer.from(bytes).toString('utf8');
      const filled = this.#tried(path, component, () => fillTemplate(text, path, this.#values));
      return Buffer.from(filled?.text ?? '');
    });
    const mapped = this.#tried(folder, component, () => mappedValues(chart, this.#values));
    // With a part of its values it would be another chart.
    if (this.unread.length > unreadBefore) return;
    const namespace = this.namespaceOf(component, chart);
    const rendered = await this.#renderer.render(
      {
        files: new Map([...files].map(([path, bytes]) => [`chart/${path}`, bytes])),
        valuesFiles: [...given.valuesFiles.map(({ bytes }) => bytes), ...templated],
        mapped: mapped ?? [],
        settings: over?.settings ?? [],
        releaseName: chart.releaseName || chart.name,
        namespace,
        cluster: this.#clusterNow(),
        fill: this.#fill,
        judgeValues: chart.schemaValidation !== false,
      },
      run,
    );
    for (const name of rendered.volatile) this.volatile.add(name);
    for (const file of rendered.unread)
      this.note({
        ...file,
        path: given.valuesFiles[file.valuesFile ?? -1]?.path ?? posix.join(folder, file.path),
        component,
        // What a bundle sets only at deployment may be what is missing.
        fails: file.fails && (over?.unknown ?? []).length === 0,
      });
    for (const { text, path, written } of rendered.files)
      this.#take(text, {
        component,
        source: posix.join(folder, path),
        namespace,
        written: (at) => placeBelow(folder, path, written?.(at)),
      });
  }

  takeManifest(component: string, manifest: ManifestEntry, { path, bytes }: NamedFile): void {
    const authored = Buffer.from(bytes).toString('utf8');
    const { template = false } = manifest;
    if (this.#valuesLost && template && authored.includes('{{')) return;
    const made = template
      ? this.#tried(path, component, () => fillTemplate(authored, path, this.#values))
      : { text: authored, writtenBy: undefined };
    if (made === undefined) return;
    const filled = this.#fill(made.text);
    const [before, now] = [new TextLines(made.text), new TextLines(filled.text)];
    this.#take(filled.text, {
      component,
      source: path,
      namespace: this.namespaceOf(component, manifest),
      written: (at) => {
        const offset = offsetBefore(filled, now.offsetOf(at));
        return made.writtenBy === undefined
          ? before.placeAt(offset)
          : placeBelow('', path, made.writtenBy(offset));
      },
    });
  }

  /** With the kinds that what was deployed before defines. */
  #clusterNow(): Capabilities {
    const defined = this.objects.flatMap(definedApiVersions);
    if (defined.length === 0) return this.#cluster;
    const { apiVersions } = this.#cluster;
    return { ...this.#cluster, apiVersions: [...new Set([...apiVersions, ...defined])] };
  }

  #take(text: string, origin: ObjectOrigin): void {
    const read = readObjects(text, origin);
    if (read !== undefined) this.objects.push(...read);
    else
      this.note({
        path: origin.source,
        component: origin.component,
        reason: 'what it renders to is no YAML',
        fails: true,
      });
  }

  #tried<T>(path: string, component: string, make: () => T): T | undefined {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof TemplateFailure || error instanceof TemplateUndecided)) throw error;
      const { place, message } = error;
      const at = place === undefined ? {} : { line: place.line, column: place.column };
      const fails = error instanceof TemplateFailure;
      this.note({ path, component, reason: message, fails, ...at });
      return undefined;
    }
  }
}

/** Whether values of the package go into what a chart is rendered with. */
function takesValues({ chart, templatedValuesFiles }: ChartToRender): boolean {
  return (
    (chart.values ?? []).length > 0 ||
    templatedValuesFiles.some(({ bytes }) => Buffer.from(bytes).includes('{{'))
  );
}

/** A place as objects have it: its file is told where it is not the template at hand. */
function placeBelow(
  folder: string,
  path: string,
  { file, line, column }: TemplatePlace = { file: path, line: 1, column: 1 },
): ObjectPlace {
  return { ...(file === path ? {} : { file: posix.join(folder, file) }), line, column };
}
