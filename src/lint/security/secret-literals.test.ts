import { aPod, judgesPackages } from '../../../test/support/a-deployment.ts';
import { secretLiterals } from './secret-literals.ts';

const pod = (name: string, value: string): string =>
  aPod(`{ containers: [{ name: a, env: [{ name: ${name}, value: ${value} }] }] }`);

judgesPackages(secretLiterals, {
  silent: {
    'a name that says where it is': pod('TOKEN_URL', 'https://example.com/a'),
    'a file': pod('DB_PASSWORD', '/run/secrets/password'),
    'no value': pod('API_KEY', '""'),
    'a switch': pod('USE_TOKEN', '"true"'),
    'a value that is settled at deployment': pod('API_KEY', '"###ZARF_VAR_KEY###"'),
    'a value of another variable': pod('API_KEY', '"$(OTHER)"'),
    'a secret': aPod(
      '{ containers: [{ name: a, env: [{ name: API_KEY, valueFrom: { secretKeyRef: { name: a, key: b } } }] }] }',
    ),
    'an address without a password': pod('DB', 'postgres://user@db:5432/app'),
    'words that end alike': pod('MAX_TOKENS', '"8192"'),
  },
  finds: {
    'a password': [
      pod('DB_PASSWORD', 'hunter2'),
      "warning 5: container 'a' has the variable DB_PASSWORD with its value in plain text",
    ],
    'a key in small letters': [pod('openai_api_key', 'abcdef'), 'has the variable openai_api_key'],
    'a password in an address': [
      pod('DB', 'postgres://user:hunter2@db:5432/app'),
      'has the variable DB with a password in its address',
    ],
  },
  nothing: 'no container is deployed',
});
