// schemas/*-result.schema.json: what commands print with `--output json`, from the types of their results. A
// description is what the type says of a member.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './generated-files.ts';

interface ResultType {
  /** Name of the schema, without `-result.schema.json`. */
  readonly name: string;
  readonly file: string;
  readonly type: string;
  readonly title: string;
  /** Path below `schemas/`; `<name>-result.schema.json` without. */
  readonly path?: string;
}

const results: readonly ResultType[] = [
  {
    name: 'diff',
    file: 'src/report/diff/dossier-diff.ts',
    type: 'DossierDiff',
    title: 'diff',
  },
  { name: 'doctor', file: 'src/report/doctor-report.ts', type: 'DoctorReport', title: 'doctor' },
  { name: 'history', file: 'src/cli/history-run.ts', type: 'HistoryList', title: 'history' },
  {
    name: 'history-run',
    file: 'src/cli/history-run.ts',
    type: 'HistoryRun',
    title: 'history <run>',
  },
  {
    name: 'history-comparison',
    file: 'src/cli/history-run.ts',
    type: 'HistoryComparison',
    title: 'history <run> <other>',
  },
  {
    name: 'run',
    file: 'src/report/run-record.ts',
    type: 'RunRecord',
    title: 'run.json',
    path: 'run-report.schema.json',
  },
  {
    name: 'handover',
    file: 'src/operations/make-handover.ts',
    type: 'HandoverRequirements',
    title: 'requirements.json of assemble --handover',
    path: 'handover-requirements.schema.json',
  },
  {
    name: 'verify-drill',
    file: 'src/report/drill-report.ts',
    type: 'DrillReport',
    title: 'verify --drill',
  },
  { name: 'approve', file: 'src/cli/render-approve.ts', type: 'ApproveResult', title: 'approve' },
  {
    name: 'assemble',
    file: 'src/cli/render-assemble.ts',
    type: 'AssembleResult',
    title: 'assemble',
  },
  {
    name: 'cache-prune',
    file: 'src/cli/render-cache.ts',
    type: 'CachePruneResult',
    title: 'cache prune',
  },
  {
    name: 'cache-show',
    file: 'src/cli/render-cache.ts',
    type: 'CacheShowResult',
    title: 'cache show',
  },
  {
    name: 'cache-verify',
    file: 'src/cli/render-cache.ts',
    type: 'CacheVerifyResult',
    title: 'cache verify',
  },
  {
    name: 'checks-explain',
    file: 'src/cli/render-checks.ts',
    type: 'ChecksExplainResult',
    title: 'checks explain, of a check',
  },
  {
    name: 'checks-list',
    file: 'src/cli/render-checks.ts',
    type: 'ChecksListResult',
    title: 'checks list',
  },
  {
    name: 'code-explain',
    file: 'src/cli/render-checks.ts',
    type: 'CodeExplainResult',
    title: 'checks explain, of a code',
  },
  {
    name: 'images-build',
    file: 'src/cli/render-build.ts',
    type: 'ImagesBuildResult',
    title: 'images build',
  },
  {
    name: 'images-list',
    file: 'src/cli/render-images.ts',
    type: 'ImagesListResult',
    title: 'images list',
  },
  {
    name: 'images-lock',
    file: 'src/cli/render-images.ts',
    type: 'ImagesLockResult',
    title: 'images lock',
  },
  {
    name: 'images-outdated',
    file: 'src/cli/render-images.ts',
    type: 'ImagesOutdatedResult',
    title: 'images outdated',
  },
  {
    name: 'images-push',
    file: 'src/cli/render-push.ts',
    type: 'ImagesPushResult',
    title: 'images push',
  },
  {
    name: 'push',
    file: 'src/cli/render-push-archive.ts',
    type: 'PushArchiveResult',
    title: 'push',
  },
  {
    name: 'images-pull',
    file: 'src/cli/render-images.ts',
    type: 'ImagesPullResult',
    title: 'images pull',
  },
  { name: 'plan', file: 'src/cli/render-plan.ts', type: 'PlanResult', title: 'plan' },
  {
    name: 'sbom-validate',
    file: 'src/cli/render-sbom-validate.ts',
    type: 'SbomValidateResult',
    title: 'sbom validate',
  },
  {
    name: 'sbom-diff',
    file: 'src/cli/render-sbom-validate.ts',
    type: 'SbomDiffResult',
    title: 'sbom diff',
  },
  {
    name: 'sbom-export',
    file: 'src/cli/render-sbom-result.ts',
    type: 'SbomExportResult',
    title: 'sbom export',
  },
  {
    name: 'sbom-generate',
    file: 'src/cli/render-sbom-result.ts',
    type: 'SbomGenerateResult',
    title: 'sbom generate',
  },
  {
    name: 'policy-check',
    file: 'src/cli/render-policy.ts',
    type: 'PolicyCheckResult',
    title: 'policy check',
  },
  {
    name: 'policy-explain',
    file: 'src/policy/describe-policy.ts',
    type: 'PolicyDescription',
    title: 'policy explain',
  },
  {
    name: 'report',
    file: 'src/report/dossier/dossier.ts',
    type: 'Dossier',
    title: 'report.json of report',
    path: 'dossier-report.schema.json',
  },
  {
    name: 'report',
    file: 'src/cli/render-report.ts',
    type: 'ReportResult',
    title: 'report',
  },
  {
    name: 'reproduce',
    file: 'src/report/reproduce-report.ts',
    type: 'ReproduceReport',
    title: 'reproduce',
  },
  { name: 'sign', file: 'src/cli/render-sign.ts', type: 'SignResult', title: 'sign' },
  {
    name: 'pull',
    file: 'src/cli/render-pull.ts',
    type: 'PullResult',
    title: 'pull',
  },
  {
    name: 'split',
    file: 'src/cli/render-split.ts',
    type: 'SplitResult',
    title: 'split',
  },
  {
    name: 'join',
    file: 'src/cli/render-split.ts',
    type: 'JoinResult',
    title: 'join',
  },
];

