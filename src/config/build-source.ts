/** Programs that build images from a Containerfile. */
export const engineNames = ['buildah', 'buildkit', 'buildx', 'podman'] as const;
export type EngineName = (typeof engineNames)[number];

/** Images built from Containerfiles. An engine runs only for `images build`; everything else takes what was built. */
export interface BuildSourceConfig {
  readonly type: 'build';
  readonly images: Readonly<Record<string, BuiltImageConfig>>;
  /** Default: BuildKit where builders are named, else buildah, podman or buildx, whichever is here first. */
  readonly engine?: EngineName;
  /** Remote BuildKit, by what each builds for. */
  readonly builders?: readonly BuilderConfig[];
  /** Layers that steps made, shared with other builders. It decides how long a build takes, never what it gives. */
  readonly cache?: BuildCacheConfig;
  /** Names of bases from elsewhere that may be used, `*` for any run of characters; default: all that are pinned. */
  readonly allowedBases?: readonly string[];
}

/** A BuildKit that listens somewhere. */
export interface BuilderConfig {
  /** `tcp://host:port` or `unix:///path`. */
  readonly address: string;
  /** `linux/amd64`; default: every platform. */
  readonly platform?: string;
  /** Without it, a `tcp://` address is spoken to in the clear. */
  readonly tls?: BuilderTls;
}

/** Files of a TLS connection to a BuildKit, PEM. */
export interface BuilderTls {
  readonly ca: string;
  /** Of this client; both or neither. */
  readonly cert?: string;
  readonly key?: string;
  /** Name in the builder's certificate; default: the host of the address. */
  readonly serverName?: string;
}

/** A place for a build cache: a repository of a registry, or a folder. */
export type BuildCachePlace =
  | { readonly type: 'registry'; readonly reference: string }
  | { readonly type: 'local'; readonly path: string };

export interface BuildCacheConfig {
  readonly from?: readonly BuildCachePlace[];
  readonly to?: readonly BuildCachePlace[];
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
  /** Keys for steps that mount them: the file of one, the socket of an agent, or without a file the agent of whoever builds. */
  readonly ssh?: readonly { readonly id: string; readonly file?: string }[];
  /** Bytes, or with `k`, `m`, `g`. */
  readonly memory?: string;
  /** Processors that steps may use. */
  readonly cpus?: number;
  /** The build is ended after this long; default 60. */
  readonly timeoutMinutes?: number;
}
