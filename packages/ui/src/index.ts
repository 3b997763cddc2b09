export { App } from './app/app.tsx';
export { type ClusterConnection, connectCluster } from './world/cluster-connection.ts';
