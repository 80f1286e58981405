import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ClientSettings } from '../adapters/registry/make-client.ts';
import { isArchiveName } from '../archive/archive-name.ts';
import type { ArchiveSource } from '../ports/archive-source.ts';
import type { BlobStore } from '../ports/blob-store.ts';
import type { OutputFolder } from '../ports/output.ts';
import type { PublishedSource } from '../ports/published-source.ts';
import type { ReferrerSource } from '../ports/referrer-source.ts';
import { registryEnvironment } from './wire-registry.ts';

/** What commands that move archives read from. */
export async function archiveSource(): Promise<ArchiveSource> {
  const { FsArchiveSource } = await import('../adapters/fs/archive-source.ts');
  return new FsArchiveSource();
}

/** The folder results go to. */
export async function outputFolderAt(path: string): Promise<OutputFolder> {
  const { FsOutputFolder } = await import('../adapters/fs/output-folder.ts');
  return new FsOutputFolder(path);
}

/** Makes a folder and those above it that are missing. @throws the system's error */
export async function folderAt(path: string): Promise<void> {
  const { makeFolder } = await import('../adapters/fs/make-folder.ts');
  await makeFolder(path);
}

/** Where an archive goes: into the folder that `out` names, there yet or not, or under the name that it is. */
export async function outputFor(
  out: string,
  fileName: string,
): Promise<{ readonly folder: OutputFolder; readonly name: string }> {
  const there = await stat(out).catch(() => undefined);
  const isFolder = there?.isDirectory() ?? (out.endsWith('/') || !isArchiveName(out));
  const file = isFolder ? join(out, fileName) : out;
  return { folder: await outputFolderAt(dirname(file)), name: basename(file) };
}

/** Registries that packages and bundles are fetched from, with the stored logins. */
export async function publishedSource(
  settings: ClientSettings,
  blobs: BlobStore,
): Promise<PublishedSource> {
  const { RegistryPublishedSource } = await import('../adapters/registry/published-reader.ts');
  return new RegistryPublishedSource({ ...(await registryEnvironment()), ...settings }, blobs);
}

/** The same registries, asked what they hold about something. */
export async function referrerSource(
  settings: ClientSettings,
  blobs: BlobStore,
): Promise<ReferrerSource> {
  const { RegistryReferrerSource } = await import('../adapters/registry/referrer-reader.ts');
  return new RegistryReferrerSource({ ...(await registryEnvironment()), ...settings }, blobs);
}
