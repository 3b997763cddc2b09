export type { PortLike } from '../http-protocol.ts';
export * from './cluster-host.ts';
export * from './http-host.ts';
