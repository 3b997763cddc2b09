export { App } from './app/app.tsx';
export {
  FIRST_NAME,
  isSandboxName,
  type Keeping,
  readSandbox,
  type Sandbox,
  type SandboxOptions,
} from './files/sandbox.ts';
export { SandboxFault } from './files/sandbox-fault.ts';
export { type ClusterConnection, connectCluster } from './world/cluster-connection.ts';
