// From the commands themselves: a page for each, the tree that a test holds fast, and oclif's manifest.
import type { Command } from '@oclif/core';
import { loadProgram } from '../src/cli/load-program.ts';
import { cell, root } from './generated-files.ts';

type Shown = Command.Loadable;

/** All three, from src/. */
export async function commandFiles(): Promise<ReadonlyMap<string, string>> {
  const config = await loadProgram({ root, source: true });
  const plugin = config.plugins.get(config.name);
  if (plugin === undefined) throw new Error('oclif did not load the program');
  const commands = plugin.commands.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const visible = commands.filter((command) => command.hidden !== true);
  return new Map([
    ['oclif.manifest.json', manifest(commands, plugin.version)],
    ['test/commands/command-tree.json', tree(visible)],
    ['docs/commands/README.md', index(visible)],
    ...visible.map((command) => [pagePath(command.id), page(command, config.bin)] as const),
  ]);
}

/** What oclif reads at start instead of loading every command: like its own, but for the built files. */
function manifest(commands: readonly Shown[], version: string): string {
  const entries = commands.map(({ load: _load, pluginType: _type, ...command }) => {
    const path =
      'relativePath' in command && Array.isArray(command.relativePath) ? command.relativePath : [];
    const built = path.map((part, at) =>
      at === 0 ? 'dist' : String(part).replace(/\.ts$/, '.js'),
    );
    return [
      command.id,
      { ...command, pluginAlias: undefined, pluginType: 'core', relativePath: built },
    ] as const;
  });
  return `${JSON.stringify({ commands: Object.fromEntries(entries), version }, null, 2)}\n`;
}

/** Names that are public: commands, their arguments and flags. */
function tree(commands: readonly Shown[]): string {
  const named = commands.map(({ id, args, flags }) => [
    id.replaceAll(':', ' '),
    {
      arguments: Object.keys(args),
      flags: Object.values(flags)
        .filter((flag) => flag.hidden !== true)
        .map(
          (flag) =>
            `${flag.char === undefined ? '' : `-${flag.char}, `}--${flag.name}${optionsOf(flag)}`,
        )
        .sort(),
    },
  ]);
  return `${JSON.stringify(Object.fromEntries(named), null, 2)}\n`;
}

function optionsOf(flag: Shown['flags'][string]): string {
  return 'options' in flag && flag.options !== undefined ? ` ${flag.options.join('|')}` : '';
}

function index(commands: readonly Shown[]): string {
  return [
    '# Commands',
    '',
    'Generated from the source by `npm run generate`. Exit codes of every command: [../exit-codes.md](../exit-codes.md).',
    '',
    '| command | does |',
    '|---|---|',
    ...commands.map(
      ({ id, summary }) =>
        `| [${id.replaceAll(':', ' ')}](${pageName(id)}) | ${cell(summary ?? '')} |`,
    ),
    '',
  ].join('\n');
}

function pageName(id: string): string {
  return `${id.replaceAll(':', '-')}.md`;
}

function pagePath(id: string): string {
  return `docs/commands/${pageName(id)}`;
}

function page(command: Shown, bin: string): string {
  const name = `${bin} ${command.id.replaceAll(':', ' ')}`;
  const filled = (text: string): string =>
    text
      .replaceAll('<%= config.bin %>', bin)
      .replaceAll('<%= command.id %>', command.id.replaceAll(':', ' '));
  const args = Object.values(command.args);
  const flags = Object.values(command.flags)
    .filter((flag) => flag.hidden !== true)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const usage = [
    name,
    ...args.map((arg) =>
      arg.required === true ? arg.name.toUpperCase() : `[${arg.name.toUpperCase()}]`,
    ),
    '[flags]',
  ].join(' ');
  return [
    `# ${name}`,
    '',
    ...(command.summary === undefined ? [] : [`${filled(command.summary)}.`, '']),
    ...(command.description === undefined
      ? []
      : [filled(command.description).replaceAll('<', '&lt;'), '']),
    '```text',
    usage,
    '```',
    '',
    ...(args.length === 0
      ? []
      : [
          '| argument | |',
          '|---|---|',
          ...args.map((arg) => `| \`${arg.name}\` | ${cell(filled(arg.description ?? ''))} |`),
          '',
        ]),
    '| flag | |',
    '|---|---|',
    ...flags.map((flag) => `| ${flagName(flag)} | ${cell(flagText(flag, filled))} |`),
    '',
    ...examples(command.examples, filled),
  ].join('\n');
}

function flagName(flag: Shown['flags'][string]): string {
  const value = flag.type === 'option' ? ` ${cell(String(flag.helpValue ?? '<value>'))}` : '';
  return `${flag.char === undefined ? '' : `\`-${flag.char}\`, `}\`--${flag.name}\`${value}`;
}

function flagText(flag: Shown['flags'][string], filled: (text: string) => string): string {
  const options =
    'options' in flag && flag.options !== undefined ? [`one of ${flag.options.join(', ')}`] : [];
  const value =
    typeof flag.default === 'string' || typeof flag.default === 'number'
      ? [`default: ${flag.default}`]
      : [];
  const repeated =
    flag.type === 'option' && flag.multiple === true ? ['may be given several times'] : [];
  const required = flag.required === true ? ['required'] : [];
  const variable = 'env' in flag && flag.env !== undefined ? [`or the variable ${flag.env}`] : [];
  const text = flag.summary ?? flag.description ?? '';
  return [filled(text), ...options, ...value, ...variable, ...repeated, ...required]
    .filter((part) => part !== '')
    .join('; ');
}

function examples(list: Shown['examples'], filled: (text: string) => string): readonly string[] {
  if (list === undefined || list.length === 0) return [];
  const lines = list.map((example) =>
    typeof example === 'string'
      ? filled(example)
      : `# ${filled(example.description)}\n${filled(example.command)}`,
  );
  return ['## Examples', '', '```sh', ...lines, '```', ''];
}
