/** What a `package.json` says about its module. @see npm package.json */
export interface NpmManifest {
  readonly name: string;
  readonly version: string;
  readonly licences: readonly string[];
  readonly author: string;
  readonly homepage: string;
  readonly description: string;
  readonly url: string;
  readonly private: boolean;
  /** Names of what it needs at run time. */
  readonly dependencies: readonly string[];
}

/** Undefined for one without name: parts of modules have such. Empty where there is no version. */
export function readNpmManifest(text: string): NpmManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
  const member = (name: string): unknown => memberOf(value, name);
  const name = member('name');
  const version = member('version');
  if (typeof name !== 'string' || name === '' || name.length > 214) return undefined;
  return {
    name,
    version: typeof version === 'string' && version.length <= 256 ? version : '',
    licences: licencesOf(member('license'), member('licenses')),
    author: personOf(member('author')),
    homepage: textOf(member('homepage')),
    description: textOf(member('description')),
    url: textOf(member('repository')) || textOf(memberOf(member('repository'), 'url')),
    private: member('private') === true,
    dependencies: Object.keys(Object(member('dependencies') ?? {})).sort(),
  };
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? Reflect.get(value, name)
    : undefined;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function personOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const name = textOf(memberOf(value, 'name'));
  const email = textOf(memberOf(value, 'email'));
  return email === '' ? name : `${name} <${email}>`.trim();
}

/** `license` as text or object, `licenses` as a list of either: all have been used. */
function licencesOf(license: unknown, licenses: unknown): readonly string[] {
  const list: readonly unknown[] = [license, ...(Array.isArray(licenses) ? licenses : [licenses])];
  return list.flatMap((item) => {
    const text = textOf(item) || textOf(memberOf(item, 'type')) || textOf(memberOf(item, 'name'));
    return text === '' ? [] : [text];
  });
}
