import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { SbomValidateResult } from '../../cli/render-sbom-validate.ts';
import { outputColumns } from '../../cli/text-columns.ts';
import { exitCodes } from '../../errors/exit-codes.ts';

const profiles = { 'ntia-2021': 'NTIA 2021', 'cisa-2025': 'CISA 2025' } as const;
const exitOf = {
  pass: exitCodes.ok,
  fail: exitCodes.verdictFail,
  undecided: exitCodes.verdictIncomplete,
} as const;

export default class SbomValidate extends BaseCommand {
  static override summary =
    'Judge an SBOM of any maker: schema, minimum elements, and the image it is about';
  static override description =
    `Takes CycloneDX, SPDX 2 and Syft JSON. CycloneDX 1.2 to 1.7 is held to its official schema, which is part of this program.
With an image, the document has to be about exactly that image, to list every package found in it, and none of the kinds looked for that is not.

Exit 1 when the schema, the relations, or the image speak against it, and 5 when what lies in the image could not be compared in full. Gaps in single components lower the score only, unless --min-score or --profile asks for more.`;
  static override examples = [
    '<%= config.bin %> sbom validate app.cdx.json',
    '<%= config.bin %> sbom validate app.cdx.json --min-score 8 --profile ntia-2021',
    '<%= config.bin %> sbom validate app.spdx.json --against ./layout --image ghcr.io/org/app:1.0',
  ];
  static override args = {
    file: Args.string({ description: 'The document', required: true }),
  };
  static override flags = {
    against: Flags.string({
      summary:
        'OCI layout, docker save archive, Zarf package or UDS bundle with the image it should be about',
      helpValue: '<path>',
    }),
    image: Flags.string({
      summary: 'Which image there, where there are several',
      dependsOn: ['against'],
      helpValue: '<reference>',
    }),
    architecture: Flags.string({
      char: 'a',
      summary: 'Architecture, where an image has several',
      default: 'amd64',
    }),
    'max-age': Flags.integer({
      summary: 'Days after which a document is too old',
      default: 365,
      min: 1,
      helpValue: '<days>',
    }),
    'min-score': Flags.integer({
      summary: 'Exit 1 below this score',
      min: 0,
      max: 10,
      helpValue: '<0-10>',
    }),
    profile: Flags.option({
      options: ['ntia-2021', 'cisa-2025'] as const,
      summary: 'Minimum elements of which every one has to be there. Several may be given',
      multiple: true,
    })(),
    'cache-dir': Flags.string({
      summary:
        'Where facts of layers are kept between runs (default: the cache folder of this user)',
      env: 'COWA_CACHE_DIR',
      helpValue: '<folder>',
    }),
  };

  async run(): Promise<SbomValidateResult> {
    const { args, flags } = await this.parse(SbomValidate);
    const { validateSbom } = await import('../../cli/sbom-validate.ts');
    const { renderValidatedSbom } = await import('../../cli/render-sbom-validate.ts');
    const judged = await validateSbom(
      {
        file: args.file,
        location: flags.against,
        image: flags.image,
        architecture: flags.architecture,
        maxAgeDays: flags['max-age'],
        minScore: flags['min-score'],
        profiles: (flags.profile ?? []).map((each) => profiles[each]),
        cacheDir: flags['cache-dir'],
        programVersion: this.config.version,
      },
      this.startRun({ quiet: flags.quiet }),
    );
    this.log(renderValidatedSbom(judged, outputColumns()));
    this.conclude(exitOf[judged.verdict.outcome]);
    return { schema: 'cowa-release/sbom-validate-result/v1', ...judged };
  }
}
