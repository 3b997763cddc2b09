export type { PortLike } from '../http-protocol.ts';
export * from './http-connect.ts';
