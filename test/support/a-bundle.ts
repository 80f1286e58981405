import { generateKeyPairSync, sign } from 'node:crypto';
import type { ContainerFacts, SurveyedEntry } from '../../src/archive/survey.ts';
import type { Check } from '../../src/checks/check.ts';
import type { ArchiveFacts } from '../../src/checks/facts.ts';
import { gatherFacts } from '../../src/checks/gather-facts.ts';
import { runChecks } from '../../src/checks/run-checks.ts';
import { digestOf } from '../../src/oci/digest.ts';
import { aPackage, inShort, type PackageDraft } from './a-package.ts';

type Json = Record<string, unknown>;
type Part = 'index' | 'root' | 'manifest' | 'next-index' | 'next-definition' | 'next-manifest';

interface Held {
  readonly name: string;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly leftOut: readonly string[];
}

const layerType = 'application/vnd.zarf.layer.v1.blob';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const artifact = 'application/vnd.defenseunicorns.uds.bundle';
const title = (path: string) => ({ annotations: { 'org.opencontainers.image.title': path } });

/** A small sound bundle as facts, and ways to spoil it: `aBundle().editing('root', …).facts()`. */
export class BundleDraft {
  readonly #format: 'legacy' | 'next' | 'hybrid';
  readonly #packages: Held[] = [];
  readonly #edits: [part: Part, change: (json: Json) => Json][] = [];
  readonly #late: [path: string | RegExp, content: Buffer | undefined][] = [];
  readonly #extra: [path: string, content: Buffer][] = [];
  readonly #links: [path: string, target: string][] = [];
  readonly #nextFiles: [name: string, content: string, type: string][] = [];
  #yaml: (text: string) => string = (text) => text;
  #hcl: (text: string) => string = (text) => text;
  #fileName: string | undefined = 'uds-bundle-both-amd64-1.0.0.tar.zst';
  #container: Partial<ContainerFacts> = {};
  #unretained: RegExp | undefined;
  #claims: readonly string[] = [];
  #prefix = '';

  constructor(format: 'legacy' | 'next' | 'hybrid') {
    this.#format = format;
  }

  /** A package under a name, without the files left out. */
  holding(name: string, draft: PackageDraft = aPackage(), ...leftOut: readonly string[]): this {
    const files = new Map(
      draft
        .facts()
        .entries.map(({ path, content }): [string, Buffer] => [path, Buffer.from(content ?? '')]),
    );
    this.#packages.push({ name, files, leftOut });
    return this;
  }

  /** Rewrites uds-bundle.yaml; all digests stay right. */
  defining(change: (text: string) => string): this {
    const before = this.#yaml;
    this.#yaml = (text) => change(before(text));
    return this;
  }

  /** Rewrites bundle.uds.hcl; all digests stay right. */
  definingNext(change: (text: string) => string): this {
    const before = this.#hcl;
    this.#hcl = (text) => change(before(text));
    return this;
  }

  /** Rewrites a document on the way; what points to it follows. */
  editing(part: Part, change: (json: Json) => Json): this {
    this.#edits.push([part, change]);
    return this;
  }

  /** A further layer of the definition of a next bundle. */
  withNextFile(name: string, content: string, type = `${artifact}.values.v1+yaml`): this {
    this.#nextFiles.push([name, content, type]);
    return this;
  }

  /** The annotation that says a package was verified. */
  claiming(...names: readonly string[]): this {
    this.#claims = names;
    return this;
  }

  /** Changes entries after everything was pointed to: other content, or none. */
  tampered(path: string | RegExp, content: string | undefined): this {
    this.#late.push([path, content === undefined ? undefined : Buffer.from(content)]);
    return this;
  }

  /** An entry more. */
  with(path: string, content = 'extra'): this {
    this.#extra.push([path, Buffer.from(content)]);
    return this;
  }

  /** Turns an entry into a hard link to another. */
  linked(path: string, target: string): this {
    this.#links.push([path, target]);
    return this;
  }

  /** The archive spells every name with this in front. */
  spelt(prefix: string): this {
    this.#prefix = prefix;
    return this;
  }

  named(fileName: string | undefined): this {
    this.#fileName = fileName;
    return this;
  }

  container(container: Partial<ContainerFacts>): this {
    this.#container = { ...this.#container, ...container };
    return this;
  }

