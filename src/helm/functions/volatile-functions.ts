import { TemplateUndecided } from '../template-fault.ts';
import { type FunctionTable, fn, intAt, type Signature } from '../template-function.ts';

/** Functions of chance and time: the text has the right form, and the call is noted as differing every time. */
const chance: FunctionTable = {
  randAlphaNum: fn('i', (args, context) => stand('randAlphaNum', intAt(args, 0), context.volatile)),
  randAlpha: fn('i', (args, context) => stand('randAlpha', intAt(args, 0), context.volatile)),
  randAscii: fn('i', (args, context) => stand('randAscii', intAt(args, 0), context.volatile)),
  randNumeric: fn('i', (args, context) => {
    context.volatile('randNumeric');
    return '0'.repeat(intAt(args, 0));
  }),
  uuidv4: fn('', (_args, context) => {
    context.volatile('uuidv4');
    return '00000000-0000-4000-8000-000000000000';
  }),
};

function stand(name: string, length: number, note: (name: string) => void): string {
  note(name);
  return 'x'.repeat(Math.min(Math.max(length, 0), 65_536));
}

/** Known to Helm and not to this renderer: a template that calls one is undecided, by name. */
const unknownNames = [
  ...[
    'ago',
    'date',
    'date_in_zone',
    'date_modify',
    'dateInZone',
    'dateModify',
    'duration',
    'durationRound',
  ],
  ...[
    'htmlDate',
    'htmlDateInZone',
    'must_date_modify',
    'mustDateModify',
    'mustToDate',
    'now',
    'toDate',
    'unixEpoch',
  ],
  ...['abbrevboth', 'wrap', 'wrapWith', 'shuffle', 'randInt', 'randBytes', 'b32enc', 'b32dec'],
  ...[
    'bcrypt',
    'htpasswd',
    'genPrivateKey',
    'derivePassword',
    'buildCustomCert',
    'genCA',
    'genCAWithKey',
  ],
  ...[
    'genSelfSignedCert',
    'genSelfSignedCertWithKey',
    'genSignedCert',
    'genSignedCertWithKey',
    'encryptAES',
    'decryptAES',
  ],
  ...['osBase', 'osClean', 'osDir', 'osExt', 'osIsAbs'],
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
