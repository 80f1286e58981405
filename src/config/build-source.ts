/** Programs that build images from a Containerfile. */
export type EngineName = 'buildah' | 'buildkit' | 'podman';

/** Images built from Containerfiles. An engine runs only for `images build`; everything else takes what was built. */
export interface BuildSourceConfig {
  readonly type: 'build';
  readonly images: Readonly<Record<string, BuiltImageConfig>>;
  /** Default: BuildKit where builders are named, else buildah, else podman. */
  readonly engine?: EngineName;
  /** Remote BuildKit, by what each builds for. */
  readonly builders?: readonly BuilderConfig[];
  /** Names of bases from elsewhere that may be used, `*` for any run of characters; default: all that are pinned. */
  readonly allowedBases?: readonly string[];
}

/** A BuildKit that listens somewhere. */
export interface BuilderConfig {
  /** `tcp://host:port` or `unix:///path`. */
  readonly address: string;
  /** `linux/amd64`; default: every platform. */
  readonly platform?: string;
}

export interface BuiltImageConfig {
  /** Folder the build may read. */
  readonly context: string;
  /** Default: `Containerfile` in the context, else `Dockerfile`. */
  readonly containerfile?: string;
  /** Stage to build; default the last. */
  readonly target?: string;
  readonly args?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** Given to steps that mount them, and to nothing else. */
  readonly secrets?: readonly { readonly id: string; readonly file: string }[];
  /** What steps may reach; default `none`. */
  readonly network?: 'none' | 'host';
  /** Bytes, or with `k`, `m`, `g`. */
  readonly memory?: string;
  /** The build is ended after this long; default 60. */
  readonly timeoutMinutes?: number;
}
