import type { ReleaseLock } from '../config/lock.ts';
import type { ReleaseDefinition, ReleaseFlavor } from '../config/release-definition.ts';
import type { ImageLabels } from '../oci/image-labels.ts';
import type { SizeBudget } from '../policy/policy.ts';
import type { UdsBundle, UdsPackage } from '../uds/bundle.ts';
import type { DeployedPackage, Place, PlacedDocument } from './deployed-package.ts';
import type { PreviousRelease } from './previous-release.ts';

/** A package as a bundle deploys it. */
export interface BundledPackage {
  readonly entry: UdsPackage;
  /** JSON pointer of the entry. */
  readonly pointer: string;
  /** With the bundle's overrides and variables put in; undefined where its definition was not found or cannot be read. */
  readonly package: DeployedPackage | undefined;
}

/** A bundle definition with what it deploys. */
export interface DeployedBundle {
  readonly file: string;
  readonly definition: UdsBundle;
  /** Flavor of the release it is made for; undefined where no release names it. */
  readonly flavor: ReleaseFlavor | undefined;
  /** `uds-config.yaml` beside it. */
  readonly config: PlacedDocument | undefined;
  readonly packages: readonly BundledPackage[];
  at(pointer: string): Place;
}

/** What is known of sizes before anything is built. */
export interface ReleaseBudget {
  readonly limits: readonly SizeBudget[];
  /** Sizes of images, from the lock file. */
  readonly lock: ReleaseLock | undefined;
  /** Release to measure growth against. */
  readonly previous: PreviousRelease | undefined;
}

/** An image that is at hand, with what it says of itself. */
export interface OwnImage extends ImageLabels {
  readonly reference: string;
  /** What it stands on may say more. */
  readonly inherits?: boolean;
  /** Where it is defined; undefined for one of an archive. */
  readonly place?: Place;
}

/** Everything that is released together: of a folder of definitions, or of a finished archive. */
export interface DeployedRelease {
  /** What was looked at, for findings about the whole. */
  readonly label: string;
  /** `cowa-release.yaml`; undefined where there is none. */
  readonly definition: ReleaseDefinition | undefined;
  readonly definitionAt: ((pointer: string) => Place) | undefined;
  /** Each package in each flavor, as it is by itself. */
  readonly packages: readonly DeployedPackage[];
  readonly bundles: readonly DeployedBundle[];
  /** Texts that are shipped or read by people, by path: documents, workflows, definitions. Undefined in an archive. */
  readonly documents: ReadonlyMap<string, string> | undefined;
  /** Every file below the folder that was looked at, by path; undefined in an archive. */
  readonly files?: ReadonlySet<string>;
  /** That folder; whatever `files` lacks outside of it may be there. The current one without. */
  readonly root?: string;
  /** Images that are put together here, lie here as OCI layouts, or in the archive. */
  readonly images?: readonly OwnImage[];
  /** When it is installed: certificates have to hold then. Undefined where nobody says. */
  readonly installOn?: Date;
  /** What sizes are held to; undefined where nobody says. */
  readonly budget?: ReleaseBudget;
  /** Packages and bundles that could not be read: their absence proves nothing. */
  readonly unread: readonly { readonly path: string; readonly reason: string }[];
}
