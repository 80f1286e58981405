import { peer } from './peers.ts';

/** cosign, where it is there. */
export const cosign = await peer('COWA_COSIGN');

/** What it says of a bundle over file `artifact` of a folder; the flag `log` asks for a log entry. */
export async function cosignVerdict(
  home: string,
  bundle: string,
  flags: readonly string[],
): Promise<string> {
  const log = flags.includes('log') ? [] : ['--insecure-ignore-tlog'];
  const rest = flags.filter((flag) => flag !== 'log');
  const args = ['verify-blob', '--bundle', bundle, ...log, ...rest, 'artifact'];
  const { code, stderr } = await cosign.run(args, home);
  if (code !== 0 && !/error/i.test(stderr)) throw new Error(`cosign said nothing: ${stderr}`);
  return code === 0 ? 'accept' : 'reject';
}
