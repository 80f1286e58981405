import type { NextPackage } from './bundle.ts';
import type { HclBlock, HclExpression, HclPlace } from './hcl/hcl-syntax.ts';
import type { HclReader } from './next-bundle-reader.ts';

const known = ['source', 'namespace', 'depends_on', 'values_files', 'optional_components'];
const keylessMembers = [
  'certificate_identity',
  'certificate_identity_regexp',
  'certificate_oidc_issuer',
  'certificate_oidc_issuer_regexp',
  'trusted_root',
  'insecure_ignore_tlog',
  'insecure_ignore_sct',
  'use_signed_timestamps',
];

/** Reads a `package` block; undefined when name or source cannot be used. */
export function readNextPackage(
  block: HclBlock,
  index: number,
  reader: HclReader,
  places: Map<string, HclPlace>,
): NextPackage | undefined {
  const pointer = `/packages/${index}`;
  const [name = '', ...others] = block.labels;
  const named =
    block.labels.length === 1 &&
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !/[/\\]/.test(name);
  if (!named) {
    const found = others.length > 0 ? `${block.labels.length} labels` : `'${name}'`;
    reader.report(
      'DOCUMENT_SCHEMA',
      block.place,
      `${pointer}/name`,
      `a package has one name without slashes, found ${found}`,
    );
  }
  for (const { name: attribute, place } of block.body.attributes) {
    places.set(`${pointer}/${attribute}`, place);
    if (!known.includes(attribute))
      reader.note(
        place,
        `${pointer}/${attribute}`,
        `package '${name}': the attribute '${attribute}' is not known and means nothing`,
      );
  }
  const source = reader.text(block, 'source', pointer, true);
  if (source === '')
    reader.report(
      'DOCUMENT_RULE',
      block.place,
      `${pointer}/source`,
      `package '${name}' has an empty source`,
    );
  const namespace = reader.text(block, 'namespace', pointer, false);
  const dependsOn = readDependencies(block, pointer, reader);
  places.set(`${pointer}/dependsOn`, places.get(`${pointer}/depends_on`) ?? block.place);
  const valuesFiles = reader.texts(block, 'values_files', pointer);
  const optionalComponents = reader.texts(block, 'optional_components', pointer);
  for (const [at, component] of optionalComponents.entries()) {
    const fault =
      component === '' || component === '-'
        ? 'an empty name'
        : optionalComponents.indexOf(component) < at
          ? `'${component}' twice`
          : undefined;
    if (fault !== undefined)
      reader.report(
        'DOCUMENT_RULE',
        places.get(`${pointer}/optional_components`) ?? block.place,
        `${pointer}/optional_components`,
        `package '${name}' lists ${fault}`,
      );
  }
  const verification = readVerification(block, pointer, reader);
  if (!named || source === undefined) return undefined;
  return {
    name,
    source,
    ...(namespace === undefined ? {} : { namespace }),
    dependsOn,
    valuesFiles,
    optionalComponents,
    verification,
  };
}

function readDependencies(block: HclBlock, pointer: string, reader: HclReader): readonly string[] {
  const attribute = block.body.attributes.find(({ name }) => name === 'depends_on');
  if (attribute === undefined) return [];
  const { value } = attribute;
  const items = value.kind === 'list' ? value.items : undefined;
  if (items === undefined)
    reader.report(
      'DOCUMENT_SCHEMA',
      value.place,
      `${pointer}/depends_on`,
      "'depends_on' must be a list of package.<name>",
    );
  return (items ?? []).flatMap((item) => {
    const name = referenceOf(item);
    if (name === undefined)
      reader.report(
        'DOCUMENT_SCHEMA',
        item.place,
        `${pointer}/depends_on`,
        "'depends_on' takes package.<name> and nothing else",
      );
    return name === undefined ? [] : [name];
  });
}

function referenceOf(item: HclExpression): string | undefined {
  if (item.kind !== 'member' && item.kind !== 'index') return undefined;
  if (item.of.kind !== 'variable' || item.of.name !== 'package') return undefined;
  if (item.kind === 'member') return item.name;
  return item.key.kind === 'literal' && typeof item.key.value === 'string'
    ? item.key.value
    : undefined;
}

function readVerification(
  block: HclBlock,
  parent: string,
  reader: HclReader,
): NextPackage['verification'] {
  const pointer = `${parent}/signature_verification`;
  const blocks = block.body.blocks.filter(({ type }) => type === 'signature_verification');
  const [given, second] = blocks;
  for (const other of block.body.blocks) {
    if (other.type !== 'signature_verification')
      reader.note(
        other.place,
        `${parent}/${other.type}`,
        `the block '${other.type}' is not known and means nothing`,
      );
  }
  if (second !== undefined)
    reader.report(
      'DOCUMENT_SCHEMA',
      second.place,
      pointer,
      "a second block 'signature_verification'",
    );
  if (given === undefined) return undefined;
  reader.refuseOthers(given, ['verify', 'public_key'], pointer, ['keyless']);
  const verify = reader.truth(given, 'verify', pointer) ?? true;
  const publicKey = reader.text(given, 'public_key', pointer, false);
  const keylessBlock = given.body.blocks.find(({ type }) => type === 'keyless');
  if (keylessBlock !== undefined)
    reader.refuseOthers(keylessBlock, keylessMembers, `${pointer}/keyless`);
  const keyless =
    keylessBlock === undefined
      ? undefined
      : Object.fromEntries(
          keylessMembers.flatMap((name) =>
            memberOf(keylessBlock, name, `${pointer}/keyless`, reader),
          ),
        );
  const trust = Number(publicKey !== undefined) + Number(keyless !== undefined);
  // Asked when a bundle is made; those who read one pass over it.
  if (!verify && trust > 0)
    reader.warn(given.place, pointer, 'a key or an identity is named, and verify is false');
  if (verify && trust !== 1)
    reader.warn(
      given.place,
      pointer,
      `exactly one of public_key and keyless is due, found ${trust}`,
    );
  if (publicKey !== undefined && publicKey.trim() === '')
    reader.warn(given.place, `${pointer}/public_key`, 'the public key is empty');
  return {
    verify,
    ...(publicKey === undefined ? {} : { publicKey }),
    ...(keyless === undefined ? {} : { keyless }),
  };
}

function memberOf(
  block: HclBlock,
  name: string,
  pointer: string,
  reader: HclReader,
): readonly (readonly [string, unknown])[] {
  const value = /^(insecure|use)_/.test(name)
    ? reader.truth(block, name, pointer)
    : reader.text(block, name, pointer, false);
  return value === undefined ? [] : [[name, value]];
}
