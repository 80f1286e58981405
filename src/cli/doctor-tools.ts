import type { NamedTool } from '../operations/examine-tools.ts';

const versioned = /\bv?\d+\.\d+/;

/** Programs that are run only when a variable names them, and how each says who it is. */
export function namedTools(
  env: Readonly<Record<string, string | undefined>>,
): readonly NamedTool[] {
  const tool = (
    name: string,
    args: readonly string[],
    answers: RegExp,
    purpose: string,
  ): NamedTool => {
    const variable = `COWA_${name.toUpperCase()}`;
    return { name, variable, path: env[variable], args, answers, purpose };
  };
  return [
    tool('zarf', ['version'], /^v?\d+\.\d+/, 'packages are written and judged without it'),
    tool('uds', ['version'], /^(v?\d+\.\d+|unset$)/, 'bundles are written and judged without it'),
    tool(
      'helm',
      ['version', '--short'],
      /^v\d+\.\d+/,
      'charts are rendered by the embedded renderer',
    ),
    tool('kustomize', ['version'], versioned, 'kustomizations stay undecided'),
    tool('syft', ['--version'], /^syft \d+\.\d+/, 'packages are found by our own catalogers'),
    tool('git', ['--version'], /^git version \d/, 'the revision is read from the files of Git'),
  ];
}
