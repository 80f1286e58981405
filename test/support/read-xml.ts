/** An element, without its comments and instructions. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  readonly text: string;
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
};

/**
 * Reads an XML 1.0 document without a document type, and refuses what is not well-formed.
 * @throws Error with the place
 */
export function readXml(document: string): XmlElement {
  // XML 1.0, 2.2: no document may hold these.
  const illegal = /(?![\t\n\r\u007f-\u009f])[\p{Cc}\p{Cs}\ufffe\uffff]/u;
  if (illegal.test(document)) throw new Error('a character that no XML document may hold');
  const body = document.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, '');
  const open: {
    name: string;
    attributes: Record<string, string>;
    children: XmlElement[];
    text: string;
  }[] = [{ name: '', attributes: {}, children: [], text: '' }];
  const token = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z][\w.-]*="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
  while (token.lastIndex < body.length) {
    const from = token.lastIndex;
    const match = token.exec(body);
    const top = open.at(-1);
    if (match === null || top === undefined)
      throw new Error(`not well-formed at ${from}: ${body.slice(from, from + 60)}`);
    const [, closing, name = '', attributes = '', empty, text] = match;
    if (text !== undefined) top.text += decode(text);
    else if (closing === '/') {
      if (top.name !== name || attributes !== '')
        throw new Error(`</${name}> closes <${top.name}>`);
      open.pop();
    } else {
      const element = { name, attributes: attributesOf(attributes), children: [], text: '' };
      top.children.push(element);
      if (empty !== '/') open.push(element);
    }
  }
  const [root] = open;
  const [element] = root?.children ?? [];
  if (open.length !== 1 || element === undefined || root?.children.length !== 1)
    throw new Error('not one element that is closed');
  return element;
}

function attributesOf(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [, name = '', value = ''] of text.matchAll(/([\w.-]+)="([^"]*)"/g)) {
    if (Object.hasOwn(found, name)) throw new Error(`the attribute ${name} stands twice`);
    found[name] = decode(value);
  }
  return found;
}

function decode(text: string): string {
  return text.replaceAll(/&(#\d+;|\w+;)?/g, (whole, body: string | undefined) => {
    if (body === undefined) throw new Error('an & that begins no entity');
    if (body.startsWith('#')) return String.fromCodePoint(Number(body.slice(1, -1)));
    const known = entities[body.slice(0, -1)];
    if (known === undefined) throw new Error(`the entity ${whole} is not declared`);
    return known;
  });
}
