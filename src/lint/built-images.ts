import { parseYamlDocument } from '../support/yaml-document.ts';
import { boxOf } from '../zarf/deployed-object.ts';
import type { DeployedRelease } from './deployed-release.ts';

const byFlag = /(?:^|\s)(?:-t|--tag)[ =]+["']?([^\s"'\\]+)/g;
const byTag = /\b(?:docker|podman|nerdctl)\s+(?:image\s+)?tag\s+\S+\s+["']?([^\s"'\\]+)/g;

/** Images that files of a repository say they build, as far as it can be told from their texts. */
export function builtImages({ documents, definition }: DeployedRelease): readonly string[] {
  const found = new Set<string>();
  for (const source of definition?.imageSources ?? [])
    if (source.type === 'compose' || source.type === 'build')
      for (const name of Object.keys(source.images)) found.add(name);
  for (const [path, text] of documents ?? []) {
    if (isProse(path) || !/\b(?:build|bake|tag|tags)\b/.test(text)) continue;
    for (const line of text.split('\n')) {
      // docker build -t NAME, --tag=NAME; docker tag OTHER NAME
      const builds = /\b(?:build|buildx|bake)\b|^\s*(?:-t|--tag)\b/.test(line);
      for (const [, name = ''] of builds ? line.matchAll(byFlag) : []) found.add(name);
      for (const [, name = ''] of line.matchAll(byTag)) found.add(name);
    }
    // tags of a bake file, of a workflow's build step
    for (const [, list = ''] of text.matchAll(/\btags\s*[=:]\s*\[([^\]]{0,2000})\]/g))
      for (const [, name = ''] of list.matchAll(/["']([^"'\s]+)["']/g)) found.add(name);
    for (const [, name = ''] of text.matchAll(/^\s*tags:\s*["']?([^\s"'|>[\]]+)/gm))
      found.add(name);
    for (const [, block = ''] of text.matchAll(/^\s*tags:\s*[|>]-?\n((?:\s+\S+\n?){1,20})/gm))
      for (const name of block.trim().split(/\s+/)) found.add(name);
    if (/(?:^|\/)(?:docker-)?compose[\w.-]*\.ya?ml$/.test(path))
      for (const name of composed(text)) found.add(name);
  }
  return [...found].filter((name) => /[a-z0-9]/.test(name)).sort();
}

/** Whether a text is read by people: what it says is built may be an example. */
export function isProse(path: string): boolean {
  return /\.(?:md|mdx|adoc|rst|txt)$/i.test(path);
}

/** Services that are built, of a compose file. */
function composed(text: string): readonly string[] {
  const { document } = parseYamlDocument(Buffer.from(text));
  return Object.values(boxOf(boxOf(document?.value)?.['services']) ?? {}).flatMap((each) => {
    const { build, image } = boxOf(each) ?? {};
    return build !== undefined && typeof image === 'string' ? [image] : [];
  });
}
