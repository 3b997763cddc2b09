export * from '../check-protocol.ts';
export type {
  Explanation,
  LastingTrouble,
  MachineChart,
  NodeRequest,
  PodLifecycle,
  ProbeHistory,
  Trouble,
  TroubleKind,
} from '../host/inspection.ts';
export type { PageClusterOptions, PageHost } from '../host/page-host-face.ts';
export type { PortLike } from '../http-protocol.ts';
export * from '../image-file.ts';
export * from '../packed-cluster.ts';
export * from '../page-protocol.ts';
export * from '../stream-protocol.ts';
export * from '../traffic-protocol.ts';
export * from '../world-log.ts';
export * from '../world-protocol.ts';
export * from './http-connect.ts';
export * from './stream-connect.ts';
export * from './world-connect.ts';