  /** Reading ended before these entries. */
  cutBefore(path: string | RegExp): this {
    return this.tampered(path, undefined).container({
      problems: [
        { code: 'ZSTD_TRUNCATED', message: 'the input ends inside a zstd frame', fatal: true },
      ],
    });
  }

  /** Entries whose content was too much to keep. */
  unread(path: RegExp): this {
    this.#unretained = path;
    return this;
  }

  entries(): readonly SurveyedEntry[] {
    if (this.#packages.length === 0) this.holding('demo');
    const files = new Map<string, Buffer>();
    const links = new Map<string, string>(this.#links);
    if (this.#format !== 'next') this.#legacy(files);
    if (this.#format !== 'legacy') this.#next(files);
    if (this.#format === 'hybrid') {
      for (const path of [...files.keys()]) {
        const own = path.replace(/^oci\//, '');
        if (own !== path && own.startsWith('blobs/') && files.has(own)) links.set(path, own);
      }
    }
    for (const [path, content] of this.#extra) files.set(path, content);
    for (const [which, content] of this.#late) {
      for (const path of [...files.keys()]) {
        if (typeof which === 'string' ? path !== which : !which.test(path)) continue;
        if (content === undefined) files.delete(path);
        else files.set(path, content);
      }
    }
    return [...files].map(([path, content]) => this.#entry(path, content, links.get(path)));
  }

  facts(): ArchiveFacts {
    const entries = this.entries();
    const container: ContainerFacts = {
      compression: 'zstd',
      size: 1000,
      tarSize: 1000,
      frames: 1,
      skippableFrames: 0,
      framesWithoutChecksum: 0,
      seekTable: 'absent',
      endBlocks: 2,
      problems: [],
      ...this.#container,
    };
    const signatures = {
      key: undefined,
      allowUnsigned: false,
      archive: undefined,
      members: new Map(),
    };
    return gatherFacts(
      { container, entries },
      { fileName: this.#fileName, signatures, budget: { policyOrigin: undefined, limits: [] } },
    );
  }

  /** Findings of one check, as `outcome severity code`, sorted. */
  judgedBy(check: Check): readonly string[] {
    return inShort(runChecks([check], this.facts()));
  }

  #legacy(files: Map<string, Buffer>): void {
    const put = blobsIn(files, '');
    const manifests = this.#packages.map((held) => ({
      held,
      ...this.#manifest(held, 'manifest', put),
    }));
    const packages = manifests.map(
      ({ held, digest }) =>
        `- name: ${held.name}\n  path: ${held.name}.tar.zst\n  ref: 1.0.0@${digest}\n`,
    );
    const text = this.#yaml(
      `kind: UDSBundle\nmetadata:\n  name: both\n  version: 1.0.0\n  architecture: amd64\nbuild:\n  terminal: builder\n  user: ci\n  architecture: amd64\n  timestamp: Thu, 01 Jan 2026 00:00:00 +0000\n  version: v0.35.1\npackages:\n${packages.join('')}`,
    );
    const definition = { mediaType: layerType, ...put(text), ...title('uds-bundle.yaml') };
    const root = this.#edited('root', {
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType: layerType, ...put('{"architecture":"amd64"}') },
      layers: [
        ...manifests.map(({ digest, size }) => ({ mediaType: layerType, digest, size })),
        definition,
      ],
    });
    const entry = {
      mediaType: manifestType,
      ...put(JSON.stringify(root)),
      annotations: { 'org.opencontainers.image.ref.name': '1.0.0' },
    };
    files.set('oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
    files.set(
      'index.json',
      Buffer.from(JSON.stringify(this.#edited('index', { schemaVersion: 2, manifests: [entry] }))),
    );
  }

  #next(files: Map<string, Buffer>): void {
    const put = blobsIn(files, 'oci/');
    // The halves of a hybrid share their manifests.
    const part = this.#format === 'hybrid' ? 'manifest' : 'next-manifest';
    const packages = this.#packages.map((held) => ({
      mediaType: manifestType,
      ...this.#manifest(held, part, put),
      annotations: {
        'uds.dev/package.name': held.name,
        ...(this.#claims.includes(held.name) ? { 'uds.dev/package-verification': 'verified' } : {}),
      },
    }));
    const blocks = this.#packages.map(
      ({ name }) => `package "${name}" {\n  source = "./${name}.tar.zst"\n}\n`,
    );
    const hcl = this.#hcl(
      `uds {\n  bundle_api_version = "uds.dev/v1alpha1"\n}\nmetadata {\n  name = "both"\n  version = "1.0.0"\n}\n${blocks.join('')}`,
    );
    const definition = this.#edited('next-definition', {
      schemaVersion: 2,
      mediaType: manifestType,
      artifactType: `${artifact}.definition.v1`,
      config: { mediaType: 'application/vnd.oci.empty.v1+json', ...put('{}') },
      layers: [
        { mediaType: `${artifact}.hcl.v1`, ...put(hcl), ...title('bundle.uds.hcl') },
        ...this.#nextFiles.map(([name, content, mediaType]) => ({
          mediaType,
          ...put(content),
          ...title(name),
        })),
      ],
    });
    const entry = {
      mediaType: manifestType,
      ...put(JSON.stringify(definition)),
      artifactType: `${artifact}.definition.v1`,
    };
    const index = this.#edited('next-index', {
      schemaVersion: 2,
      artifactType: `${artifact}.v1`,
      manifests: [entry, ...packages],
      annotations: { 'uds.dev/architecture': 'amd64' },
    });
    files.set('oci/oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
    files.set('oci/index.json', Buffer.from(`${JSON.stringify(index, null, 2)}\n`));
  }

  #manifest(
    { files, leftOut }: Held,
    part: Part,
    put: ReturnType<typeof blobsIn>,
  ): { readonly digest: string; readonly size: number } {
    const layers = [...files]
      .filter(([path]) => part === 'manifest' || !leftOut.includes(path))
      .map(([path, content]) => {
        const absent = leftOut.includes(path);
        return {
          mediaType: layerType,
          ...(absent ? { digest: digestOf(content), size: content.length } : put(content)),
          ...title(path),
        };
      });
    const config = {
      mediaType: 'application/vnd.zarf.config.v1+json',
      ...put('{"kind":"ZarfPackageConfig"}'),
    };
    return put(
      JSON.stringify(
        this.#edited(part, { schemaVersion: 2, mediaType: manifestType, config, layers }),
      ),
    );
  }

  #edited(part: Part, json: Json): Json {
    return this.#edits
      .filter(([which]) => which === part)
      .reduce((value, [, change]) => change(value), json);
  }

  #entry(path: string, content: Buffer, target: string | undefined): SurveyedEntry {
    if (target !== undefined)
      return {
        name: this.#prefix + path,
        path,
        type: 'hardlink',
        mode: 0o644,
        size: 0,
        linkTarget: target,
      };
    const kept = this.#unretained?.test(path) === true ? {} : { content };
    return {
      name: this.#prefix + path,
      path,
      type: 'file',
      mode: 0o644,
      size: content.length,
      digest: digestOf(content),
      head: content.subarray(0, 16),
      ...kept,
    };
  }
}

