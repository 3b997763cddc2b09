export { refusalOf } from '../admission/admit.ts';
export { createProbeManager } from '../probe/probe-manager.ts';
export { createStatusWriter } from '../status/status-writer.ts';
export { createTokenCache } from '../volumes/token-cache.ts';
export { createBackoff } from './backoff.ts';
export { createImagePuller } from './image-puller.ts';
export { PodWorker } from './pod-worker.ts';
export { createRelist } from './relist.ts';
