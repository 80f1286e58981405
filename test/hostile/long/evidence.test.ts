import { describeHostileEvidence } from '../../support/hostile-evidence.ts';

describeHostileEvidence(3000);
