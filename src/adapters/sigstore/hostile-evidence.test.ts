import { describeHostileEvidence } from '../../../test/support/hostile-evidence.ts';

// The long form is in test/hostile/long.
describeHostileEvidence(25);
