import { Flags } from '@oclif/core';
import { BaseCommand } from '../cli/base-command.ts';
import { engineChoice, engineFlags } from '../cli/engine-flags.ts';
import { provenanceChoice, provenanceFlags } from '../cli/provenance-flags.ts';
import { loginFlags, loginOf } from '../cli/registry-flags.ts';
import { releaseFlags } from '../cli/release-flags.ts';
import type { AssembleResult } from '../cli/render-assemble.ts';
import { rendererFlags } from '../cli/renderer-flags.ts';
import { runFlags, runSinks } from '../cli/run-flags.ts';
import { runLimitFlags, runLimits } from '../cli/run-limit-flags.ts';
import { signingFlags } from '../cli/signing-flags.ts';

export default class Assemble extends BaseCommand {
  static override summary =
    'Make a release: images, Zarf packages, UDS bundle, signatures, statement, report';
  static override description =
    `Reads cowa-release.yaml and the definitions it names, as they are. Fetches what is missing, packs, signs, and
judges every archive with the verification that the other side runs, before the archive gets its name.

The same inputs and SOURCE_DATE_EPOCH give the same bytes up to the signatures. A second run reuses what was done.`;
  static override examples = [
    '<%= config.bin %> assemble --flavor gpu --key cosign.key',
    '<%= config.bin %> assemble --flavor all --key cosign.key --locked --policy policy.yaml',
    '<%= config.bin %> assemble --flavor cpu --key cosign.key --build --engine buildah',
  ];
  static override flags = {
    ...releaseFlags,
    ...loginFlags,
    ...signingFlags,
    renderer: rendererFlags.renderer,
    helm: rendererFlags.helm,
    kustomize: rendererFlags.kustomize,
    out: Flags.string({
      summary: 'Results go to <out>/<flavor>/ (default: COWA_OUT, dist)',
      helpValue: '<folder>',
    }),
    'insecure-unsigned': Flags.boolean({
      summary: 'Make a release without signatures: nobody can tell who made it',
      exclusive: ['key', 'fulcio-url'],
    }),
    policy: Flags.string({
      summary: 'Budgets the archives are judged by (default: COWA_POLICY)',
      helpValue: '<file>',
    }),
    locked: Flags.boolean({
      summary: 'Take exactly what cowa-release.lock.json names; refuse anything else',
    }),
    build: Flags.boolean({
      summary:
        'Build images first that were not built of what lies there now, as images build does',
    }),
    engine: { ...engineFlags.engine, dependsOn: ['build'] },
    builder: { ...engineFlags.builder, dependsOn: ['build'] },
    'run-actions': Flags.boolean({
      summary: 'Run the onCreate actions of package definitions, after showing them',
    }),
    'skip-sbom': Flags.boolean({
      summary: 'List nothing of what is in images and files: the release carries no SBOMs',
    }),
    syft: Flags.string({
      summary: 'A syft, named by its path, that finds the packages of images; never one of PATH',
      env: 'COWA_SYFT',
      helpValue: '<file>',
    }),
    'with-verifier': Flags.string({
      summary: 'Offline package of this program, to lie beside the archives',
      helpValue: '<file>',
    }),
    handover: Flags.string({
      summary:
        'Make a handover kit in <folder>/<flavor>/: the release, its fingerprint to read aloud, a template of values, commands, a checklist',
      helpValue: '<folder>',
    }),
    ...provenanceFlags,
    report: Flags.string({
      summary:
        'Judge what was made as the other side will, and write the report into <folder>/<flavor>/, signed like the release',
      helpValue: '<folder>',
    }),
    'attach-result': Flags.string({
      summary:
        'Result of tests or of a scanner to travel along, signed for, as <name>=<path>; several may be given',
      multiple: true,
      multipleNonGreedy: true,
      helpValue: '<name=path>',
    }),
    ...runFlags,
    ...runLimitFlags,
    jobs: Flags.integer({
      char: 'j',
      summary: 'Steps at once (default: COWA_JOBS, by the processors)',
      min: 1,
      max: 64,
    }),
  };

  async run(): Promise<AssembleResult> {
    const { flags } = await this.parse(Assemble);
    const { settleRelease } = await import('../cli/release-request.ts');
    const { config, ...release } = await settleRelease(flags, process.env);
    const unsigned = flags['insecure-unsigned'];
    const { chooseSigning } = await import('../cli/signing-choice.ts');
    const signer = unsigned ? undefined : chooseSigning(flags, process.env, config.key.value, true);
    if (signer === undefined && !unsigned) {
      const { ReleaseUsageError } = await import('../operations/release-error.ts');
      throw new ReleaseUsageError(
        'RELEASE_KEY_MISSING',
        'a release is signed, and no key was given',
        {
          suggestions: [
            'Give --key <file> or set COWA_SIGNING_KEY (make one: cowa-release keys generate --out cosign)',
            'Or say --insecure-unsigned',
          ],
        },
      );
    }
    const { assembleFromFlags } = await import('../cli/assemble-from-flags.ts');
    const { renderAssemble, toAssembleResult } = await import('../cli/render-assemble.ts');
    if (unsigned) this.warn('the release will not be signed: nobody can tell who made it');
    const resume = ['Run the same command again: finished steps are reused'];
    const { 'with-verifier': withVerifier, locked, handover } = flags;
    const policy = config.policy.value;
    const done = await assembleFromFlags(
      {
        ...release,
        ...(await loginOf(flags)),
        locked,
        ...(flags.build ? { build: engineChoice(flags) } : {}),
        runActions: Boolean(flags['run-actions']),
        skipSbom: flags['skip-sbom'],
        out: config.out.value,
        jobs: config.jobs.value,
        limits: runLimits(flags),
        programVersion: this.config.version,
        renderer: { renderer: flags.renderer, helm: flags.helm, kustomize: flags.kustomize },
        ...(signer === undefined ? {} : { signer }),
        ...provenanceChoice(flags),
        results: flags['attach-result'] ?? [],
        sinks: runSinks(flags, process.env),
        ...(policy === undefined ? {} : { policy }),
        ...(flags.syft === undefined ? {} : { syft: flags.syft }),
        ...(withVerifier === undefined ? {} : { withVerifier }),
        ...(handover === undefined ? {} : { handover }),
        ...(flags.report === undefined ? {} : { report: flags.report }),
      },
      this.startRun({ quiet: true, resume }).signal,
      () => this.startRun({ quiet: flags.quiet }),
    );
    const result = toAssembleResult(done);
    const { trustHint } = await import('../cli/public-key-hint.ts');
    this.log(renderAssemble(result, signer === undefined ? undefined : await trustHint(signer)));
    this.conclude(result.exitCode);
    return result;
  }
}
