import { Composer, type DocumentOptions, isScalar, LineCounter, type SchemaOptions } from 'yaml';
import type { DocumentProblem } from './document-problem.ts';
import { decodeUtf8 } from './json-document.ts';
import { readTokens, YamlFault, type YamlLimits } from './yaml-tokens.ts';
import { Converter, find, type Place, placeAt } from './yaml-values.ts';

/** Generous for definitions people write, small against an attack. */
export const definitionLimits: YamlLimits = {
  maxBytes: 4 * 1024 * 1024,
  maxDepth: 64,
  maxAliasedValues: 50_000,
  maxTokens: 200_000,
};

/** Another reading than YAML 1.2's core, for texts whose reader has one. */
export interface YamlDialect {
  readonly composer: Pick<DocumentOptions & SchemaOptions, 'version' | 'customTags'>;
  /** Of a key given twice the last one counts; refused without. Keys that are no text are taken by their value. */
  readonly lastKeyWins: boolean;
}

const core: YamlDialect = { composer: { version: '1.2' }, lastKeyWins: false };

export interface YamlDocument {
  /** Plain values; `null` for an empty document. Aliases share one object: treat as read-only. */
  readonly value: unknown;
  /** Where a JSON pointer's value stands; the nearest existing parent for one that is absent. */
  locate(pointer: string): Place;
  /** Where the key of a JSON pointer's last segment stands; like `locate` where there is none. */
  locateKey(pointer: string): Place;
  /** A plain (unquoted) scalar as it is spelt: `1.10`, where the value is 1.1; undefined for all else. */
  written(pointer: string): string | undefined;
}

export interface YamlStream {
  /** Empty documents included, in file order. None when a problem forbids trusting any. */
  readonly documents: readonly YamlDocument[];
  readonly problems: readonly DocumentProblem[];
}

/** More in one stream is no definition, and each costs the library as much as a page of text. */
const maxDocuments = 2000;

/** At most this many problems are told; the rest repeats them. */
const maxProblems = 50;

/**
 * Reads a YAML stream that nobody vouches for: YAML 1.2 core types and duplicate keys refused unless the dialect
 * says otherwise, merge keys honoured, size, depth and alias expansion bounded. Never throws for bad input.
 *
 * @see YAML 1.2.2 §10.3 (core schema)
 */
export function parseYaml(
  bytes: Uint8Array,
  limits: YamlLimits = definitionLimits,
  dialect: YamlDialect = core,
): YamlStream {
  if (bytes.byteLength > limits.maxBytes) {
    const message = `the document has ${bytes.byteLength} bytes, at most ${limits.maxBytes} are read`;
    return refused({
      code: 'DOCUMENT_SIZE',
      message,
      pointer: '',
      line: 1,
      column: 1,
      severity: 'error',
    });
  }
  const decoded = decodeUtf8(bytes);
  if (decoded.problem !== undefined) return refused(decoded.problem);
  const lines = new LineCounter();
  try {
    return composeStream(decoded.text, lines, limits, dialect);
  } catch (error) {
    if (!(error instanceof YamlFault) && !(error instanceof RangeError)) throw error;
    const offset = error instanceof YamlFault ? error.offset : 0;
    return refused({
      // A RangeError is the library's own recursion at its end.
      code: error instanceof YamlFault ? error.code : 'DOCUMENT_DEPTH',
      message: error instanceof YamlFault ? error.message : 'nested too deeply to be read',
      pointer: '',
      ...placeAt(lines, offset),
      severity: 'error',
    });
  }
}

/** Reads a stream that must hold exactly one document. */
export function parseYamlDocument(
  bytes: Uint8Array,
  limits: YamlLimits = definitionLimits,
): { readonly document?: YamlDocument; readonly problems: readonly DocumentProblem[] } {
  const { documents, problems } = parseYaml(bytes, limits);
  const [document, second] = documents;
  if (second !== undefined) {
    const message = 'a second YAML document follows, where one is expected';
    return {
      problems: [
        ...problems,
        { code: 'DOCUMENT_RULE', message, pointer: '', ...second.locate(''), severity: 'error' },
      ],
    };
  }
  return { ...(document === undefined ? {} : { document }), problems };
}

function refused(problem: DocumentProblem): YamlStream {
  return { documents: [], problems: [problem] };
}

function composeStream(
  text: string,
  lines: LineCounter,
  limits: YamlLimits,
  { composer: options, lastKeyWins }: YamlDialect,
): YamlStream {
  const tokens = readTokens(text, lines, limits);
  // Its own duplicate search is quadratic; ours is in `Converter`.
  const composer = new Composer({
    ...options,
    uniqueKeys: false,
    strict: true,
  });
  const problems: DocumentProblem[] = [];
  const documents: YamlDocument[] = [];
  const budget = { left: limits.maxAliasedValues };
  for (const composed of composer.compose(tokens, true, text.length)) {
    if (documents.length >= maxDocuments) {
      const message = `more than ${maxDocuments} documents in one file`;
      throw new YamlFault('DOCUMENT_SIZE', composed.range[0], message);
    }
    // Where the syntax breaks, the library guesses at all that follows: the first problem is the one to mend.
    const [fault] = [...composed.errors, ...composed.warnings];
    if (fault !== undefined) {
      problems.push({
        code: 'DOCUMENT_SYNTAX',
        message: fault.message.split('\n', 1)[0] ?? fault.message,
        pointer: '',
        ...placeAt(lines, fault.pos[0]),
        severity: 'error',
      });
    }
    const { explicit, version } = composed.directives.yaml;
    if (explicit === true && version !== options.version) {
      const message = `the document declares YAML ${version}; ${options.version} is read${lastKeyWins ? '' : ', where "yes" and "on" are text'}`;
      problems.push({
        code: 'DOCUMENT_SYNTAX',
        message,
        pointer: '',
        ...placeAt(lines, composed.range[0]),
        severity: 'error',
      });
    }
    const converter = new Converter(lines, limits, budget, lastKeyWins);
    const value = converter.convert(composed.contents, 0);
    if (fault === undefined) problems.push(...converter.problems);
    const root = composed.contents ?? undefined;
    const start = composed.range[0];
    documents.push({
      value,
      locate: (pointer) => placeAt(lines, find(root, pointer, converter).value ?? start),
      locateKey: (pointer) => {
        const found = find(root, pointer, converter);
        return placeAt(lines, found.key ?? found.value ?? start);
      },
      written: (pointer) => {
        const { node } = find(root, pointer, converter);
        return isScalar(node) && node.type === 'PLAIN' ? node.source : undefined;
      },
    });
  }
  const told = problems.slice(0, maxProblems);
  return { documents: problems.length > 0 ? [] : documents, problems: told };
}