function blobsIn(
  files: Map<string, Buffer>,
  prefix: string,
): (content: string | Buffer) => { readonly digest: string; readonly size: number } {
  return (content) => {
    const bytes = Buffer.from(content);
    const digest = digestOf(bytes);
    files.set(`${prefix}blobs/sha256/${digest.slice(7)}`, bytes);
    return { digest, size: bytes.length };
  };
}

/** A bundle `both` 1.0.0 for amd64; without further words it holds one package, `demo`. */
export function aBundle(format: 'legacy' | 'next' | 'hybrid' = 'legacy'): BundleDraft {
  return new BundleDraft(format);
}

/** A package that is signed by a key made on the spot, and that key in PEM. */
export function aSignedPackage(): {
  readonly draft: PackageDraft;
  readonly pem: string;
  /** The same signature in the old form. */
  readonly older: string;
} {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const draft = aPackage().defining((text) =>
    text.replace('  version: v0.84.0', '  version: v0.84.0\n  signed: true'),
  );
  const definition = draft.facts().packages[0]?.definitionBytes ?? new Uint8Array(0);
  const older = sign('sha256', definition, privateKey).toString('base64');
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      publicKey: { hint: '' },
      tlogEntries: [],
      timestampVerificationData: { rfc3161Timestamps: [] },
    },
    messageSignature: {
      messageDigest: {
        algorithm: 'SHA2_256',
        digest: Buffer.from(digestOf(definition).slice(7), 'hex').toString('base64'),
      },
      signature: older,
    },
  };
  return {
    older,
    draft: draft.with('zarf.bundle.sig', JSON.stringify(bundle)),
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
  };
}
