/** Never handed to a plugin: what opens other keys, or proves who we are to others. */
const withheld: readonly string[] = [
  'COWA_KEY_PASSWORD',
  'COSIGN_PASSWORD',
  'COWA_IDENTITY_TOKEN',
  'SIGSTORE_ID_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'OTEL_EXPORTER_OTLP_HEADERS',
  'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
];
const secretName = /TOKEN|SECRET|PASS|PIN$|PIN_|CREDENTIAL|_KEY$/i;
/** Shorter ones would turn up in every text. */
const leastSecretLength = 4;

/** Variables of this process that a plugin sees: it gets its own secrets in no other way. */
export function pluginEnvironment(
  env: Readonly<Record<string, string | undefined>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !withheld.includes(name)));
}

/** Takes the values of secret variables out of a text that a plugin wrote. */
export function withoutSecretsOf(
  env: Readonly<Record<string, string | undefined>>,
): (text: string) => string {
  const secrets = Object.entries(env)
    .flatMap(([name, value]) => (secretName.test(name) && value !== undefined ? [value] : []))
    .filter((value) => value.length >= leastSecretLength)
    .toSorted((a, b) => b.length - a.length);
  return (text) => secrets.reduce((rest, secret) => rest.replaceAll(secret, '***'), text);
}
