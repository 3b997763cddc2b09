export type { PortLike } from '../http-protocol.ts';
export * from '../page-protocol.ts';
export * from '../world-protocol.ts';
export * from './cluster-host.ts';
export * from './expose.ts';
export * from './http-host.ts';
export * from './page-host.ts';
export type * from './page-host-face.ts';
export * from './world-host.ts';
