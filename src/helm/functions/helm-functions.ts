import { fromPlain, GoMap, type GoValue, isList } from '../go-value.ts';
import { toJsonText } from '../json-text.ts';
import { readYaml } from '../read-yaml.ts';
import { TemplateFailure, TemplateUndecided } from '../template-fault.ts';
import { at, type FunctionTable, fn, textAt } from '../template-function.ts';
import { toYamlText } from '../yaml-text.ts';

/** What Helm adds: named templates as values, YAML and JSON, and what it asks of a cluster. */
export const helmFunctions: FunctionTable = {
  include: fn('sa', (args, context) => context.include(textAt(args, 0), at(args, 1))),
  tpl: fn('sa', (args, context) => context.tpl(textAt(args, 0), at(args, 1))),
  required: fn('sa', (args) => {
    const value = at(args, 1);
    if (value === null || value === '') throw new TemplateFailure(textAt(args, 0));
    return value;
  }),
  fail: fn('s', (args) => {
    throw new TemplateFailure(textAt(args, 0));
  }),
  // Without a cluster there is nothing to find.
  lookup: fn('ssss', () => new GoMap()),
  getHostByName: fn('s', () => ''),
  toYaml: fn('a', (args) => toYamlText(at(args, 0))),
  mustToYaml: fn('a', (args) => toYamlText(at(args, 0))),
  toYamlPretty: fn('a', () => unknown('toYamlPretty')),
  toToml: fn('a', () => unknown('toToml')),
  fromToml: fn('s', () => unknown('fromToml')),
  fromYaml: fn('s', (args) => mapFrom(textAt(args, 0), 'fromYaml', readYaml)),
  fromYamlArray: fn('s', (args) => listFrom(textAt(args, 0), 'fromYamlArray', readYaml)),
  fromJson: fn('s', (args) => mapFrom(textAt(args, 0), 'fromJson', readJson)),
  fromJsonArray: fn('s', (args) => listFrom(textAt(args, 0), 'fromJsonArray', readJson)),
  mustFromJson: fn('s', (args) => readJson(textAt(args, 0))),
  toJson: fn('a', (args) => toJsonText(at(args, 0))),
  mustToJson: fn('a', (args) => toJsonText(at(args, 0))),
  toPrettyJson: fn('a', (args) => toJsonText(at(args, 0), { indent: '  ' })),
  mustToPrettyJson: fn('a', (args) => toJsonText(at(args, 0), { indent: '  ' })),
  toRawJson: fn('a', (args) => toJsonText(at(args, 0), { raw: true })),
  mustToRawJson: fn('a', (args) => toJsonText(at(args, 0), { raw: true })),
};

function unknown(name: string): never {
  throw new TemplateUndecided(name, `the function ${name} is not known here`);
}

function readJson(text: string): GoValue {
  try {
    return fromPlain(JSON.parse(text));
  } catch (error) {
    if (error instanceof RangeError)
      throw new TemplateUndecided('fromJson', 'a text nested more than is looked at');
    throw new TemplateFailure('the text is no JSON');
  }
}

/** Helm puts its parser's message into the result; its words are not known here. */
function mapFrom(text: string, name: string, read: (text: string) => GoValue): GoValue {
  const value = readOr(text, name, read);
  if (value === null) return new GoMap();
  if (value instanceof GoMap) return value;
  throw new TemplateUndecided(name, `${name} of a text that holds no map`);
}

function listFrom(text: string, name: string, read: (text: string) => GoValue): GoValue {
  const value = readOr(text, name, read);
  if (value === null) return [];
  if (isList(value)) return value;
  throw new TemplateUndecided(name, `${name} of a text that holds no list`);
}

function readOr(text: string, name: string, read: (text: string) => GoValue): GoValue {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof TemplateFailure)
      throw new TemplateUndecided(name, `${name} of a text that cannot be read`);
    throw error;
  }
}
