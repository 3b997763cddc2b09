export { cronJobController } from '../cron-job/cron-job-controller.ts';
export { jobController } from '../job/job-controller.ts';
export { ttlAfterFinishedController } from '../ttl-after-finished/ttl-after-finished-controller.ts';
