import type { ApkPackage } from './catalogers/apk-database.ts';
import type { DpkgPackage } from './catalogers/dpkg-database.ts';
import type { GoBuildInfo } from './catalogers/go-build-info.ts';
import type { ModelConfig, ModelFacts } from './catalogers/model-facts.ts';
import type { NpmManifest } from './catalogers/npm-manifest.ts';
import type { PythonMetadata } from './catalogers/python-metadata.ts';
import type { RpmPackage } from './catalogers/rpm-header.ts';
import type { OwnedFile } from './owned-file.ts';

/** What one file of a layer told the cataloger that took it. */
export type FileFacts =
  | { readonly kind: 'dpkg-status'; readonly packages: readonly DpkgPackage[] }
  | { readonly kind: 'dpkg-files'; readonly files: readonly OwnedFile[] }
  | { readonly kind: 'dpkg-copyright'; readonly licences: readonly string[] }
  | { readonly kind: 'apk-installed'; readonly packages: readonly ApkPackage[] }
  | { readonly kind: 'rpm-database'; readonly packages: readonly RpmPackage[] }
  | { readonly kind: 'python-metadata'; readonly metadata: PythonMetadata }
  | { readonly kind: 'python-files'; readonly files: readonly string[] }
  | { readonly kind: 'npm-manifest'; readonly manifest: NpmManifest }
  | { readonly kind: 'go-binary'; readonly info: GoBuildInfo }
  | { readonly kind: 'native-library' }
  | { readonly kind: 'model'; readonly model: ModelFacts }
  | { readonly kind: 'model-config'; readonly config: ModelConfig }
  | { readonly kind: 'model-card'; readonly licence: string }
  | { readonly kind: 'os-release'; readonly fields: Readonly<Record<string, string>> }
  | { readonly kind: 'uncovered'; readonly ecosystem: string }
  | { readonly kind: 'fault'; readonly message: string };

/** One file that a cataloger took. */
export interface TakenFile {
  readonly path: string;
  readonly cataloger: string;
  readonly facts: FileFacts;
  /** SHA-256 of the content in hex, where the whole of it was read. */
  readonly sha256?: string;
}

/** Everything an inventory needs of one layer; the same for every image that holds it. Plain data. */
export interface LayerFacts {
  /** Entries of the tar. */
  readonly entries: number;
  /** Bytes of the plain tar. */
  readonly bytes: number;
  /** Every path that is no directory, in the order of the tar. */
  readonly paths: readonly string[];
  /** Paths this layer removes. */
  readonly whiteouts: readonly string[];
  /** Directories whose lower content this layer hides. */
  readonly opaque: readonly string[];
  /** Links that lead to evidence, by path. */
  readonly links: Readonly<Record<string, string>>;
  /** Programs and libraries in machine code. */
  readonly binaries: readonly string[];
  readonly files: readonly TakenFile[];
}
