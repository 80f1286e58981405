import { join } from 'node:path';
import { type BuildSourceConfig, type EngineName, engineNames } from '../config/build-source.ts';
import type { Platform } from '../oci/descriptor.ts';
import { EngineError, type ImageBuilder } from '../ports/image-builder.ts';
import type { Run } from '../support/run.ts';

/** Which engine is wanted, and where it works. */
export interface EngineChoice {
  /** Of the command line; wins over the definition. */
  readonly engine?: EngineName;
  /** Address of a BuildKit, of the command line. */
  readonly builder?: string;
  readonly cacheDir: string;
}

/**
 * Opens the engine of a source: as the command line says, as the definition says, else the first one that answers.
 * @throws EngineError ENGINE_MISSING, ENGINE_UNUSABLE
 */
export async function openEngine(
  config: BuildSourceConfig,
  choice: EngineChoice,
  _platform: Platform,
  run: Run,
): Promise<ImageBuilder> {
  const named = choice.engine ?? config.engine;
  if (named !== undefined) return await open(named, choice, run);
  const said: string[] = [];
  for (const engine of engineNames) {
    try {
      return await open(engine, choice, run);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      said.push(`${engine}: ${error.message}`);
    }
  }
  throw new EngineError(
    'ENGINE_MISSING',
    `no engine that builds images is here (${said.join('; ')})`,
    {
      suggestions: ['Install buildah, or name a BuildKit with --builder tcp://host:port'],
    },
  );
}

async function open(
  engine: EngineName,
  { cacheDir }: EngineChoice,
  run: Run,
): Promise<ImageBuilder> {
  const folder = join(cacheDir, 'engines');
  switch (engine) {
    case 'buildah': {
      const { openBuildah } = await import('../adapters/engines/buildah.ts');
      return openBuildah({ program: 'buildah', folder, isRoot: process.getuid?.() === 0 }, run);
    }
    case 'buildkit':
      throw new EngineError('ENGINE_MISSING', 'no BuildKit was named', {
        suggestions: ['Name one with --builder tcp://host:port'],
      });
  }
}
