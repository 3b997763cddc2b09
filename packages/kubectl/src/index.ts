export type { Connection } from './api.ts';
export type { KubectlDeps } from './command.ts';
export type { ClientConfig } from './config/client-config.ts';
export { kubectl } from './program.ts';
