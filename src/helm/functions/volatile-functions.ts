import { GoStruct } from '../go-value.ts';
import { TemplateFailure, TemplateUndecided } from '../template-fault.ts';
import { type FunctionTable, fn, intAt, type Signature, textAt } from '../template-function.ts';

/** Functions of chance and time: the text has the right form, and the call is noted as differing every time. */
const chance: FunctionTable = {
  randAlphaNum: fn('i', (args, context) => stand('randAlphaNum', intAt(args, 0), context.volatile)),
  randAlpha: fn('i', (args, context) => stand('randAlpha', intAt(args, 0), context.volatile)),
  randAscii: fn('i', (args, context) => stand('randAscii', intAt(args, 0), context.volatile)),
  randNumeric: fn('i', (args, context) =>
    stand('randNumeric', intAt(args, 0), context.volatile).replaceAll('x', '0'),
  ),
  randInt: fn('ii', (args, context) => {
    context.volatile('randInt');
    if (intAt(args, 0) >= intAt(args, 1)) throw new TemplateFailure('randInt: an empty range');
    return BigInt(intAt(args, 0));
  }),
  randBytes: fn('i', (args, context) => {
    const bytes = Buffer.from(stand('randBytes', intAt(args, 0), context.volatile));
    return bytes.toString('base64');
  }),
  shuffle: fn('s', (args, context) => {
    context.volatile('shuffle');
    return textAt(args, 0);
  }),
  bcrypt: fn('s', (_args, context) => stand('bcrypt', 60, context.volatile)),
  htpasswd: fn(
    'ss',
    (args, context) => `${textAt(args, 0)}:${stand('htpasswd', 60, context.volatile)}`,
  ),
  encryptAES: fn('ss', (_args, context) => stand('encryptAES', 64, context.volatile)),
  genPrivateKey: fn('s', (_args, context) => {
    context.volatile('genPrivateKey');
    return pem('PRIVATE KEY');
  }),
  ...certificates(),
  uuidv4: fn('', (_args, context) => {
    context.volatile('uuidv4');
    return '00000000-0000-4000-8000-000000000000';
  }),
};

/** Certificates and keys that are made anew every time, with the arguments each takes. */
function certificates(): FunctionTable {
  const signatures = {
    genCA: 'si',
    genCAWithKey: 'sis',
    genSelfSignedCert: 'saai',
    genSelfSignedCertWithKey: 'saais',
    genSignedCert: 'saaia',
    genSignedCertWithKey: 'saaias',
  };
  return Object.fromEntries(
    Object.entries(signatures).map(([name, signature]) => [
      name,
      fn(signature, (_args, context) => {
        context.volatile(name);
        const members = { Cert: pem('CERTIFICATE'), Key: pem('RSA PRIVATE KEY') };
        return new GoStruct('sprig.certificate', members);
      }),
    ]),
  );
}

function pem(label: string): string {
  return `-----BEGIN ${label}-----\nAAAA\n-----END ${label}-----\n`;
}

function stand(name: string, length: number, note: (name: string) => void): string {
  note(name);
  return 'x'.repeat(Math.min(Math.max(length, 0), 65_536));
}

/** Known to Helm and not to this renderer: a template that calls one is undecided, by name. */
const unknownNames = [
  ...['toDate', 'mustToDate', 'durationRound', 'abbrevboth', 'wrap', 'wrapWith'],
  ...['derivePassword', 'buildCustomCert', 'decryptAES'],
];
const anything: Signature = 'a*';

export const volatileFunctions: FunctionTable = {
  ...Object.fromEntries(
    unknownNames.map((name) => [
      name,
      fn(anything, () => {
        throw new TemplateUndecided(name, `the function ${name} is not known here`);
      }),
    ]),
  ),
  ...chance,
};
