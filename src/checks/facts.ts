import type { NestedFiles } from '../archive/nested-files.ts';
import type { ContainerFacts, SurveyedEntry } from '../archive/survey.ts';
import type { Descriptor } from '../oci/descriptor.ts';
import type { Digest } from '../oci/digest.ts';
import type { ImageLabels } from '../oci/image-labels.ts';
import type { SbomPolicy } from '../policy/sbom/sbom-policy.ts';
import type { AcceptedItem } from '../policy/trust/accepted-record.ts';
import type { ApprovalDecision } from '../policy/trust/judge-approvals.ts';
import type { ObjectDecision } from '../policy/trust/judge-object.ts';
import type { TrustResult } from '../policy/trust/trust-result.ts';
import type { RefusedSignature, TrustedKey } from '../ports/signature-judge.ts';
import type { DocumentProblem } from '../support/document-problem.ts';
import type { ParsedBundleDefinition } from '../uds/bundle.ts';
import type { ParsedPackageDefinition } from '../zarf/definition.ts';
import type { PartsFacts } from './parts-facts.ts';
import type { ProvenanceFacts } from './provenance-facts.ts';
import type { SbomFacts } from './sbom-facts.ts';

export type ArchiveFormat = 'zarf-package' | 'uds-legacy' | 'uds-next' | 'uds-hybrid' | 'unknown';

/** Everything the checks may know about one archive. Plain values, gathered after the pass. */
export interface ArchiveFacts {
  readonly identity: IdentityFacts;
  readonly container: ContainerFacts;
  readonly entries: readonly SurveyedEntry[];
  /** The package itself, or every package of a bundle. */
  readonly packages: readonly PackageFacts[];
  readonly bundle: BundleFacts | undefined;
  readonly signatures: SignatureFacts;
  readonly budget: BudgetFacts;
  /** What the policy demands of SBOMs; undefined: nothing. */
  readonly sbomRules?: SbomRuleFacts | undefined;
  /** Where the archive lies in parts; undefined where it is in one piece. */
  readonly parts?: PartsFacts | undefined;
  /** What lies with it about how it was made; undefined where nobody looked. */
  readonly provenance?: ProvenanceFacts | undefined;
}
export type FactName = keyof ArchiveFacts;

export interface IdentityFacts {
  readonly format: ArchiveFormat;
  /** File name without folders; undefined on standard input. */
  readonly fileName: string | undefined;
}

/** One file of a package wherever it is carried: a tar entry, or a blob of a bundle. */
export interface PackageFile {
  /** Path inside the package. */
  readonly path: string;
  /** Of the bytes present; undefined when the file is named (by a manifest) but absent. */
  readonly digest: Digest | undefined;
  /** Bytes present. */
  readonly size: number;
  /** Digest and size that the package manifest of a bundle promises. */
  readonly declared: { readonly digest: string; readonly size: number } | undefined;
  readonly content: Uint8Array | undefined;
  readonly head: Uint8Array | undefined;
  /** Of a tar: what was kept of its files. */
  readonly nested?: NestedFiles | undefined;
}

export interface PackageFacts {
  /** Name for findings: the package's own name, or `bundle package name`. */
  readonly label: string;
  readonly definition: ParsedPackageDefinition | undefined;
  readonly definitionBytes: Uint8Array | undefined;
  /** By path; directories left out. */
  readonly files: ReadonlyMap<string, PackageFile>;
  readonly checksums: ChecksumsFacts | undefined;
  readonly images: ImageLayoutFacts | undefined;
  /** `sboms.tar`; undefined where there is none. @see imageSboms, for the packages of an image */
  readonly sboms?: SbomFacts | undefined;
  /** `zarf.bundle.sig` or `zarf.yaml.sig`. */
  readonly signatureFile: string | undefined;
  /** As part of a bundle: its manifest. */
  readonly manifest: { readonly digest: Digest; readonly present: boolean } | undefined;
  /**
   * In a bundle: paths (tars of components, image blobs) that only components need which the bundle
   * does not select. They may be absent, whatever checksums.txt and the image layout say. Undefined: none.
   */
  readonly leftOut?: ReadonlySet<string>;
}

export interface ChecksumsFacts {
  /** Digest of the file as it is, lower-case hex. */
  readonly actual: string;
  readonly lines: readonly { readonly hex: string; readonly path: string; readonly line: number }[];
  readonly problems: readonly DocumentProblem[];
}

/** `images/` of a package: the OCI layout, followed from index.json as far as documents were kept. */
export interface ImageLayoutFacts {
  readonly layoutPresent: boolean;
  readonly layoutVersion: string | undefined;
  readonly problems: readonly {
    readonly code: string;
    readonly subject: string;
    readonly message: string;
  }[];
  readonly roots: readonly LayoutRoot[];
  /** Hex of blobs under images/blobs/sha256 that nothing reaches. */
  readonly unreferenced: readonly string[];
  /** Blobs that are named but not there. */
  readonly missing: readonly Descriptor[];
  /** Documents that were too large to keep: judged undecided. */
  readonly unread: readonly Descriptor[];
}