type Schema = Record<string, unknown>;

/** Path below the project to text. @throws Error for a type that is not there or has no JSON form */
export function resultSchemas(): ReadonlyMap<string, string> {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), (path) =>
    readFileSync(path, 'utf8'),
  );
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const files = [...new Set(results.map(({ file }) => join(root, file)))];
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  return new Map(
    results.map(({ name, file, type, title, path }) => {
      const source = program.getSourceFile(join(root, file));
      const declared = source?.statements.find(
        (each): each is ts.InterfaceDeclaration =>
          ts.isInterfaceDeclaration(each) && each.name.text === type,
      );
      if (declared === undefined) throw new Error(`${file} declares no interface ${type}`);
      const body = objectSchema(checker.getTypeAtLocation(declared), declared, checker);
      const schema = {
        $schema: 'https://json-schema.org/draft/2020-12/schema',
        title: path === undefined ? `${title} --output json` : title,
        ...body,
        description: 'Members may be added; one removed or renamed is a new version',
      };
      return [`schemas/${path ?? `${name}-result.schema.json`}`, `${layOut(schema)}\n`];
    }),
  );
}

function objectSchema(type: ts.Type, at: ts.Node, checker: ts.TypeChecker): Schema {
  const properties: Schema = {};
  const required: string[] = [];
  for (const symbol of checker.getPropertiesOfType(type)) {
    const place = symbol.valueDeclaration ?? at;
    const optional = (symbol.flags & ts.SymbolFlags.Optional) !== 0;
    const said = ts.displayPartsToString(symbol.getDocumentationComment(checker));
    properties[symbol.name] = {
      ...schemaOf(checker.getTypeOfSymbolAtLocation(symbol, place), place, checker),
      ...(said === '' ? {} : { description: said.replaceAll(/\s+/g, ' ') }),
    };
    if (!optional) required.push(symbol.name);
  }
  const index = checker.getIndexInfoOfType(type, ts.IndexKind.String);
  return {
    type: 'object',
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
    ...(required.length === 0 ? {} : { required }),
    ...(index === undefined ? {} : { additionalProperties: schemaOf(index.type, at, checker) }),
  };
}

