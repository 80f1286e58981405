// Makes src/lint/kubernetes-schema.gen.ts: members and types of the objects people write, from the declarations of
// the module kubernetes-models. `--check` changes nothing and fails when the two disagree.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from './generated-files.ts';

const target = join(root, 'src/lint/kubernetes-schema.gen.ts');
const models = join(root, 'node_modules/kubernetes-models');
const machinery = join(root, 'node_modules/@kubernetes-models/apimachinery');

/** Kinds that stand in charts and manifests, by the folder of their group and version. */
const wanted: Readonly<Record<string, string>> = {
  v1: 'ConfigMap Endpoints LimitRange Namespace PersistentVolume PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount',
  'admissionregistration.k8s.io/v1':
    'MutatingWebhookConfiguration ValidatingAdmissionPolicy ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration',
  'apiregistration.k8s.io/v1': 'APIService',
  'apps/v1': 'DaemonSet Deployment ReplicaSet StatefulSet',
  'autoscaling/v1': 'HorizontalPodAutoscaler',
  'autoscaling/v2': 'HorizontalPodAutoscaler',
  'batch/v1': 'CronJob Job',
  'coordination.k8s.io/v1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'networking.k8s.io/v1': 'Ingress IngressClass NetworkPolicy',
  'node.k8s.io/v1': 'RuntimeClass',
  'policy/v1': 'PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1': 'ClusterRole ClusterRoleBinding Role RoleBinding',
  'scheduling.k8s.io/v1': 'PriorityClass',
  'storage.k8s.io/v1': 'CSIDriver StorageClass',
};

interface Declared {
  readonly declaration: ts.InterfaceDeclaration | ts.TypeAliasDeclaration;
  readonly source: ts.SourceFile;
}

/** By the name other declarations use, `IIoK8sApiAppsV1DeploymentSpec`. */
const declared = new Map<string, Declared>();
/** `apps/v1/Deployment` to that name. */
const kinds = new Map<string, string>();
for (const folder of [models, machinery])
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const isModel =
      path.endsWith('.d.ts') && !/(?:^|\/)(?:_schemas|node_modules)\/|index\.d/.test(path);
    if (!isModel) continue;
    const text = readFileSync(join(folder, path), 'utf8');
    const name = /export type \{ \w+ as (I\w+)/.exec(text)?.[1];
    const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const declaration = source.statements.find(
      (each) => ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each),
    );
    if (name === undefined || declaration === undefined) continue;
    declared.set(name, { declaration, source });
    kinds.set(path.replace(/\.d\.ts$/, ''), name);
  }

const shapes = new Map<string, string>();

/** What a type is written as: s, n, b, `q` for text or number, `Q` for a quantity, `*` for anything, `'A|B'`, `[]T`, `{}T`, or a name. */
function written(node: ts.TypeNode): string {
  if (ts.isTypeReferenceNode(node)) {
    const name = node.typeName.getText();
    const [first] = node.typeArguments ?? [];
    if (name === 'Array' && first !== undefined) return `[]${written(first)}`;
    return named(name);
  }
  if (ts.isUnionTypeNode(node)) {
    const literals = node.types.flatMap((each) =>
      ts.isLiteralTypeNode(each) && ts.isStringLiteral(each.literal) ? [each.literal.text] : [],
    );
    return literals.length === node.types.length ? `'${literals.join('|')}'` : 'q';
  }
  if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal))
    return `'${node.literal.text}'`;
  if (ts.isTypeLiteralNode(node)) {
    const [index] = node.members.filter(ts.isIndexSignatureDeclaration);
    return index === undefined ? '*' : `{}${written(index.type)}`;
  }
  if (node.kind === ts.SyntaxKind.StringKeyword) return 's';
  if (node.kind === ts.SyntaxKind.NumberKeyword) return 'n';
  if (node.kind === ts.SyntaxKind.BooleanKeyword) return 'b';
  return '*';
}

function named(name: string): string {
  if (name.endsWith('ApiResourceQuantity')) return 'Q';
  const found = declared.get(name);
  if (found === undefined) return '*';
  if (ts.isTypeAliasDeclaration(found.declaration)) return written(found.declaration.type);
  const short = shortName(name);
  if (!shapes.has(short)) {
    shapes.set(short, '');
    shapes.set(short, shapeOf(found.declaration));
  }
  return shapes.get(short) === '*' ? '*' : short;
}

function shortName(name: string): string {
  return name.replace(
    /^IIoK8s(?:Api(?!machinery)|ApimachineryPkg(?:Apis)?|KubeAggregatorPkgApis)?/,
    '',
  );
}

/** Members of an interface; anything where it declares none. */
function shapeOf(declaration: ts.InterfaceDeclaration): string {
  const members = declaration.members.filter(ts.isPropertySignature).flatMap((member) => {
    const key = ts.isStringLiteral(member.name) ? member.name.text : member.name.getText();
    // What the cluster writes is not what people write.
    if (key === 'status' || key === 'managedFields' || member.type === undefined) return [];
    return `${key}${member.questionToken === undefined ? '!' : ''}=${written(member.type)}`;
  });
  return members.length === 0 ? '*' : members.join(';');
}

const tops = Object.entries(wanted).flatMap(([folder, names]) =>
  names.split(' ').map((kind) => {
    const name = kinds.get(`${folder}/${kind}`);
    if (name === undefined) throw new Error(`kubernetes-models has no ${kind} of ${folder}`);
    return [`${folder}/${kind}`, named(name)] as const;
  }),
);
const manifest: unknown = JSON.parse(readFileSync(join(models, 'package.json'), 'utf8'));
const version =
  typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? manifest.version
    : '';
const lines = [...shapes]
  .filter(([, shape]) => shape !== '*')
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, shape]) => `${name}:${shape}`);
const text = `// Generated by tools/generate-kubernetes-schema.ts from kubernetes-models ${String(version)}; do not edit.

/** Kinds by group, version and name, with the shape of each. */
export const kubernetesKinds: Readonly<Record<string, string>> = {
${tops.map(([kind, shape]) => `  '${kind}': '${shape}',\n`).join('')}};

/** A shape a line: members with their types, \`!\` where one is required. */
export const kubernetesShapes: string = ${JSON.stringify(lines.join('\n'))};
`;

let current = '';
try {
  current = readFileSync(target, 'utf8');
} catch {
  // It is made for the first time.
}
if (current !== text) {
  if (process.argv.includes('--check')) {
    process.stderr.write('src/lint/kubernetes-schema.gen.ts is not what kubernetes-models says\n');
    process.exitCode = 1;
  } else writeFileSync(target, text);
}
