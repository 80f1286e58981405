import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { releaseFlags } from '../cli/release-flags.ts';
import { keyOpeningFlags } from '../cli/signing-flags.ts';
import type { DoctorReport } from '../report/doctor-report.ts';

export default class Doctor extends BaseCommand {
  static override summary =
    'Look at this machine: what a run needs, what is missing, and what to do about it';
  static override description =
    `Looks at Node, memory, processors, clock, disks, engines, registries and their logins, ports, named programs and the
signing key; for the release definition, where there is one. Contacts the registries the definition names, reads nothing
from them, and changes nothing. What could not be looked at is undecided, never passed.

Exit code: 0 ready, 1 something is missing, 5 something that is needed could not be looked at.`;
  static override examples = [
    '<%= config.bin %> doctor',
    '<%= config.bin %> doctor -f release/cowa-release.yaml --key cosign.key --output json',
    '<%= config.bin %> doctor --port 5000 --port 5001',
  ];
  static override flags = {
    definition: releaseFlags.definition,
    'cache-dir': releaseFlags['cache-dir'],
    out: Flags.string({
      summary: 'Folder results would go to (default: COWA_OUT, dist)',
      helpValue: '<folder>',
    }),
    key: Flags.string({
      summary: 'Private key that would sign (default: COWA_SIGNING_KEY); no password is asked for',
      helpValue: '<file|reference>',
    }),
    ...keyOpeningFlags,
    port: Flags.integer({
      summary: 'Port of this machine to look at; several may be given (default: 5000)',
      multiple: true,
      multipleNonGreedy: true,
      min: 1,
      max: 65_535,
    }),
  };

  async run(): Promise<DoctorReport> {
    const { flags } = await this.parse(Doctor);
    const { runDoctor } = await import('../cli/doctor-run.ts');
    const { renderDoctor } = await import('../cli/render-doctor.ts');
    const { definition, 'cache-dir': cacheDir, out, key } = flags;
    const { 'password-file': passwordFile, 'kms-plugin': kmsPlugin } = flags;
    const report = await runDoctor(
      {
        config: { definition, cacheDir, out, key },
        opening: {
          ...(passwordFile === undefined ? {} : { passwordFile }),
          ...(kmsPlugin === undefined ? {} : { kmsPlugin }),
        },
        ports: flags.port ?? [5000],
        env: process.env,
      },
      this.startRun({ quiet: flags.quiet }),
    );
    this.log(renderDoctor(report));
    this.conclude(report.exitCode);
    return report;
  }
}
