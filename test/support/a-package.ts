import { constants, zstdCompressSync } from 'node:zlib';
import type { ContainerFacts, SurveyedEntry } from '../../src/archive/survey.ts';
import type { Check, Finding } from '../../src/checks/check.ts';
import type { ArchiveFacts, PackageFile } from '../../src/checks/facts.ts';
import { gatherFacts } from '../../src/checks/gather-facts.ts';
import { gatherPackage } from '../../src/checks/package-facts.ts';
import { runChecks } from '../../src/checks/run-checks.ts';
import { mediaTypes } from '../../src/oci/descriptor.ts';
import { digestOf, hexOf } from '../../src/oci/digest.ts';
import { encodeEntry } from './hostile-tar.ts';

const containerOf = (size: number): ContainerFacts => ({
  compression: 'zstd',
  size,
  tarSize: size,
  frames: 1,
  skippableFrames: 0,
  framesWithoutChecksum: 0,
  seekTable: 'absent',
  endBlocks: 2,
  problems: [],
});
const unlisted = ['zarf.yaml', 'checksums.txt', 'zarf.bundle.sig', 'zarf.yaml.sig'];
const gzip = Buffer.from([0x1f, 0x8b, 8, 0]);

/** An image to put into a package; whatever is not given is sound. */
export interface ImageDraft {
  readonly name?: string;
  readonly refName?: string | null;
  readonly baseName?: string | null;
  readonly architecture?: string;
  readonly os?: string;
  readonly platform?: { readonly os: string; readonly architecture: string };
  readonly layers?: readonly {
    readonly content: Buffer;
    readonly mediaType: string;
    readonly size?: number;
  }[];
  readonly diffIds?: readonly string[];
  readonly configType?: string;
  readonly manifestType?: string;
}

/** A small sound package as facts, and ways to spoil it. `aPackage().without('components/note.tar').facts()` */
export class PackageDraft {
  readonly #files = new Map<string, Buffer>();
  readonly #late: [path: string, content: Buffer | undefined][] = [];
  readonly #roots: Record<string, unknown>[] = [];
  readonly #images: string[] = [];
  #definition: (text: string) => string = (text) => text;
  #fileName: string | undefined = 'zarf-package-demo-amd64-1.0.0.tar.zst';
  #container: Partial<ContainerFacts> = {};
  #unretained: readonly string[] = [];
  #seen: (path: string) => boolean = () => true;

  constructor() {
    this.#files.set('components/note.tar', Buffer.from('note/files/0/note.txt'));
  }

  /** A file that checksums.txt will list. */
  with(path: string, content: string | Buffer): this {
    this.#files.set(path, Buffer.from(content));
    return this;
  }

  without(path: string): this {
    this.#files.delete(path);
    return this;
  }

  /** Changes the archive after checksums.txt was made: other content, or none. */
  tampered(path: string, content: string | Buffer | undefined): this {
    this.#late.push([path, content === undefined ? undefined : Buffer.from(content)]);
    return this;
  }

  /** Rewrites zarf.yaml; the checksum in it stays right. */
  defining(change: (text: string) => string): this {
    const before = this.#definition;
    this.#definition = (text) => change(before(text));
    return this;
  }

