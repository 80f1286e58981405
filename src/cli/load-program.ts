import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Config, type Interfaces, Plugin, settings } from '@oclif/core';

/**
 * What oclif knows of the program.
 * @param program `root` is the folder of package.json; with `source` commands are taken from src/,
 *   whose types Node strips itself, and the manifest of the built program is left alone
 */
export async function loadProgram(program: {
  readonly root: string;
  readonly source: boolean;
}): Promise<Config> {
  // Neither tsx nor ts-node: built code is plain JavaScript, and Node reads ours from source.
  settings.enableAutoTranspile = false;
  // No plugins from the home folder: two people must get one result.
  const own = { root: program.root, userPlugins: false, devPlugins: false };
  if (!program.source) return Config.load(own);
  const pjson = fromSource(JSON.parse(await readFile(join(program.root, 'package.json'), 'utf8')));
  const { root } = program;
  const plugins = [
    new Plugin({ root, isRoot: true, ignoreManifest: true, errorOnManifestCreate: true, pjson }),
    ...(pjson.oclif.plugins ?? []).map((name) => new Plugin({ root, name, type: 'core' })),
  ];
  for (const plugin of plugins) await plugin.load();
  return Config.load({ ...own, plugins: new Map(plugins.map((plugin) => [plugin.name, plugin])) });
}

/** The same package.json, pointing into src/ where it points into dist/. */
function fromSource(pjson: Interfaces.PJSON): Interfaces.PJSON {
  const { commands, hooks, ...oclif } = pjson.oclif;
  const target =
    typeof commands === 'object' ? { ...commands, target: toSource(commands.target) } : commands;
  const moved = Object.entries(hooks ?? {}).map(([name, hook]) => [
    name,
    typeof hook === 'string' ? toSource(hook) : hook,
  ]);
  return {
    ...pjson,
    oclif: {
      ...oclif,
      ...(target === undefined ? {} : { commands: target }),
      hooks: Object.fromEntries(moved),
    },
  };
}

function toSource(path: string): string {
  return path.replace(/^\.\/dist\//, './src/').replace(/\.js$/, '.ts');
}
