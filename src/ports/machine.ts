import type { Run } from '../support/run.ts';

/** What this machine says of itself. */
export interface MachineFacts {
  /** `26.3.0`. */
  readonly nodeVersion: string;
  readonly platform: string;
  readonly processors: number;
  /** Bytes this process may have: of the machine, or of the group it was put in. */
  readonly memoryBytes: number;
  readonly availableMemoryBytes: number;
  readonly now: Date;
}

/** A disk, seen from a path on it. */
export interface DiskFacts {
  /** The path, or the nearest folder above it that is there. */
  readonly folder: string;
  readonly freeBytes: number;
  readonly writable: boolean;
}

/** Who listens on a port of this machine. */
export type PortFacts =
  | { readonly kind: 'free' }
  /** Answers `/v2/` as a registry does. */
  | { readonly kind: 'registry'; readonly status: number }
  | { readonly kind: 'other'; readonly answer: string }
  | { readonly kind: 'unknown'; readonly reason: string };

/** Looks at the machine this runs on, and changes nothing. */
export interface Machine {
  facts(): MachineFacts;
  /** @throws Error where the system does not tell */
  disk(path: string): Promise<DiskFacts>;
  /** Of 127.0.0.1. */
  port(port: number, run: Run): Promise<PortFacts>;
  /**
   * First line a named program says when it is run so, without the environment of this process.
   * @throws ProgramError PROGRAM_MISSING, PROGRAM_FAILED
   */
  firstLine(path: string, args: readonly string[], run: Run): Promise<string>;
  /** When a file was changed; undefined where there is none. */
  changedAt(path: string): Promise<Date | undefined>;
}

/** A registry that was asked who it is. */
export interface RegistryFacts {
  /** `open`: none is wanted; `anonymous`: none is stored, and strangers get a token; the others speak of the stored one. */
  readonly login: 'open' | 'anonymous' | 'accepted' | 'refused' | 'missing';
  /** By the clock of the registry; undefined where it does not say. */
  readonly date: Date | undefined;
}