export interface LayoutRoot {
  readonly descriptor: Descriptor;
  /** `ref.name`, else `base.name`; undefined for untagged children. */
  readonly name: string | undefined;
  readonly manifests: readonly ImageManifestFacts[];
}

export interface ImageManifestFacts {
  readonly descriptor: Descriptor;
  readonly config: Descriptor | undefined;
  readonly layers: readonly Descriptor[];
  readonly platform:
    | { readonly os: string | undefined; readonly architecture: string | undefined }
    | undefined;
  readonly diffIds: readonly string[] | undefined;
  /** What it says of itself; undefined where its config was not kept or is none of an image. */
  readonly labels?: ImageLabels | undefined;
  /** Bytes of config and layers. */
  readonly size: number;
}

export interface BundleFacts {
  readonly format: 'legacy' | 'next' | 'hybrid';
  readonly definition: ParsedBundleDefinition | undefined;
  /** In a hybrid: the definition of the next half. */
  readonly nextDefinition: ParsedBundleDefinition | undefined;
  readonly rootDigest: Digest | undefined;
  /** Problems of the tree of blobs, each already worded: missing, wrong digest, wrong size, titles, media types. */
  readonly problems: readonly BundleProblem[];
  readonly missing: readonly string[];
  readonly unreferenced: readonly string[];
  /** What each half says of its packages, in the order of its definition, then those no definition names. */
  readonly members?: readonly BundleMember[];
  /** The architecture the bundle names; that of the legacy half in a hybrid. */
  readonly architecture?: string;
  /** Legacy: blob of `uds-bundle.yaml`. Next: definition manifest. As promised by what points to it. */
  readonly definitionDigest?: Digest;
  /** `oci/index.json` of a next bundle or of the next half of a hybrid: the signed bytes. */
  readonly nextIndexDigest?: Digest;
}

/** A package as one half of a bundle carries it. */
export interface BundleMember {
  readonly half: 'legacy' | 'next';
  /** Its name in the bundle, which need not be the package's own. */
  readonly name: string;
  /** Label of its `PackageFacts`; undefined when its manifest is not there or cannot be read. */
  readonly label: string | undefined;
  /** Of the package manifest that is pinned; undefined where nothing pins it. */
  readonly digest: Digest | undefined;
  /** JSON pointer of its entry in the definition; undefined when no definition names it. */
  readonly pointer: string | undefined;
  /** Annotation that claims the package's signature was checked when the bundle was made. */
  readonly claimsVerified: boolean;
}

export interface BundleProblem {
  readonly code: string;
  /** `undecided`: of a format newer than we know, or not read to its end. Default `fail`. */
  readonly outcome?: 'fail' | 'undecided';
  readonly subject: string;
  readonly digest?: Digest;
  readonly message: string;
  readonly severity: 'error' | 'warning' | 'note';
  /** @see Result.restsOn */
  readonly restsOn?: string;
}

export interface SignatureFacts {
  readonly key: TrustedKey | undefined;
  readonly allowUnsigned: boolean;
  /** The archive's own signature: inside a package, beside a legacy bundle, `uds.bundle.sig` in a next bundle, or a release statement that lists it. */
  readonly archive: ArchiveSignature | undefined;
  /** Of packages inside a bundle, by label. */
  readonly members: ReadonlyMap<string, ArchiveSignature>;
  /** What is believed, and why. Undefined: nobody was trusted. */
  readonly trust?: TrustFacts;
}

/** What judging trust decided of an archive and of everything in it. */
export interface TrustFacts {
  readonly results: readonly TrustResult[];
  /** The bundle, its packages, their images, in this order. */
  readonly objects: readonly ObjectDecision[];
  /** As a record of what was accepted would hold it; only of what is believed. */
  readonly item?: AcceptedItem;
  /** Approvals that lie beside it, and what became of each; undefined: there are none. */
  readonly approvals?: readonly ApprovalDecision[];
  /** Signed times that were verified, UTC, ISO 8601. */
  readonly times: readonly string[];
}

export interface ArchiveSignature {
  /** Where it was found. */
  readonly location: string;
  readonly kind: 'zarf-bundle' | 'zarf-legacy' | 'uds-bundle' | 'detached' | 'release-statement';
  /** What it covers, in words: "zarf.yaml and through it every file". */
  readonly covers: string;
  readonly result:
    | {
        readonly outcome: 'valid';
        readonly fingerprint: string;
        readonly warnings: readonly string[];
      }
    | RefusedSignature
    | undefined;
}

export interface SbomRuleFacts extends SbomPolicy {
  /** When their age is judged; undefined: nobody said. */
  readonly at: Date | undefined;
}

export interface BudgetFacts {
  readonly policyOrigin: string | undefined;
  readonly limits: readonly {
    readonly kind: 'image' | 'package' | 'bundle';
    readonly pattern: string;
    readonly minBytes?: number;
    readonly maxBytes?: number;
  }[];
}