function schemaOf(type: ts.Type, at: ts.Node, checker: ts.TypeChecker): Schema {
  if (type.isUnion()) return unionSchema(type.types, at, checker);
  if (type.isStringLiteral() || type.isNumberLiteral()) return { const: type.value };
  if ((type.flags & ts.TypeFlags.BooleanLiteral) !== 0)
    return { const: checker.typeToString(type) === 'true' };
  if ((type.flags & ts.TypeFlags.Null) !== 0) return { type: 'null' };
  if ((type.flags & (ts.TypeFlags.String | ts.TypeFlags.TemplateLiteral)) !== 0)
    return { type: 'string' };
  if ((type.flags & ts.TypeFlags.Number) !== 0) return { type: 'number' };
  if ((type.flags & ts.TypeFlags.Boolean) !== 0) return { type: 'boolean' };
  // Branded texts: a digest is a string with a mark that only the compiler sees.
  if (type.isIntersection()) {
    if (checker.typeToString(type) === 'Digest' || type.aliasSymbol?.name === 'Digest')
      return { type: 'string', pattern: '^sha256:[0-9a-f]{64}$' };
    const text = type.types.find((each) => (each.flags & ts.TypeFlags.StringLike) !== 0);
    return text === undefined ? objectSchema(type, at, checker) : { type: 'string' };
  }
  if (checker.isArrayType(type) || checker.isTupleType(type)) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- arrays and tuples are references
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    return { type: 'array', ...(item === undefined ? {} : { items: schemaOf(item, at, checker) }) };
  }
  if ((type.flags & ts.TypeFlags.Object) !== 0) return objectSchema(type, at, checker);
  throw new Error(`${at.getText().slice(0, 80)}: ${checker.typeToString(type)} has no JSON form`);
}

/** Literals become one list of values; what may be absent is left to `required`. */
function unionSchema(types: readonly ts.Type[], at: ts.Node, checker: ts.TypeChecker): Schema {
  const parts = types
    .filter((each) => (each.flags & ts.TypeFlags.Undefined) === 0)
    .map((each) => schemaOf(each, at, checker));
  const values = parts.filter((part) => 'const' in part).map((part) => part['const']);
  const booleans = values.filter((value) => typeof value === 'boolean');
  // The compiler keeps no order of them that would stay the same.
  const literals = values.filter((value) => typeof value !== 'boolean').sort(byValue);
  const others = parts.filter((part) => !('const' in part));
  const all: Schema[] = [
    ...(literals.length === 0
      ? []
      : [literals.length === 1 ? { const: literals[0] } : { enum: literals }]),
    ...(booleans.length === 2
      ? [{ type: 'boolean' }]
      : booleans.map((value) => ({ const: value }))),
    ...others,
  ];
  all.sort((a, b) => byValue(JSON.stringify(a), JSON.stringify(b)));
  const [only] = all;
  if (only === undefined) throw new Error(`${at.getText().slice(0, 80)}: a union of nothing`);
  return all.length === 1 ? only : { anyOf: all };
}

function byValue(a: unknown, b: unknown): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : 1;
}

/** JSON as the formatter of this project lays it out: lists of plain values on a line where they fit. */
function layOut(value: unknown): string {
  return JSON.stringify(value, null, 2).replaceAll(
    /^( *)((?:"[^"]*": )?)\[\n([^[\]{}]*?)\n *\](,?)$/gm,
    (whole, indent: string, key: string, items: string, comma: string) => {
      const line = `${indent}${key}[${items
        .split('\n')
        .map((item) => item.trim())
        .join(' ')}]${comma}`;
      return line.length > 100 ? whole : line;
    },
  );
}
