import { Flags } from '@oclif/core';
import { BaseCommand } from '../../cli/base-command.ts';
import type { ChecksListResult } from '../../cli/render-checks.ts';
import { outputColumns } from '../../cli/text-columns.ts';

export default class ChecksList extends BaseCommand {
  static override summary = 'List every check of verify: id, severity, what is true when it passes';
  static override examples = [
    '<%= config.bin %> checks list',
    '<%= config.bin %> checks list --area oci',
  ];
  static override flags = {
    area: Flags.string({ summary: 'Only the checks of one kind of evidence', helpValue: '<area>' }),
  };

  async run(): Promise<ChecksListResult> {
    const { flags } = await this.parse(ChecksList);
    const { allChecks } = await import('../../checks/all-checks.ts');
    const { checksOfArea } = await import('../../checks/find-check.ts');
    const { renderCheckList } = await import('../../cli/render-checks.ts');
    const checks = flags.area === undefined ? allChecks() : checksOfArea(flags.area);
    this.log(renderCheckList(checks, outputColumns()));
    return {
      schema: 'cowa-release/checks-list/v1',
      checks: checks.map(({ help: _, codes: _codes, examples: _examples, ...check }) => check),
    };
  }
}