  /** Adds an image to index.json and, by its name, to the definition. */
  image(image: ImageDraft = {}): this {
    const {
      name = 'docker.io/library/demo:1.0',
      refName = name,
      baseName = name,
      architecture = 'amd64',
      os = 'linux',
    } = image;
    const layers = image.layers ?? [
      { content: Buffer.concat([gzip, Buffer.from(name)]), mediaType: mediaTypes.ociLayerGzip },
    ];
    const descriptors = layers.map(({ content, mediaType, size }) => ({
      ...this.#blob(content, mediaType),
      ...(size === undefined ? {} : { size }),
    }));
    const diffIds = image.diffIds ?? layers.map(({ content }) => digestOf(content));
    const config = this.#blob(
      Buffer.from(
        JSON.stringify({ architecture, os, rootfs: { type: 'layers', diff_ids: diffIds } }),
      ),
      image.configType ?? mediaTypes.ociConfig,
    );
    const mediaType = image.manifestType ?? mediaTypes.ociManifest;
    const manifest = this.#blob(
      Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: descriptors })),
      mediaType,
    );
    const annotations = {
      ...(refName === null ? {} : { 'org.opencontainers.image.ref.name': refName }),
      ...(baseName === null ? {} : { 'org.opencontainers.image.base.name': baseName }),
    };
    this.#roots.push({
      ...manifest,
      annotations,
      ...(image.platform === undefined ? {} : { platform: image.platform }),
    });
    this.#images.push(name);
    return this;
  }

  /** Puts all images so far behind one index under one name; their own names go. */
  asIndex(name: string): this {
    const children = this.#roots.splice(0).map(({ annotations: _, ...child }) => child);
    this.#images.splice(0, this.#images.length, name);
    const index = this.#blob(
      Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: children }),
      ),
      mediaTypes.ociIndex,
    );
    this.#roots.push(
      {
        ...index,
        annotations: {
          'org.opencontainers.image.ref.name': name,
          'org.opencontainers.image.base.name': name,
        },
      },
      ...children,
    );
    return this;
  }

  /** A raw descriptor in index.json. */
  root(descriptor: Record<string, unknown>): this {
    this.#roots.push(descriptor);
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

  /** Reading ended before these paths, or before everything. */
  cutBefore(...paths: readonly string[]): this {
    this.#seen = (path) => paths.length > 0 && !paths.includes(path);
    return this.container({
      problems: [
        { code: 'ZSTD_TRUNCATED', message: 'the input ends inside a zstd frame', fatal: true },
      ],
    });
  }

  /** Content that was too much to keep. */
  unread(...paths: readonly string[]): this {
    this.#unretained = paths;
    return this;
  }

  /** Path of the blob that holds this text. */
  blobWith(text: string): string {
    for (const [path, content] of this.#files)
      if (path.startsWith('images/blobs/') && content.includes(text)) return path;
    throw new Error(`no blob holds ${text}`);
  }

  facts(): ArchiveFacts {
    const entries = [...this.#contents()]
      .filter(([path]) => this.#seen(path))
      .map(([path, content]) => this.#entry(path, content));
    const container = { ...containerOf(entries.length), ...this.#container };
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

  /** The package as bytes: one zstd frame, no folders. */
  archive(): { readonly fileName: string; readonly bytes: Buffer } {
    const entries = [...this.#contents()].map(([name, content]) =>
      encodeEntry({ name, type: 'file', mode: 0o644, link: '', content }),
    );
    const tar = Buffer.concat([...entries, Buffer.alloc(1024)]);
    const params = { [constants.ZSTD_c_checksumFlag]: 1 };
    const bytes = zstdCompressSync(tar, { params, pledgedSrcSize: tar.length });
    return { fileName: this.#fileName ?? '-', bytes };
  }

  /** The same package inside a bundle that left these paths out. */
  inBundle(...leftOut: readonly string[]): ArchiveFacts {
    const files = new Map<string, PackageFile>();
    for (const [path, bytes] of this.#contents()) {
      const { digest, size, content, head } = this.#entry(path, bytes);
      const declared = { digest: digest ?? '', size };
      files.set(
        path,
        leftOut.includes(path)
          ? { path, digest: undefined, size: 0, declared, content: undefined, head: undefined }
          : { path, digest, size, declared, content, head },
      );
    }
    const facts = this.facts();
    return {
      ...facts,
      identity: { format: 'uds-legacy', fileName: 'uds-bundle-demo-amd64-1.0.0.tar.zst' },
      packages: [gatherPackage('demo', files, { digest: digestOf('manifest'), present: true })],
    };
  }

  /** Findings of one check, as `outcome severity code`, sorted; the code only where there is one. */
  judgedBy(check: Check): readonly string[] {
    return inShort(runChecks([check], this.facts()));
  }

  #contents(): ReadonlyMap<string, Buffer> {
    const files = new Map(this.#files);
    if (this.#roots.length > 0) {
      if (!files.has('images/oci-layout'))
        files.set('images/oci-layout', Buffer.from('{"imageLayoutVersion":"1.0.0"}'));
      if (!files.has('images/index.json'))
        files.set(
          'images/index.json',
          Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: this.#roots })),
        );
    }
    const lines = [...files]
      .filter(([path]) => !unlisted.includes(path))
      .map(([path, content]) => `${hexOf(digestOf(content))} ${path}\n`);
    const checksums = files.get('checksums.txt') ?? Buffer.from(lines.sort().join('') || '\n');
    files.set('checksums.txt', checksums);
    const images = this.#images.map((name) => `\n      - ${name}`).join('');
    const text = `kind: ZarfPackageConfig
metadata:
  name: demo
  version: 1.0.0
  architecture: amd64
  aggregateChecksum: "${hexOf(digestOf(checksums))}"
build:
  architecture: amd64
  timestamp: Sat, 21 Nov 2026 04:12:06 +0000
  version: v0.84.0
components:
  - name: note
    required: true
    files:
      - source: note.txt
        target: note.txt${images === '' ? '' : `\n    images:${images}`}
`;
    if (!files.has('zarf.yaml')) files.set('zarf.yaml', Buffer.from(this.#definition(text)));
    for (const [path, content] of this.#late) {
      if (content === undefined) files.delete(path);
      else files.set(path, content);
    }
    return files;
  }

  #blob(
    content: Buffer,
    mediaType: string,
  ): { readonly mediaType: string; readonly digest: string; readonly size: number } {
    const digest = digestOf(content);
    this.#files.set(`images/blobs/sha256/${hexOf(digest)}`, content);
    return { mediaType, digest, size: content.length };
  }

  #entry(path: string, content: Buffer): SurveyedEntry {
    const kept = this.#unretained.includes(path) ? {} : { content };
    return {
      name: path,
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

/** A package `demo` 1.0.0 for amd64 with one component that brings a file; no images. */
export function aPackage(): PackageDraft {
  return new PackageDraft();
}

/** Findings as `outcome severity code`, sorted. */
export function inShort(findings: readonly Finding[]): readonly string[] {
  return findings
    .map(({ outcome, severity, code }) =>
      [
        outcome,
        ...(outcome === 'fail' ? [severity] : []),
        ...(code === undefined ? [] : [code]),
      ].join(' '),
    )
    .sort();
}
