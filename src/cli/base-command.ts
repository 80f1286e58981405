import { writeSync } from 'node:fs';
import { Command, Flags, ux } from '@oclif/core';
import { type ExitCode, exitCodes } from '../errors/exit-codes.ts';
import { CowaError, InternalError, InterruptedError } from '../errors/families.ts';
import { renderJson } from '../report/render-json.ts';
import type { Run } from '../support/run.ts';
import { missingArguments } from './command-line-error.ts';
import { endNow } from './end-now.ts';
import {
  isCommandLineParserError,
  renderError,
  renderErrorDocument,
  toErrorJson,
} from './error-output.ts';
import { listenForInterruption } from './interruption.ts';
import { commonFormats, documentRequested, requestedFormat } from './output-format.ts';
import { printableLines, printableResult } from './printable-lines.ts';
import { openProgress } from './progress.ts';
import type { Progress } from './progress-state.ts';

/** Parse, call one operation, render, conclude: what every command of ours does. */
export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;
  static override baseFlags = {
    quiet: Flags.boolean({
      char: 'q',
      summary: 'No progress on standard error',
      helpGroup: 'GLOBAL',
    }),
    output: Flags.option({
      options: commonFormats,
      summary: 'Format of the result (default: text); others are one document, also on failure',
      helpGroup: 'GLOBAL',
      helpValue: '<format>',
    })(),
    json: Flags.boolean({ summary: 'Short for --output json', helpGroup: 'GLOBAL' }),
  };

  #interruption: (Disposable & { readonly signal: AbortSignal }) | undefined;
  #progress: Progress | undefined;
  /** Results that wait until the progress lines stand still. */
  readonly #held: string[] = [];
  /** What is printed instead of the result as JSON. */
  #document: string | undefined;
  #render: (result: unknown) => string = renderJson;
  #resume: readonly string[] = ['Run the same command again'];

  /**
   * What operations receive: the signal that Ctrl-C aborts, and the progress listener.
   * @param options `quiet` from the flag of that name; `resume` says how to go on after an interruption
   */
  protected startRun(
    options: { readonly quiet?: boolean; readonly resume?: readonly string[] } = {},
  ): Run {
    if (options.resume !== undefined) this.#resume = options.resume;
    const signal = this.#interruption?.signal ?? new AbortController().signal;
    if (options.quiet === true || this.jsonEnabled()) return { signal };
    this.#progress ??= openProgress({
      stream: process.stderr,
      env: process.env,
      now: () => performance.now(),
    });
    return { signal, onProgress: this.#progress.onProgress };
  }

  /** Whether an interruption is how this command ends, and nothing to speak of. */
  protected endsQuietly = false;

  /** Sets the exit code of a verdict: the last statement of `run()`. */
  protected conclude(code: ExitCode): void {
    process.exitCode = code;
  }

  /** Whether standard output is one document: `--json`, or `--output` with anything but text. */
  override jsonEnabled(): boolean {
    return documentRequested(this.argv);
  }

  /** Prints a text where the result would stand as JSON. */
  protected printDocument(text: string): void {
    this.#document = text;
  }

  /** The one document of the run. Names in it cannot speak to a terminal, whatever JSON lets through. */
  override logJson(json: unknown): void {
    ux.stdout((this.#document ?? this.#render(json)).replace(/\n$/, ''));
  }

  /** Lines of the result, on standard output, which cannot speak to a terminal. */
  override log(message = ''): void {
    if (this.#progress === undefined) super.log(printableResult(message));
    else this.#held.push(message);
  }

  /** A warning, on standard error, in the form of our errors. */
  override warn<T extends string | Error>(input: T): T {
    const text = input instanceof Error ? input.message : input;
    if (!this.jsonEnabled()) process.stderr.write(`${printableLines(`Warning: ${text}`)}\n`);
    return input;
  }

  protected override async init(): Promise<void> {
    await super.init();
    // What is piped in is input of a flag that asks for it, never an argument nobody wrote.
    for (const arg of Object.values(this.ctor.args)) arg.ignoreStdin = true;
    this.#interruption = listenForInterruption({
      source: process,
      now: () => performance.now(),
      graceMs: 800,
      suggestions: () => this.#resume,
      onFirst: (name) => {
        if (!this.jsonEnabled() && !this.endsQuietly)
          writeNow(`\n${name}: stopping and cleaning up; once more to stop at once\n`);
      },
      onForced: (error) => {
        const known = toErrorJson(error);
        const document = renderErrorDocument(known, requestedFormat(this.argv));
        if (document !== undefined) process.stdout.write(document);
        else writeNow(renderError(known, undefined, undefined));
        endNow(exitCodes.interrupted);
      },
    });
  }

  protected override async catch(error: unknown): Promise<void> {
    const { signal } = this.#interruption ?? {};
    if (signal?.aborted === true) {
      throw signal.reason instanceof InterruptedError
        ? signal.reason
        : new InterruptedError(undefined, { cause: error });
    }
    const missing = missingArguments(error, examplesOf(this.ctor.examples, this.config.bin));
    if (missing !== undefined) throw missing;
    if (error instanceof CowaError || isCommandLineParserError(error)) throw error;
    throw new InternalError(
      `a bug of cowa-release: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
        suggestions: ['Run it again with COWA_DEBUG=1 and report what it prints'],
      },
    );
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    const progress = this.#progress;
    this.#progress = undefined;
    await progress?.end(error === undefined);
    for (const line of this.#held.splice(0)) this.log(line);
    this.#interruption?.[Symbol.dispose]();
    if (requestedFormat(this.argv) === 'yaml')
      this.#render = (await import('../report/render-yaml.ts')).renderYaml;
    await super.finally(error);
  }
}

/** Command lines among the examples of a command, as people type them. */
function examplesOf(examples: Command.Class['examples'], bin: string): readonly string[] {
  return (examples ?? []).map((each) =>
    (typeof each === 'string' ? each : each.command).replaceAll('<%= config.bin %>', bin),
  );
}

/** Past the progress lines, which hold back what is written to the stream while they move. */
function writeNow(text: string): void {
  try {
    writeSync(2, text);
  } catch {
    // A closed or full standard error is no reason to stay.
  }
}
