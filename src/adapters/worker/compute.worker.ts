import { parentPort } from 'node:worker_threads';
import { WorkerJobs, type WorkerRequest } from './worker-jobs.ts';

const jobs = new WorkerJobs();
parentPort?.on('message', (request: WorkerRequest) =>
  parentPort?.postMessage(jobs.answer(request)),
);
