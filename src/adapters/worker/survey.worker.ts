import { parentPort } from 'node:worker_threads';
import { answerJob } from './survey-jobs.ts';
import type { WatchedJob } from './survey-messages.ts';

parentPort?.on('message', (job: WatchedJob) => {
  void answerJob(job).then((reply) => parentPort?.postMessage(reply));
});
