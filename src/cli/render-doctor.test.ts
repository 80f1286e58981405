import { describe, expect, it } from 'vitest';
import type { DoctorReport, Examined } from '../report/doctor-report.ts';
import { renderDoctor } from './render-doctor.ts';

const one = (outcome: Examined['outcome']): Examined => ({
  id: 'machine/clock',
  outcome,
  severity: 'error',
  message: 'it is late',
});
const head = (outcome: DoctorReport['outcome'], ...examined: readonly Examined[]) =>
  renderDoctor({
    schema: 'cowa-release/doctor/v1',
    outcome,
    definition: 'cowa-release.yaml',
    examined,
    exitCode: 0,
  }).split('\n')[0];

describe('renderDoctor', () => {
  it('says first what it could not tell, also where nothing that is needed is missing', () => {
    expect(head('pass', one('pass'))).toBe('PASS  this machine is ready for cowa-release.yaml');
    expect(head('pass', one('pass'), one('undecided'))).toBe(
      'PASS  this machine is ready for cowa-release.yaml, but for 1 undecided',
    );
  });
});
