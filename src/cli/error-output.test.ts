import { Errors } from '@oclif/core';
import { describe, expect, it } from 'vitest';
import { InterruptedError } from '../errors/families.ts';
import { CommandLineError } from './command-line-error.ts';
import { renderError, renderErrorDocument, toErrorJson } from './error-output.ts';
import { requestedFormat } from './output-format.ts';

describe('what leaves the program about an error', () => {
  it.each([
    {
      name: 'an error of ours',
      error: new CommandLineError('COMMAND_UNKNOWN', 'no such', { suggestions: ['look'] }),
      code: 'COMMAND_UNKNOWN',
      exitCode: 2,
    },
    { name: 'an interruption', error: new InterruptedError(), code: 'INTERRUPTED', exitCode: 130 },
    {
      name: 'an error of the parser',
      error: new Errors.CLIError('Nonexistent flag: --x\nSee more help with --help'),
      code: 'USAGE',
      exitCode: 2,
    },
    {
      name: 'an error of oclif that wants another exit code',
      error: new Errors.CLIError('x', { exit: 127 }),
      code: 'USAGE',
      exitCode: 2,
    },
    { name: 'the end of --help', error: new Errors.ExitError(0), code: 'OK', exitCode: 0 },
    {
      name: 'a stranger',
      error: new TypeError('x is not a function'),
      code: 'INTERNAL',
      exitCode: 70,
    },
    { name: 'a text', error: 'thrown text', code: 'INTERNAL', exitCode: 70 },
    { name: 'nothing', error: undefined, code: 'INTERNAL', exitCode: 70 },
    {
      name: 'an object with a strange oclif member',
      error: { oclif: 1 },
      code: 'USAGE',
      exitCode: 2,
    },
  ])('$name: $code', ({ error, code, exitCode }) => {
    expect(toErrorJson(error)).toMatchObject({ code, exitCode });
  });

  it('names cause, next step and page for people, and no stack', () => {
    const error = new CommandLineError('COMMAND_UNKNOWN', 'no such', {
      suggestions: ['look'],
      cause: new Error('deeper'),
      ref: 'errors.md',
    });
    expect(renderError(toErrorJson(error), error.cause, undefined)).toBe(
      'Error [COMMAND_UNKNOWN]: no such\n  because: deeper\n  next: look\n  see: docs/errors.md\n',
    );
  });

  it('does not let a name in a message speak to the terminal', () => {
    const error = new CommandLineError('COMMAND_UNKNOWN', 'no \u001b[31msuch\u0007');
    expect(renderError(toErrorJson(error), undefined, undefined)).toBe(
      'Error [COMMAND_UNKNOWN]: no \\u{1b}[31msuch\\u{7}\n',
    );
  });

  it('is one document for programs', () => {
    const text = renderErrorDocument(toErrorJson(new InterruptedError())) ?? '';
    expect(JSON.parse(text)).toEqual({
      schema: 'cowa-release/error/v1',
      error: { code: 'INTERRUPTED', message: 'interrupted', suggestions: [], exitCode: 130 },
    });
  });
});

describe('a command line that asks for one JSON document', () => {
  it.each([
    { args: ['--json'], json: true },
    { args: ['verify', 'x', '--output', 'json'], json: true },
    { args: ['--output=json'], json: true },
    { args: [], json: false },
    { args: ['json'], json: false },
    { args: ['--output', 'text'], json: false },
    { args: ['--out', 'json'], json: false },
    { args: ['verify', '--', '--json'], json: false },
    { args: ['verify', '--', '--output', 'json'], json: false },
  ])('$args: $json', ({ args, json }) => {
    expect(requestedFormat(args) === 'json').toBe(json);
  });
});
