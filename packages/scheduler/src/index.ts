export { createProfile, DEFAULT_SCHEDULER, type Profile, type ProfileOptions } from './framework/profile.ts';
export * from './schedule-pod.ts';
export { PodInfo } from './snapshot/pod-info.ts';
export { Snapshot } from './snapshot/snapshot.ts';
