export type {
  ContainerConfig,
  ContainerEvent,
  ContainerRuntime,
  ContainerState,
  ContainerStatus,
  ContainerUsage,
  Disturbance,
  ExecOptions,
  Image,
  ImagePullError,
  LogLine,
  LogQuery,
  Mount,
  PodSandbox,
  PodSandboxConfig,
  PullOptions,
} from './container-runtime.ts';
export type {
  FileError,
  FileErrorCode,
  FileStat,
  FileSystem,
  FileType,
  Volume,
  VolumeOptions,
  WriteOptions,
} from './file-system.ts';
export type {
  Connection,
  ConnectOptions,
  DnsQuestion,
  DnsRecord,
  FetchOptions,
  HttpAnswer,
  HttpCall,
  HttpHandler,
  HttpReply,
  Listener,
  Net,
  NetError,
  NetErrorCode,
  ServeOptions,
  Socket,
  SocketAddress,
  TlsIdentity,
} from './net.ts';
export type {
  DnsZone,
  Hop,
  PodEndpoint,
  PodNetwork,
  PolicyAllowance,
  PolicyRule,
  ProxyDataPlane,
  ServiceBackend,
  ServicePortRule,
} from './pod-network.ts';
export {
  type ChildProcess,
  type Process,
  type Program,
  SIGNAL_NUMBERS,
  type SignalName,
  type SpawnOptions,
} from './process.ts';
export * from './sandbox.ts';
export type { Chunk, InputStream, OutputStream, Terminal } from './streams.ts';
export * from './web-authority.ts';
